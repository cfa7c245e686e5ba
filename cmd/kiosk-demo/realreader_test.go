package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// What `run -reader` does, with a face of text for the firmware's window: the
// demo without a reader of its own, and the firmware at a device that
// belongs to another process.
type realShop struct {
	t     *testing.T
	far   *far
	c     *demo.Demo
	kiosk *headless.Kiosk
	gone  chan struct{} // the log has said that there is no such port
	asked atomic.Int32  // how often the authority was asked about a card
}

// programFolder has the sandbox, and of the firmware no more than its name: the
// test starts the one with a face of text. TestMain removes it.
var programFolder = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "realreader-test-")
	if err != nil {
		return "", err
	}
	madeFolder = dir
	if out, err := exec.Command("go", "build", "-o", dir, "multicopy.example/cmd/authority-sandbox").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return dir, os.WriteFile(filepath.Join(dir, "kiosk"), nil, 0o600)
})

var madeFolder string

func openReal(t *testing.T) *realShop {
	t.Helper()
	self, err := os.Executable()
	must.OK(t, err)
	bin, err := programFolder()
	must.OK(t, err)
	s := &realShop{t: t, far: farAway(t), gone: make(chan struct{}, 16)}
	dir := t.TempDir()
	s.c, err = demo.Open(t.Context(), demo.Options{Bin: bin, Run: dir, Residents: "hanako,fuyu", Panel: "10.1", Phone: "127.0.0.1:0",
		Reader: s.far.name, Log: slog.New(slog.DiscardHandler)})
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, s.c.Close())
	})
	must.OK(t, s.c.Kiosk.Configure())
	heard := func(line string) {
		if strings.Contains(line, "code=E-RDR1 ") {
			s.gone <- struct{}{}
		}
		if strings.Contains(line, "path=/v2/open ") {
			s.asked.Add(1)
		}
	}
	s.kiosk, err = headless.Start(process.Command{Name: "the firmware", Path: self, Args: []string{"headless-kiosk", "--config", s.c.Kiosk.ConfigFile()},
		Log: filepath.Join(s.c.Kiosk.Dir, "kiosk.log"), Line: heard}, nil)
	must.OK(t, err)
	t.Cleanup(s.end)
	return s
}

func (s *realShop) end() {
	if s.kiosk.Running() {
		must.Note(s.t, s.kiosk.End())
	}
}

// at waits for a place, and in Telling for the word.
func (s *realShop) at(p kiosk.Place, said kiosk.Message) headless.Screen {
	s.t.Helper()
	got, err := s.kiosk.Await(limited(s.t), p.String(), func(v headless.Screen) bool {
		return v.Place == p || v.Place == kiosk.Telling && p < kiosk.Telling && p != kiosk.OutOfService
	})
	must.OK(s.t, err)
	if got.Place != p || p == kiosk.Telling && got.Told != said {
		s.t.Fatalf("the kiosk is at %s and says %s", got.Place, got.Told)
	}
	return got
}

func (s *realShop) press(places ...kiosk.Place) {
	s.t.Helper()
	for _, p := range places {
		s.at(p, kiosk.NoMessage)
		s.push(p)
	}
}

func (s *realShop) push(p kiosk.Place) {
	s.t.Helper()
	must.OK(s.t, s.kiosk.Press(p, kiosk.ButtonOK))
}

func (s *realShop) enter(p kiosk.Place, value string) {
	s.t.Helper()
	s.at(p, kiosk.NoMessage)
	must.OK(s.t, s.kiosk.Type(p, value))
	s.push(p)
}

// folder is a resident's, with the card's files.
func (s *realShop) folder(key string) string { return s.c.Cards.Find(key).Dir }

