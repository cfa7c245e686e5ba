package bench

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

var quietLog = slog.New(slog.DiscardHandler)

func resident(t *testing.T) sim.Resident {
	t.Helper()
	r, err := sim.ReadResident(filepath.Join("..", "..", "..", "..", "devices", "sim", "testdata", "residents", "hanako"))
	must.OK(t, err)
	return r
}

// laid is a virtual reader on its pty with that card on it.
func laid(t *testing.T, card sim.Target) *sim.Reader {
	t.Helper()
	virtual, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(virtual.Close)
	virtual.Lay(card)
	return virtual
}

// trial is one with consent to read.
func trial(virtual *sim.Reader) Options {
	return Options{
		Consent: Consent{Read: ConsentToRead}, Say: func(string, ...any) {}, Log: quietLog,
		Open:     func() (pn532.Port, error) { return serial.Open(virtual.Path(), pn532.BaseRate) },
		Patience: 30 * time.Second,
	}
}

var slot = sync.OnceValues(secret.New)

func pinOf(keys string) func() (secret.Secret, error) {
	return func() (secret.Secret, error) {
		s, err := slot()
		s.Wipe()
		for _, c := range []byte(keys) {
			s.Append(c)
		}
		return s, err
	}
}

func text(t *testing.T, tape *Tape) string {
	t.Helper()
	var b bytes.Buffer
	must.OK(t, tape.Write(&b))
	return b.String()
}

// cards are the two kinds, and one that answers in parts.
var cards = map[string]func(*sim.Card){
	"short-identifiers": func(*sim.Card) {},
	"select-first":      (*sim.Card).RefuseSFI,
	"in-parts":          func(c *sim.Card) { c.AskAgain(100) },
}

// What the drivers say to the virtual reader today is what they said when the
// transcript was made. On a machine that is busy the reader can be so late once that a driver says a command again,
// which is as it should be, and is on the tape: what was said then is made anew.
func TestVirtualReaderSaysWhatIsOnTheTape(t *testing.T) {
	for name, set := range cards {
		file := filepath.Join("testdata", name+".transcript")
		got := today(t, set)
		if *golden.Update {
			must.OK(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want := must.Read(t, file)
		for more := 4; got != string(want) && more > 0; more-- {
			got = today(t, set)
		}
		was, is := strings.Split(string(want), "\n"), strings.Split(got, "\n")
		for i := range max(len(was), len(is)) {
			if i >= len(was) || i >= len(is) || was[i] != is[i] {
				t.Fatalf("%s: line %d of %d differs from %d, five times", name, i+1, len(is), len(was))
			}
		}
	}
}

// today is the transcript of a trial with a card.
func today(t *testing.T, set func(*sim.Card)) string {
	t.Helper()
	card := sim.NewCard(resident(t))
	set(card)
	tape, err := Run(t.Context(), trial(laid(t, card)))
	must.OK(t, err)
	tape.Notes = []string{"Made with the simulated reader and the simulated card over a pty. No real reader and no real card was there."}
	return text(t, tape)
}

// The whole trial, PIN and all: nothing of what may be secret or personal is on
// the tape, not even the length of a secret.
func TestTapeTellsNoSecretAndNobody(t *testing.T) {
	for name, set := range cards {
		r := resident(t)
		card := &watched{Card: sim.NewCard(r)}
		set(card.Card)
		virtual := laid(t, card)
		o := trial(virtual)
		o.Consent.Try, o.CAs, o.PIN = ConsentToTry, []*x509.Certificate{r.AuthCA}, pinOf("1234")
		tape, err := Run(t.Context(), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := text(t, tape)
		if !strings.Contains(got, "> 40 01 00 20 00 ") || !strings.Contains(got, " ...\n") || !strings.Contains(got, "80 2A 00") {
			t.Errorf("%s: no VERIFY or no signature on the tape:\n%s", name, got)
		}
		for what, b := range map[string][]byte{
			"the PIN": []byte("1234"), "its length": append([]byte{0x00, 0x20, 0x00, 0x98}, 0x04), "the certificate": r.AuthCert.Raw[4:12],
			"its end": r.AuthCert.Raw[len(r.AuthCert.Raw)-8:], "its middle": r.AuthCert.Raw[400:408], "the PUPI": card.pupi[:], "the signature": card.signature[:8],
		} {
			if len(b) < 4 || strings.Contains(got, fmt.Sprintf("% X", b)) {
				t.Errorf("%s: %s is on the tape, or the test does not know it", name, what)
			}
		}
		o.Certificate = true
		if tape, err = Run(t.Context(), o); err != nil || !strings.Contains(text(t, tape), fmt.Sprintf("% X", r.AuthCert.Raw[4:12])) {
			t.Errorf("%s: asked for, and the certificate is not on the tape: %v", name, err)
		}
	}
}

// watched keeps what the tape must not have.
type watched struct {
	*sim.Card
	pupi      [4]byte
	signature []byte
}

func (w *watched) ATQB() [11]byte {
	a := w.Card.ATQB()
	w.pupi = [4]byte(a[:4])
	return a
}

func (w *watched) Exchange(c []byte) ([]byte, bool) {
	answer, ok := w.Card.Exchange(c)
	if c[1] == apdu.InsSign {
		w.signature = bytes.Clone(answer)
	}
	return answer, ok
}

func TestWithoutConsentNothingIsOpened(t *testing.T) {
	for _, c := range []Consent{{}, {Read: "yes"}, {Read: ConsentToTry}, {Try: ConsentToTry}, {Read: ConsentToRead, Try: "yes"}} {
		o := Options{Consent: c, Open: func() (pn532.Port, error) { t.Error("a port was opened"); return nil, os.ErrInvalid }, Log: quietLog}
		_, err := Run(t.Context(), o)
		if !errors.Is(err, ErrConsent) || !strings.Contains(err.Error(), "try") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// A card whose counter is not full may be one try from a visit to an office.
func TestNoTryIsSpentOfACounterThatIsNotFull(t *testing.T) {
	for left := range int8(3) {
		r := resident(t)
		r.PINTries = left
		card := sim.NewCard(r)
		o := trial(laid(t, card))
		o.Consent.Try, o.CAs = ConsentToTry, []*x509.Certificate{r.AuthCA}
		o.PIN = func() (secret.Secret, error) { t.Error("the PIN was asked for"); return 0, nil }
		if _, err := Run(t.Context(), o); !errors.Is(err, ErrNotFull) || card.Tries(kiosk.RefAuth) != left {
			t.Errorf("%d left: %v", left, err)
		}
	}
}

func TestWrongPINSpendsOneTryAndIsSaid(t *testing.T) {
	r := resident(t)
	card := sim.NewCard(r)
	o := trial(laid(t, card))
	o.Consent.Try, o.CAs, o.PIN = ConsentToTry, []*x509.Certificate{r.AuthCA}, pinOf("0000")
	var wrong port.WrongSecret
	if _, err := Run(t.Context(), o); !errors.As(err, &wrong) || card.Tries(kiosk.RefAuth) != 2 {
		t.Errorf("%v, %d left", err, card.Tries(kiosk.RefAuth))
	}
}
