package pn532_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func TestAnswersOfEveryLengthNearALimit(t *testing.T) {
	for _, n := range []int{0, 1, 250, 251, 252, 253, 254, 255, 256} {
		card := newPlain()
		want := bytes.Repeat([]byte{0xA5, 0x00, 0xFF}, 86)[:n]
		card.answer = func([]byte) ([]byte, bool) { return append(bytes.Clone(want), 0x90, 0x00), true }
		_, _, l := tapped(t, card)
		got, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsRead, Le: 256})
		if err != nil || !bytes.Equal(got.Data, want) || !got.SW.OK() {
			t.Errorf("%d bytes: got %d, %v, %v", n, len(got.Data), got.SW, err)
		}
	}
}

func TestCommandsOfEveryLengthNearALimit(t *testing.T) {
	for _, n := range []int{0, 1, 246, 247, 248, 249, 250, 254, 255} {
		card := newPlain()
		_, _, l := tapped(t, card)
		c := apdu.Command{INS: 0xD6, Data: bytes.Repeat([]byte{0x00, 0x00, 0xFF}, 85)[:n], Le: 256}
		if _, err := l.Transmit(soon(t), c); err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		want, _ := c.AppendTo(nil)
		if !bytes.Equal(card.commands[0], want) {
			t.Errorf("%d bytes: the card got another command", n)
		}
	}
}

func TestTooLongForAShortAPDUNeverReachesTheWire(t *testing.T) {
	card := newPlain()
	_, _, l := tapped(t, card)
	for _, c := range []apdu.Command{{Data: make([]byte, 256)}, {Data: make([]byte, 70000)}, {Le: 257}, {Le: -1}} {
		if _, err := l.Transmit(soon(t), c); !errors.Is(err, apdu.ErrLength) {
			t.Errorf("%d/%d: %v, want ErrLength", len(c.Data), c.Le, err)
		}
	}
	if card.seen() != 0 {
		t.Error("the card was asked")
	}
	if _, err := l.Transmit(soon(t), query); err != nil {
		t.Errorf("the link did not survive: %v", err)
	}
}

func TestAnswerWithoutAStatusWordOrTooLong(t *testing.T) {
	for _, n := range []int{0, 1, 259, 262, 263} {
		card := newPlain()
		card.answer = func([]byte) ([]byte, bool) { return make([]byte, n), true }
		_, _, l := tapped(t, card)
		if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) {
			t.Errorf("%d bytes: %v, want gone", n, err)
		}
		if card.powered() {
			t.Errorf("%d bytes: the card kept its power", n)
		}
	}
}

func TestAnswerInPieces(t *testing.T) {
	for _, piece := range []int{1, 7, 64, 257} {
		card := newPlain()
		want := bytes.Repeat([]byte("0123456789ABCDEF"), 16)
		card.answer = func([]byte) ([]byte, bool) { return append(bytes.Clone(want), 0x90, 0x00), true }
		virtual, _, l := tapped(t, card)
		virtual.Fault(sim.Faults{Chain: piece})
		got, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsRead, Le: 256})
		if err != nil || !bytes.Equal(got.Data, want) {
			t.Errorf("pieces of %d: %d bytes, %v", piece, len(got.Data), err)
		}
		if card.seen() != 1 {
			t.Errorf("pieces of %d: the card was asked %d times", piece, card.seen())
		}
	}
}

func TestLiftedCardIsGoneForEver(t *testing.T) {
	card := newPlain()
	virtual, r, l := tapped(t, card)
	virtual.Lift()
	if err := l.Present(soon(t)); !errors.Is(err, port.ErrGone) {
		t.Fatalf("present: %v, want gone", err)
	}
	virtual.Lay(card)
	var lines int
	virtual.Watch(func(string) { lines++ })
	if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) {
		t.Errorf("transmit: %v, want gone", err)
	}
	if err := l.Present(soon(t)); !errors.Is(err, port.ErrGone) {
		t.Errorf("present: %v, want gone", err)
	}
	if err := l.Release(soon(t)); err != nil {
		t.Errorf("release: %v", err)
	}
	virtual.Watch(nil)
	if lines != 0 {
		t.Errorf("%d frames for a link that is gone", lines)
	}
	again, err := r.Wait(soon(t))
	must.OK(t, err)
	if _, err := again.Transmit(soon(t), query); err != nil {
		t.Errorf("the card that came back: %v", err)
	}
	if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) {
		t.Errorf("the old link reached the new card: %v", err)
	}
	if err := l.Release(soon(t)); err != nil || !card.powered() {
		t.Errorf("the old link's release took the new card's power (%v)", err)
	}
}

