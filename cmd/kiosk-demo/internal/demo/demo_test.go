package demo

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/cmd/kiosk-demo/internal/verify"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

// fakeKiosk stands for the firmware where only the counter is tested: it says
// that it is idle and waits for its end.
const fakeKiosk = `#!/bin/sh
trap 'exit 0' TERM
echo 'time=2026-11-22T10:00:00Z level=INFO msg=place place=idle message=-' >&2
while :; do sleep 0.05; done
`

var bin string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "demo-test-")
	if err != nil {
		panic(err)
	}
	bin = dir
	build := exec.Command("go", "build", "-o", dir, "multicopy.example/cmd/authority-sandbox")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kiosk"), []byte(fakeKiosk), 0o755); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func open(t *testing.T) *Demo { return openWith(t, Options{}) }

func openWith(t *testing.T, o Options) *Demo {
	t.Helper()
	if o.Link == "" {
		o.Link = filepath.Join(t.TempDir(), "reader")
	}
	if o.Bin == "" {
		o.Bin = bin
	}
	o.Run, o.Panel, o.Phone, o.Log = t.TempDir(), "15", "127.0.0.1:0", slog.New(slog.DiscardHandler)
	c, err := Open(t.Context(), o)
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, c.Close())
	})
	return c
}

type phoneUser struct {
	t    *testing.T
	c    http.Client
	base string
	turn string
}

func (u *phoneUser) post(path, name, value string) string {
	u.t.Helper()
	return u.form(path, name, value)
}

