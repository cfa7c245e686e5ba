package bus_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func each(t *testing.T, f func(t *testing.T, w wiring)) {
	t.Helper()
	for _, w := range wirings {
		t.Run(w.name, func(t *testing.T) { t.Parallel(); f(t, w) })
	}
}

func isLost(err error) bool {
	var f port.Fault
	return errors.As(err, &f) && kiosk.Message(f) == kiosk.MsgReader || errors.Is(err, port.ErrGone)
}

func TestOneVisitOverEachBus(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		card := &plain{data: long}
		virtual, r := bench(t, w, nil)
		virtual.Lay(card)
		must.OK(t, visit(soon(t), r, long))
		if virtual.Field() || card.powered() || card.asked != 2 {
			t.Errorf("field %v, power %v, %d commands", virtual.Field(), card.powered(), card.asked)
		}
	})
}

func TestFramesOfEveryLengthNearALimit(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		card := &plain{}
		virtual, r := bench(t, w, func(f *far) { f.stale = true })
		virtual.Lay(card)
		l := found(t, r)
		for _, n := range []int{0, 1, 249, 250, 251, 252, 255, 256} {
			card.data = long[:n]
			got, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsRead, Data: make([]byte, min(n, 255)), Le: 256})
			if err != nil || !bytes.Equal(got.Data, long[:n]) {
				t.Fatalf("%d bytes: %d, %v", n, len(got.Data), err)
			}
		}
	})
}

// Behind a damaged frame stands an older one that was good, as a chip may leave
// it in its buffer: it must not be taken for the answer.
func TestOldAnswerBehindADamagedOneIsNotBelieved(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		card := &plain{}
		var ours *far
		virtual, r := bench(t, w, func(f *far) { ours = f })
		virtual.Lay(card)
		must.OK(t, r.Ready(soon(t)))
		for name, spoil := range map[string]func([]byte) []byte{
			"checksum": func(b []byte) []byte { b[len(b)-1] ^= 0x10; return b },
			"length":   func(b []byte) []byte { b[3] ^= 0x10; return b },
			"start":    func(b []byte) []byte { return append([]byte{0x55, 0xAA}, b[3:]...) },
			"all":      func(b []byte) []byte { return make([]byte, 12) },
		} {
			l := found(t, r)
			good, err := pn532.AppendFrame(nil, pn532.FromChip, []byte{0x41, 0x00, 0x90, 0x00})
			must.OK(t, err)
			ours.mu.Lock()
			ours.hostile = func(b []byte) []byte {
				if len(b) > 8 { // not the ACK
					b = append(spoil(b), good...)
				}
				return b
			}
			ours.mu.Unlock()
			if got, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsVerify, P2: 0x98}); !errors.Is(err, port.ErrGone) || !errors.Is(err, pn532.ErrFrame) {
				t.Errorf("%s: %v, %v: want gone for a damaged frame", name, got.SW, err)
			}
		}
	})
}

// One damaged frame on a bus is asked for again as on a line.
func TestOneDamagedAnswerIsAskedForAgain(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		card := &plain{data: long}
		virtual, r := bench(t, w, nil)
		virtual.Lay(card)
		l := found(t, r)
		for name, f := range map[string]sim.Faults{"data checksum": {BadDCS: true}, "length checksum": {BadLCS: true}} {
			f.Times = 1
			virtual.Fault(f)
			if got, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsRead, Le: 256}); err != nil || !bytes.Equal(got.Data, long) {
				t.Errorf("%s: %d bytes, %v", name, len(got.Data), err)
			}
		}
	})
}