func TestEveryChipStatusMeansGone(t *testing.T) {
	card := newPlain()
	virtual, r := bench(t)
	ready(t, r)
	virtual.Lay(card)
	for s := 1; s < 0x40; s++ {
		virtual.Fault(sim.Faults{})
		l, err := r.Wait(soon(t))
		must.OK(t, err)
		virtual.Fault(sim.Faults{Status: byte(s)})
		_, err = l.Transmit(soon(t), query)
		var status pn532.Status
		if !errors.Is(err, port.ErrGone) || !errors.As(err, &status) || int(status) != s {
			t.Errorf("status %02X: %v", s, err)
		}
		if card.powered() {
			t.Errorf("status %02X: the card kept its power", s)
		}
	}
	if card.seen() != 0 {
		t.Error("the card was asked")
	}
}

func TestTornCardsCommandIsNotRepeated(t *testing.T) {
	card := newPlain()
	card.answer = func([]byte) ([]byte, bool) { return nil, false }
	virtual, _, l := tapped(t, card)
	if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) {
		t.Fatalf("%v, want gone", err)
	}
	if card.seen() != 1 || virtual.Field() {
		t.Errorf("asked %d times, field %v", card.seen(), virtual.Field())
	}
}

func TestCancelledCommandIsGoneAndTheReaderGoesOn(t *testing.T) {
	card := newPlain()
	asked := make(chan struct{})
	virtual, r, l := tapped(t, card)
	virtual.Fault(sim.Faults{AckOnly: true, Times: 1})
	card.answer = func([]byte) ([]byte, bool) { close(asked); return []byte{0x90, 0x00}, true }
	ctx, cancel := context.WithCancel(soon(t))
	go func() { <-asked; cancel() }()
	_, err := l.Transmit(ctx, query)
	if !errors.Is(err, port.ErrGone) || !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want gone and cancelled", err)
	}
	card.mu.Lock()
	card.answer = nil
	card.mu.Unlock()
	l, err = r.Wait(soon(t))
	if err != nil {
		t.Fatalf("a wait afterwards, without ready: %v", err)
	}
	if _, err := l.Transmit(soon(t), query); err != nil {
		t.Errorf("a command afterwards: %v", err)
	}
}

func TestSecondCallerWaitsForTheFirst(t *testing.T) {
	_, _, l := tapped(t, newPlain())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				must.Note(t, must.Err(l.Transmit(soon(t), query)))
			}
		})
	}
	wg.Wait()
	ctx, cancel := context.WithCancel(soon(t))
	cancel()
	if _, err := l.Transmit(ctx, query); !errors.Is(err, context.Canceled) || errors.Is(err, port.ErrGone) {
		t.Errorf("%v: nothing was sent, so nothing is gone", err)
	}
}

// A card may miss one presence check; a card that misses two is gone.
func TestPresenceIsAskedTwice(t *testing.T) {
	card := newPlain()
	virtual, _, l := tapped(t, card)
	virtual.Fault(sim.Faults{Status: 0x01, Times: 1})
	if err := l.Present(soon(t)); err != nil {
		t.Errorf("one missed: %v", err)
	}
	virtual.Fault(sim.Faults{Status: 0x01, Times: 2})
	if err := l.Present(soon(t)); !errors.Is(err, port.ErrGone) {
		t.Errorf("two missed: %v, want gone", err)
	}
	if card.powered() || card.seen() != 0 {
		t.Error("the card kept its power, or was sent a command")
	}
}

// The field-off that follows a cut command may be lost with it. Release makes
// sure.
func TestReleaseAfterACutCommandTakesThePower(t *testing.T) {
	card := newPlain()
	virtual, _, l := tapped(t, card)
	asked := make(chan struct{}, 9)
	virtual.Watch(func(s string) { asked <- struct{}{} })
	virtual.Fault(sim.Faults{Mute: true})
	ctx, cancel := context.WithCancel(soon(t))
	go func() { <-asked; cancel() }()
	if _, err := l.Transmit(ctx, query); !errors.Is(err, port.ErrGone) {
		t.Fatalf("%v, want gone", err)
	}
	for range 2 { // the abort, and the field-off that is not heard
		<-asked
	}
	virtual.Watch(nil)
	if !card.powered() {
		t.Fatal("the field-off was heard, so this test proves nothing")
	}
	virtual.Fault(sim.Faults{})
	if err := l.Release(soon(t)); err != nil || card.powered() || virtual.Field() {
		t.Errorf("%v, power %v", err, card.powered())
	}
}