// form is post with several fields.
func (u *phoneUser) form(path string, fields ...string) string {
	u.t.Helper()
	form := url.Values{"turn": {u.turn}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	a, err := u.c.PostForm(u.base+path, form)
	must.OK(u.t, err)
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	must.OK(u.t, err)
	if m := regexp.MustCompile(`name="turn" value="([^"]*)"`).FindSubmatch(b); m != nil {
		u.turn = string(m[1])
	}
	return string(b)
}

func user(t *testing.T, c *Demo) *phoneUser {
	jar, err := cookiejar.New(nil)
	must.OK(t, err)
	return &phoneUser{t: t, c: http.Client{Jar: jar}, base: c.Page}
}

func pinOf(t *testing.T, dir string) string {
	t.Helper()
	r, err := sim.ReadResident(dir)
	must.OK(t, err)
	return string(r.PIN)
}

func TestTheAuthorityTakesAReservationThatTheCardSigned(t *testing.T) {
	c := open(t)
	card := c.Cards.All()[0]
	u := user(t, c)
	u.post("/resident", "resident", card.Key)
	u.post("/what", "what", "P")
	wrong := "0000"
	if page := u.post("/pin", "pin", wrong); !strings.Contains(page, "あと2回") {
		t.Errorf("after a wrong PIN the page says %s", page)
	}
	u.post("/pin", "pin", pinOf(t, card.Dir))
	// No networks lie beside the tests' programs, so that no face is compared and nothing is reserved.
	printed := c.Hand.Printed(card.Key)
	if page := u.form("/photo", "birth", printed.Birth, "year", printed.Year, "printed", "0000"); !strings.Contains(page, "印刷されているものと違います") && printed.Code != "0000" {
		t.Errorf("after a wrong security code the page says %s", page)
	}
	if page := u.form("/photo", "birth", printed.Birth, "year", printed.Year, "printed", printed.Code); !strings.Contains(page, "E-FAC0") {
		t.Errorf("without networks the page says %s", page)
	}
	if _, ok := c.Hand.Booked(card.Key); ok {
		t.Error("without a face there is a reservation")
	}
	code, err := c.Hand.AtCounter(t.Context(), card.Key, kiosk.FlowP, []byte(pinOf(t, card.Dir)))
	must.OK(t, err)
	booked, ok := c.Hand.Booked(card.Key)
	if !ok || string(booked.Code) != string(code) || time.Until(booked.Expires) < 23*time.Hour {
		t.Errorf("booked %v until %v", ok, booked.Expires)
	}
	r, err := c.Authority.App().Reservation(t.Context(), booked.ID)
	if err != nil || r.State != "open" || r.Flow != "P" {
		t.Errorf("the reservation is %+v %v", r, err)
	}
	if pin, sign := card.Tries(); pin != 3 || sign != 5 {
		t.Errorf("the card has %d and %d tries", pin, sign)
	}
}

func TestAReservationForThePINIsSignedByTheOtherKey(t *testing.T) {
	c := openWith(t, Options{Residents: "jiro"})
	card := c.Cards.Find("jiro")
	r, err := sim.ReadResident(card.Dir)
	must.OK(t, err)
	u := user(t, c)
	u.post("/resident", "resident", card.Key)
	if page := u.post("/what", "what", "U"); !strings.Contains(page, "あと5回") {
		t.Errorf("the page says %s", page)
	}
	if page := u.post("/password", "password", "WRONG123"); !strings.Contains(page, "あと4回") {
		t.Errorf("after a wrong password the page says %s", page)
	}
	u.post("/password", "password", strings.ToLower(string(r.Password)))
	must.OK(t, must.Err(c.Hand.AtCounter(t.Context(), card.Key, kiosk.FlowU, r.Password)))
	booked, ok := c.Hand.Booked(card.Key)
	if !ok || booked.Flow != kiosk.FlowU {
		t.Fatalf("booked %v for flow %s", ok, booked.Flow)
	}
	if r, err := c.Authority.App().Reservation(t.Context(), booked.ID); err != nil || r.State != "open" || r.Flow != "U" {
		t.Errorf("the reservation is %+v %v", r, err)
	}
	if pin, sign := card.Tries(); pin != 0 || sign != 5 {
		t.Errorf("the card has %d and %d tries", pin, sign)
	}
}

func TestThePhoneCannotHoldACardThatLiesOnTheReader(t *testing.T) {
	c := open(t)
	card := c.Cards.All()[0]
	must.OK(t, c.Cards.Lay(card))
	u := user(t, c)
	u.post("/resident", "resident", card.Key)
	u.post("/what", "what", "P")
	if page := u.post("/pin", "pin", pinOf(t, card.Dir)); !strings.Contains(page, "読み取り台に置かれています") {
		t.Errorf("the page says %s", page)
	}
	c.Cards.Lift()
	if page := u.post("/pin", "pin", pinOf(t, card.Dir)); !strings.Contains(page, "カードの中の顔写真") {
		t.Errorf("after the card was lifted the page says %s", page)
	}
}

func TestTheFirmwareGetsAConfigurationThatItTakes(t *testing.T) {
	c := open(t)
	must.OK(t, c.Serve([]string{"DISPLAY=:none"}))
	cfg, err := config.Load(c.Kiosk.ConfigFile())
	must.OK(t, err)
	for _, file := range append(cfg.Cards.Authorities, cfg.Authority.Roots, cfg.Authority.Certificate, cfg.Authority.Key, cfg.Authority.CodeKey, cfg.Reader.Port) {
		must.Note(t, must.Err(os.Stat(file)))
	}
	if cfg.Kiosk.Data != c.Kiosk.Data() {
		t.Errorf("the data folder is %s", cfg.Kiosk.Data)
	}
	for c.Kiosk.Seen.Now() != "idle" {
		_, told := c.Kiosk.Seen.Places()
		select {
		case <-told:
		case <-t.Context().Done():
			t.Fatal("the log was not followed")
		}
	}
	must.Note(t, c.Kiosk.Stop())
}

func TestAChildThatEndsIsNamedWithItsLog(t *testing.T) {
	c := open(t)
	must.OK(t, c.Serve(nil))
	idle(t, c)
	ended := c.Ended()
	syscall.Kill(c.Authority.PID(), syscall.SIGKILL) //nolint:errcheck // as anything else could
	<-ended
	if err := c.Why(); err == nil || !strings.Contains(err.Error(), "authority.log") {
		t.Errorf("why: %v", err)
	}
}

// Without a visit every proof but the search must fail; and a run that wrote a
// secret fails the search.
func TestWithoutAVisitNothingIsProved(t *testing.T) {
	c := open(t)
	card := c.Cards.All()[0]
	r, err := sim.ReadResident(card.Dir)
	must.OK(t, err)
	e := verify.Evidence{Flow: kiosk.FlowP, Act: kiosk.Reset, Nth: 1,
		Folder: c.opt.Run, Home: Home, Data: c.Kiosk.Data(), Kiosk: c.Kiosk.Name, App: c.Authority.App(), Reservation: "00",
		Phone: c.Phone, Card: card, Old: r.Password, New: []byte("NEVER1SET2"),
		Secrets: []secretscan.Secret{{Name: "PIN", Value: r.PIN}, {Name: "old password", Value: r.Password}},
	}
	all := func() []verify.Result {
		unlocked := e
		unlocked.Act, unlocked.Old = kiosk.Unlock, []byte("NEVER1SET2")
		return slices.Concat(verify.Run(t.Context(), e), verify.Visit(t.Context(), e), verify.Visit(t.Context(), unlocked), verify.Kiosk(t.Context(), e))
	}
	for _, result := range all() {
		if ok := result.Name == verify.NoSecret; ok != (result.Err == nil) {
			t.Error(result)
		}
	}
	must.OK(t, os.WriteFile(filepath.Join(c.Dir, "logs", "x.log"), r.Password, 0o600))
	for _, result := range all() {
		if result.Err == nil {
			t.Error(result)
		}
	}
}

func TestAnUnknownResidentIsSaidByTheSandbox(t *testing.T) {
	_, err := Open(t.Context(), Options{Bin: bin, Run: t.TempDir(), Residents: "missing", Phone: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), `"missing"`) {
		t.Errorf("open said %v", err)
	}
}

func TestThePhonesPageIsNotServedToTheNetwork(t *testing.T) {
	_, err := Open(t.Context(), Options{Bin: bin, Run: t.TempDir(), Phone: "0.0.0.0:0", Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("open said %v", err)
	}
}

func TestAQuestionThatRepeatsIsShownOnce(t *testing.T) {
	var tr traffic
	for range 50 {
		tr.add("> InListPassiveTarget")
		tr.add("< ACK")
		tr.add("< InListPassiveTarget 0 found")
	}
	tr.add("> InDataExchange 00 A4 04 0C Lc 10")
	got := tr.last(10)
	if len(got) != 3 || got[0] != "> InListPassiveTarget  (50 times)" || got[2] != "> InDataExchange 00 A4 04 0C Lc 10" {
		t.Errorf("%q", got)
	}
}