// Whatever happens on the far side at whatever command: told, and healed by the
// next Ready.
func TestLostAtEveryFrameAndBack(t *testing.T) {
	var wg sync.WaitGroup
	defer wg.Wait()
	atOnce := make(chan struct{}, 128) // most of it is waiting for deadlines
	for _, w := range wirings {
		for name, f := range map[string]sim.Faults{
			"silent": {Mute: true}, "never replied": {AckOnly: true}, "NACK": {Nack: true}, "garbage": {Garbage: true},
			"half a reply": {Half: true}, "data checksum": {BadDCS: true}, "length checksum": {BadLCS: true},
			"frame from a host": {BadTFI: true}, "reply to another command": {BadCode: true},
		} {
			for _, after := range []int{0, 1, 5, 7, 8, 9, 10, 11} { // first, name, field, list, APDUs, presence, last
				f := f
				f.After = after
				atOnce <- struct{}{}
				wg.Go(func() {
					defer func() { <-atOnce }()
					virtual, r := bench(t, w, nil)
					virtual.Lay(&plain{data: long})
					defer func() { _ = r.Close(); virtual.Close() }() // here, beside the others
					virtual.Fault(f)
					if err := visit(soon(t), r, long); !isLost(err) {
						t.Errorf("%s, %s after %d: %v, want lost or gone", w.name, name, after, err)
					}
					virtual.Fault(sim.Faults{})
					if err := visit(soon(t), r, long); err != nil {
						t.Errorf("%s, %s after %d, healed: %v", w.name, name, after, err)
					}
				})
			}
		}
	}
}

func TestWiresOffInTheMiddle(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		var ours *far
		card := &plain{data: long}
		virtual, r := bench(t, w, func(f *far) { ours = f })
		virtual.Lay(card)
		l := found(t, r)
		ours.dead = true
		if _, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsVerify}); !errors.Is(err, port.ErrGone) || !errors.Is(err, bus.ErrNoAnswer) {
			t.Errorf("%v, want gone because nothing answers", err)
		}
		if err := visit(soon(t), r, long); err != nil {
			t.Errorf("wires on again: %v", err)
		}
	})
}

func TestNothingOnTheBus(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		_, r := bench(t, w, func(f *far) { f.dead = true })
		if err := r.Ready(soon(t)); !isLost(err) || !errors.Is(err, bus.ErrNoAnswer) {
			t.Errorf("%v, want no answer", err)
		}
	})
}

func TestReadyBitThatIsStuck(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		_, r := bench(t, w, func(f *far) { f.jammed = true })
		if err := r.Ready(soon(t)); !isLost(err) || !errors.Is(err, bus.ErrStuck) {
			t.Errorf("%v, want stuck", err)
		}
	})
}

// The ready line stops moving at whatever frame: told, and healed by the next
// Ready.
func TestReadyLineStuckAtEveryFrame(t *testing.T) {
	const frames = 13 // of a visit: abort, five to set up, three to find a card, two APDUs, presence, field off
	var wg sync.WaitGroup
	defer wg.Wait()
	atOnce := make(chan struct{}, 64)
	for _, w := range wirings {
		for name, at := range map[string]byte{"never ready": 0x00, "always ready": 0x01, "floating": 0xFF, "nonsense": 0x80} {
			for after := range frames {
				atOnce <- struct{}{}
				wg.Go(func() {
					defer func() { <-atOnce }()
					opened := 0
					virtual, r := bench(t, w, func(f *far) {
						if opened++; opened == 1 {
							f.stuck = &stuck{after, at}
						}
					})
					virtual.Lay(&plain{data: long})
					defer func() { _ = r.Close(); virtual.Close() }()
					err := visit(soon(t), r, long)
					// A line that is always ready does no harm once everything was said.
					if last := after == frames-1 && at == 0x01; !isLost(err) && !(last && err == nil) {
						t.Errorf("%s, %s after %d: %v, want lost or gone", w.name, name, after, err)
					}
					if err := visit(soon(t), r, long); err != nil {
						t.Errorf("%s, %s after %d, healed: %v", w.name, name, after, err)
					}
				})
			}
		}
	}
}

func TestCancelledExchangeEndsSoonAndTheBusGoesOn(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		virtual, r := bench(t, w, nil)
		virtual.Lay(&plain{data: long})
		l := found(t, r)
		virtual.Fault(sim.Faults{AckOnly: true, Times: 1})
		ctx, cancel := context.WithCancel(soon(t))
		virtual.Watch(func(s string) {
			if s == "< ACK" {
				cancel()
			}
		})
		_, err := l.Transmit(ctx, apdu.Command{INS: apdu.InsVerify})
		if !errors.Is(err, port.ErrGone) || !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, want gone and cancelled", err)
		}
		virtual.Watch(nil)
		l, err = r.Wait(soon(t))
		must.OK(t, err)
		if _, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsVerify}); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}
