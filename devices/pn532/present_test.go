package pn532_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// logged is a reader with that card on it, found, and what it logs.
func logged(t *testing.T, f sim.Faults, card sim.Target) (*sim.Reader, *pn532.Reader, *pn532.Link, *bytes.Buffer) {
	t.Helper()
	virtual, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(virtual.Close)
	var text bytes.Buffer
	r := pn532.New(func() (pn532.Port, error) { return serial.Open(virtual.Path(), 115200) }, slog.New(slog.NewTextHandler(&text, nil)))
	t.Cleanup(func() { _ = r.Close() })
	ready(t, r)
	virtual.Lay(card)
	virtual.Fault(f)
	l, err := r.Wait(soon(t))
	must.OK(t, err)
	return virtual, r, l, &text
}

func TestPresenceFallsBackToACommandWhereNoCardAnswersRNAK(t *testing.T) {
	card := newPlain()
	virtual, r, l, text := logged(t, sim.Faults{NoNAK: true}, card)
	thru := said(virtual, "> InCommunicateThru")
	for range 20 {
		if err := l.Present(soon(t)); err != nil {
			t.Fatalf("the card lies there: %v", err)
		}
	}
	if thru() != 3 || card.seen() != 20 {
		t.Errorf("asked by R(NAK) %d times and by a command %d times, want 3 and 20", thru(), card.seen())
	}
	for _, c := range card.commands {
		if !bytes.Equal(c, []byte{0x00, 0xB0, 0x00, 0x00, 0x01}) {
			t.Errorf("% X is not the harmless command", c)
		}
	}
	virtual.Lift()
	if err := l.Present(soon(t)); !errors.Is(err, port.ErrGone) {
		t.Errorf("lifted: %v, want gone", err)
	}
	virtual.Lay(newPlain())
	ready(t, r) // it may be another reader: proved anew
	if l, err := r.Wait(soon(t)); err != nil || l.Present(soon(t)) != nil {
		t.Errorf("the next card: %v", err)
	}
	if n := strings.Count(text.String(), "READ BINARY"); n != 1 {
		t.Errorf("the log has it %d times:\n%s", n, text)
	}
}

// A card that leaves before anything is proved must not make the reader believe
// that it cannot carry R(NAK), and one that missed it at the edge of the field
// neither.
func TestPresenceIsProvedByACardThatIsThere(t *testing.T) {
	card := newPlain()
	virtual, r, l, text := logged(t, sim.Faults{}, card)
	virtual.Lift()
	if err := l.Present(soon(t)); !errors.Is(err, port.ErrGone) {
		t.Fatalf("lifted: %v, want gone", err)
	}
	virtual.Lay(card)
	l, err := r.Wait(soon(t))
	must.OK(t, err)
	virtual.Fault(sim.Faults{NoNAK: true, Times: 2})
	for range 5 {
		must.OK(t, l.Present(soon(t)))
	}
	if card.seen() != 1 {
		t.Errorf("the card saw %d commands, want the one that proves that it is there", card.seen())
	}
	if !strings.Contains(text.String(), "R(NAK)") || strings.Contains(text.String(), "READ BINARY") {
		t.Errorf("the log:\n%s", text)
	}
	virtual.Fault(sim.Faults{NoNAK: true})
	if err := l.Present(soon(t)); !errors.Is(err, port.ErrGone) {
		t.Errorf("a card that stops answering what was proved: %v, want gone", err)
	}
}
