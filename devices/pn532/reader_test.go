package pn532_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func isFault(err error, w kiosk.Message) bool {
	var f port.Fault
	return errors.As(err, &f) && kiosk.Message(f) == w
}

func TestOneCardFromTapToRelease(t *testing.T) {
	card := newPlain()
	virtual, r := bench(t)
	ready(t, r)
	if virtual.Field() {
		t.Error("field is on before a caller waits for a card")
	}
	virtual.Lay(card)
	if card.powered() {
		t.Error("card has power before a caller waits for it")
	}
	l, err := r.Wait(soon(t))
	must.OK(t, err)
	got, err := l.Transmit(soon(t), query)
	if err != nil || !got.SW.OK() || len(got.Data) != 0 {
		t.Fatalf("transmit: %v %v", got, err)
	}
	if err := l.Present(soon(t)); err != nil {
		t.Errorf("present: %v", err)
	}
	if n := card.seen(); n != 1 {
		t.Errorf("card saw %d commands, want 1: the presence check is none", n)
	}
	must.OK(t, l.Release(soon(t)))
	if virtual.Field() || card.powered() {
		t.Error("power is on after release")
	}
	if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) {
		t.Errorf("after release: %v, want gone", err)
	}
	if card.seen() != 1 {
		t.Error("a command reached the card after release")
	}
}

func TestTwoCardsAreRefusedAndLoseTheirPower(t *testing.T) {
	virtual, r := bench(t)
	ready(t, r)
	a, b := newPlain(), newPlain()
	virtual.Lay(a)
	virtual.Lay(b)
	if _, err := r.Wait(soon(t)); !isFault(err, kiosk.MsgTwoCards) {
		t.Fatalf("%v, want two cards", err)
	}
	if a.powered() || b.powered() || a.seen()+b.seen() != 0 {
		t.Error("a card was touched, or kept its power")
	}
	virtual.Lift()
	virtual.Lay(a)
	if _, err := r.Wait(soon(t)); err != nil {
		t.Errorf("one card afterwards: %v", err)
	}
}

func TestCardWithoutAPDUs(t *testing.T) {
	card := newPlain()
	card.layer4 = 0
	virtual, r := bench(t)
	ready(t, r)
	virtual.Lay(card)
	if _, err := r.Wait(soon(t)); !isFault(err, kiosk.MsgWrongCard) {
		t.Errorf("%v, want wrong card", err)
	}
}

func TestCardComesLate(t *testing.T) {
	virtual, r := bench(t)
	ready(t, r)
	polls := make(chan struct{}, 100)
	virtual.Watch(func(s string) {
		if strings.HasPrefix(s, "> InListPassiveTarget") {
			polls <- struct{}{}
		}
	})
	go func() {
		<-polls
		<-polls
		virtual.Lay(newPlain())
	}()
	must.OK(t, must.Err(r.Wait(soon(t))))
}

func TestVerifiedStateDoesNotOutliveAWait(t *testing.T) {
	card := newPlain()
	_, r, old := tapped(t, card)
	before := card.losses
	must.OK(t, must.Err(r.Wait(soon(t))))
	if card.losses == before {
		t.Error("the card kept its power from one resident to the next")
	}
	if _, err := old.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) || card.seen() != 0 {
		t.Errorf("the link of before reached the card: %v", err)
	}
}

// lines gathers text from several goroutines.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestTraceNeverShowsABody(t *testing.T) {
	var text lines
	card := newPlain()
	virtual, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(virtual.Close)
	virtual.Watch(func(s string) { fmt.Fprintln(&text, s) })
	log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r := pn532.New(func() (pn532.Port, error) { return serial.Open(virtual.Path(), 115200) }, log)
	t.Cleanup(func() { _ = r.Close() })
	ready(t, r)
	virtual.Lay(card)
	l, err := r.Wait(soon(t))
	must.OK(t, err)
	for _, ins := range []byte{apdu.InsVerify, apdu.InsChange, apdu.InsReset} {
		must.OK(t, must.Err(l.Transmit(soon(t), apdu.Command{INS: ins, P2: 0x9B, Data: []byte("PASSWORD99"), Le: 77})))
	}
	got := strings.ToUpper(text.String())
	for _, want := range []string{"00 20 00 9B", "00 24 00 9B", "00 2C 00 9B", "9000"} {
		if strings.Count(got, want) < 2 {
			t.Errorf("trace has no %q twice:\n%s", want, got)
		}
	}
	for _, never := range []string{"PASSWORD", "50415353", "50 41 53 53", "LC", "LE 77", " 0A"} {
		if strings.Contains(got, never) {
			t.Errorf("trace holds %q:\n%s", never, got)
		}
	}
}

func TestCancelledWaitTurnsTheFieldOff(t *testing.T) {
	virtual, r := bench(t)
	ready(t, r)
	for range 5 {
		ctx, cancel := context.WithCancel(soon(t))
		virtual.Watch(func(s string) {
			if strings.HasPrefix(s, "> InListPassiveTarget") {
				cancel()
			}
		})
		if _, err := r.Wait(ctx); !errors.Is(err, context.Canceled) || isFault(err, kiosk.MsgReader) {
			t.Fatalf("%v, want cancelled and no fault", err)
		}
		virtual.Watch(nil)
	}
	virtual.Lay(newPlain())
	l, err := r.Wait(soon(t))
	if err != nil {
		t.Fatalf("a wait afterwards: %v", err)
	}
	if err := l.Release(soon(t)); err != nil || virtual.Field() {
		t.Errorf("release: %v, field %v", err, virtual.Field())
	}
}

func TestReaderThatIsNone(t *testing.T) {
	nothing := pn532.New(func() (pn532.Port, error) { return serial.Open(t.TempDir()+"/none", 115200) }, slog.New(slog.DiscardHandler))
	if err := nothing.Ready(soon(t)); !isFault(err, kiosk.MsgReader) || !errors.Is(err, serial.ErrNoDevice) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ready: %v", err)
	}
	if _, err := nothing.Wait(soon(t)); !isFault(err, kiosk.MsgReader) {
		t.Errorf("wait: %v", err)
	}
	if err := nothing.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