// reads: SELECT, READ BINARY, GET RESPONSE, and VERIFY without data (ISO 7816-4
// §11), and of these nothing that asks for the certificate with name and
// address.
func reads(line string) bool {
	for _, free := range []string{"00 A4 ", "00 B0 ", "00 C0 "} {
		if strings.HasPrefix(line, free) {
			return !strings.HasPrefix(line, "00 B0 81")
		}
	}
	return strings.HasPrefix(line, "00 20 ") && strings.HasSuffix(line, " 0")
}

// A real My Number Card on a real reader is a card of a stranger's CA.
func TestStrangersCardOnARealReaderIsOnlyReadAndPolitelyRefused(t *testing.T) {
	s := openReal(t)
	s.press(kiosk.Idle, kiosk.Needs)
	s.at(kiosk.PlaceCard, kiosk.NoMessage)
	s.far.do("lay %s", s.folder("fuyu"))
	s.at(kiosk.WrongCard, kiosk.MsgWrongCard)
	s.far.do("lift")
	s.at(kiosk.PlaceCard, kiosk.NoMessage) // for the right one
	must.OK(t, s.kiosk.Press(kiosk.PlaceCard, kiosk.ButtonStop))
	s.at(kiosk.Idle, kiosk.NoMessage)
	s.end() // its whole log was heard
	// An authority refuses such a card too, with the same word. The kiosk has to
	// know by itself: what the card says of its holder does not leave the shop.
	if n := s.asked.Load(); n != 0 {
		t.Errorf("the authority was asked about a stranger's card %d times", n)
	}
	got := s.far.heard()
	if len(got) < 10 {
		t.Errorf("only %d commands reached the card: %q", len(got), got)
	}
	for _, line := range got {
		if !reads(line) {
			t.Errorf("%s reached a stranger's card", line)
		}
	}
	for _, line := range []string{"00 20 00 98 4", "00 2A 00 80 51", "00 2C 02 9B 8", "00 B0 81 00 0", "80 A4 00 00 0"} {
		if reads(line) {
			t.Fatalf("%s would not have been seen", line)
		}
	}
}

func TestResidentIsServedAtARealReader(t *testing.T) {
	s := openReal(t)
	known, err := sim.ReadResident(s.folder("hanako"))
	must.OK(t, err)
	must.OK(t, must.Err(s.c.Hand.AtCounter(t.Context(), "hanako", kiosk.FlowP, known.PIN)))
	booked, _ := s.c.Hand.Booked("hanako")
	fresh := harness.DrawPassword(rand.IntN)
	s.press(kiosk.Idle, kiosk.Needs)
	s.at(kiosk.PlaceCard, kiosk.NoMessage)
	s.far.do("lay %s", s.folder("hanako"))
	s.press(kiosk.Plan)
	s.enter(kiosk.Code, string(booked.Code))
	s.enter(kiosk.NewSecret, fresh)
	s.enter(kiosk.Again, fresh)
	s.press(kiosk.Confirm)
	s.enter(kiosk.Proof, string(known.PIN))
	s.at(kiosk.Telling, kiosk.MsgReset)
	// The card stays where it is, the firmware goes, and the port is free.
	s.end()
	if n := s.asked.Load(); n != 1 {
		t.Errorf("the authority was asked about the card %d times", n)
	}
	if err := s.asks(known.AuthCA, fresh); err != nil {
		t.Errorf("the new password: %v", err)
	}
	var wrong port.WrongSecret
	if err := s.asks(known.AuthCA, string(known.Password)); !errors.As(err, &wrong) || wrong.Left != kiosk.RefSign.Full()-1 {
		t.Errorf("the old password: %v", err)
	}
	if r, err := s.c.Authority.App().Reservation(t.Context(), booked.ID); err != nil || r.State != "done" {
		t.Errorf("the reservation is %+v, %v", r, err)
	}
	// The demo's card of the same resident knows nothing of it, and must not
	// lose a try for it.
	if _, err := s.c.Hand.Check(t.Context(), "hanako", kiosk.FlowP, []byte(fresh)); err == nil {
		t.Error("the demo's card was asked for what another one knows")
	}
	if _, password := s.c.Cards.Find("hanako").Tries(); password != 5 {
		t.Errorf("the demo's card has %d tries left", password)
	}
}

// asks lets the card on the far reader compare a signing password.
func (s *realShop) asks(ca *x509.Certificate, password string) error {
	quiet := slog.New(slog.DiscardHandler)
	r := pn532.New(func() (pn532.Port, error) { return serial.Open(s.far.name, pn532.BaseRate) }, quiet)
	defer r.Close()
	ctx := limited(s.t)
	if err := r.Ready(ctx); err != nil {
		return err
	}
	link, err := r.Wait(ctx)
	if err != nil {
		return err
	}
	card := jpki.New(link, []*x509.Certificate{ca}, quiet)
	if _, err := card.Read(ctx); err != nil {
		return err
	}
	slot, err := secret.New()
	if err != nil {
		return err
	}
	defer slot.Wipe()
	for _, c := range []byte(password) {
		slot.Append(c)
	}
	return card.Verify(ctx, kiosk.RefSign, slot)
}

// The cable is pulled on the attract screen, and once more while the kiosk
// waits for a card.
func TestRealReaderThatIsPulledOutComesBackByItself(t *testing.T) {
	s := openReal(t)
	for _, begun := range []bool{false, true} {
		s.at(kiosk.Idle, kiosk.NoMessage)
		if begun {
			s.press(kiosk.Idle, kiosk.Needs)
			s.at(kiosk.PlaceCard, kiosk.NoMessage)
		}
		s.far.do("pull")
		if _, err := os.Stat(s.far.name); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("the device is still there: %v", err)
		}
		if begun {
			s.at(kiosk.Telling, kiosk.MsgReader)
			s.push(kiosk.Telling)
			s.press(kiosk.Thanks)
		}
		if v := s.at(kiosk.OutOfService, kiosk.NoMessage); v.Health != kiosk.MsgReader {
			t.Errorf("out of service because of %s", v.Health)
		}
		select { // staff read which one of the reader's troubles it is
		case <-s.gone:
		case <-limited(t).Done():
			t.Fatal("the log does not say that there is no such port")
		}
		s.far.do("plug")
		s.at(kiosk.Idle, kiosk.NoMessage)
	}
}

// The demo offers nothing that would need its own reader.
func TestCounterKeepsItsHandsOffARealReader(t *testing.T) {
	s := openReal(t)
	card := s.c.Cards.All()[0]
	if err := s.c.Lay(card); !errors.Is(err, demo.ErrReal) || s.c.Cards.Lying() != nil {
		t.Errorf("a card was laid: %v", err)
	}
	if err := errors.Join(s.c.Swap(card), s.c.Beside(card)); !errors.Is(err, demo.ErrReal) {
		t.Errorf("a card was swapped: %v", err)
	}
	for _, key := range []string{demo.Tear, demo.Cable} {
		for _, sw := range s.c.Switches() {
			if sw.Key == key {
				t.Errorf("the switch %s is offered", key)
			}
		}
	}
	if err := s.c.Turn(t.Context(), demo.Cable, demo.In); !errors.Is(err, demo.ErrReal) {
		t.Errorf("the demo's own reader was plugged in: %v", err)
	}
	if err := s.c.Turn(t.Context(), demo.Tear, demo.AtVerify); !errors.Is(err, demo.ErrReal) {
		t.Errorf("a card was to be torn: %v", err)
	}
	if s.c.Cards.Port() != "" {
		t.Error("the demo's own reader has power")
	}
	must.Note(t, s.c.Turn(t.Context(), demo.Network, demo.Cut))
	must.Note(t, s.c.Restore(t.Context()))
	for _, sw := range s.c.Switches() {
		if sw.Key == demo.Network && sw.Now != demo.Whole {
			t.Errorf("the network is %s", sw.Now)
		}
	}
}
