package pn532_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// visit is everything the kiosk asks of a reader for one resident.
func visit(ctx context.Context, r *pn532.Reader) error {
	if err := r.Ready(ctx); err != nil {
		return err
	}
	l, err := r.Wait(ctx)
	if err != nil {
		return err
	}
	for range 2 {
		if _, err := l.Transmit(ctx, query); err != nil {
			return err
		}
		if err := l.Present(ctx); err != nil {
			return err
		}
	}
	return l.Release(ctx)
}

// commands counts the commands of one visit.
func commands(t *testing.T) (n int) {
	t.Helper()
	virtual, r := bench(t)
	virtual.Lay(newPlain())
	virtual.Watch(func(s string) {
		if strings.HasPrefix(s, "> ") && !strings.HasPrefix(s, "> ACK") {
			n++
		}
	})
	must.OK(t, visit(soon(t), r))
	virtual.Unplug() // nothing of it runs any more: n is ours
	return n
}

var misfortunes = []struct {
	name string
	f    sim.Faults
}{
	{"unplugged", sim.Faults{Unplug: true}},
	{"silent", sim.Faults{Mute: true}},
	{"acknowledged and silent", sim.Faults{AckOnly: true}},
	{"NACK", sim.Faults{Nack: true}},
	{"a storm of NACKs", sim.Faults{Storm: true}},
	{"ACK too late", sim.Faults{AckDelay: 1200 * time.Millisecond}},
	{"ACK and reply too late, in one read", sim.Faults{AckDelay: 1200 * time.Millisecond, OneWrite: true}},
	{"a byte a second", sim.Faults{Drip: time.Second}},
	{"garbage", sim.Faults{Garbage: true}},
	{"half a reply", sim.Faults{Half: true}},
	{"data checksum", sim.Faults{BadDCS: true}},
	{"length checksum", sim.Faults{BadLCS: true}},
	{"frame from a host", sim.Faults{BadTFI: true}},
	{"reply to another command", sim.Faults{BadCode: true}},
	{"reply before ACK", sim.Faults{Early: true}},
}

// Whatever happens at whatever frame: the caller is told that the reader or
// the card is lost, nothing hangs, and the next Ready finds a healed reader.
func TestUnplugAtEveryFrame(t *testing.T) {
	frames := commands(t)
	if frames < 10 {
		t.Fatalf("a visit of %d commands is none", frames)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	atOnce := make(chan struct{}, 64) // most of it is waiting for deadlines
	for _, m := range misfortunes {
		for after := range frames {
			f := m.f
			f.After = after
			atOnce <- struct{}{}
			wg.Go(func() {
				defer func() { <-atOnce }()
				if err := strike(t, f); err != nil {
					t.Errorf("%s after %d commands: %v", m.name, after, err)
				}
			})
		}
	}
}

// strike makes one visit with the misfortune, heals the reader and makes
// another.
func strike(t *testing.T, f sim.Faults) error {
	virtual, r := bench(t)
	virtual.Lay(newPlain())
	virtual.Fault(f)
	err := visit(soon(t), r)
	if !isFault(err, kiosk.MsgReader) && !errors.Is(err, port.ErrGone) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("visit: %w, want lost or gone by the reader's own deadline", err)
	}
	if _, err := r.Wait(soon(t)); !isFault(err, kiosk.MsgReader) {
		return fmt.Errorf("wait without ready: %w, want lost", err)
	}
	virtual.Fault(sim.Faults{})
	if f.Unplug {
		virtual.Unplug()
		if err := virtual.Plug(); err != nil {
			return err
		}
	}
	if err := visit(soon(t), r); err != nil {
		return fmt.Errorf("healed: %w", err)
	}
	return nil
}

func TestOddButHonestLinesAreUnderstood(t *testing.T) {
	long := bytes.Repeat([]byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}, 42)
	for _, m := range []struct {
		name string
		f    sim.Faults
	}{
		{"ACK and reply in one read", sim.Faults{OneWrite: true}},
		{"byte by byte", sim.Faults{Split: true}},
		{"one read, byte by byte", sim.Faults{OneWrite: true, Split: true}},
		{"noise around frames", sim.Faults{Noise: true}},
		{"late ACK", sim.Faults{AckDelay: 120 * time.Millisecond}},
		{"late reply", sim.Faults{ReplyDelay: 120 * time.Millisecond}},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			card := newPlain()
			card.answer = func([]byte) ([]byte, bool) { return append(bytes.Clone(long), 0x90, 0x00), true }
			virtual, r := bench(t)
			virtual.Lay(card)
			virtual.Fault(m.f)
			must.OK(t, visit(soon(t), r))
			l, err := r.Wait(soon(t))
			must.OK(t, err)
			got, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsRead, Le: 256})
			if err != nil || !bytes.Equal(got.Data, long) {
				t.Errorf("%d bytes, %v", len(got.Data), err)
			}
		})
	}
}

// A reply that comes twice may end the link, but is never taken for the answer
// to the next command.
func TestOldAnswerIsNeverTakenForANewOne(t *testing.T) {
	card := newPlain()
	card.answer = func(c []byte) ([]byte, bool) { return []byte{c[3], 0x90, 0x00}, true }
	virtual, r, l := tapped(t, card)
	virtual.Fault(sim.Faults{Twice: true})
	for i := range 200 {
		got, err := l.Transmit(soon(t), apdu.Command{INS: apdu.InsRead, P2: byte(i), Le: 1})
		if err == nil && (len(got.Data) != 1 || got.Data[0] != byte(i)) {
			t.Fatalf("command %d got the answer % X", i, got.Data)
		}
		if err == nil {
			continue
		}
		virtual.Fault(sim.Faults{})
		ready(t, r)
		l, err = r.Wait(soon(t))
		must.OK(t, err)
		virtual.Fault(sim.Faults{Twice: true})
	}
}

func TestSleepyChipIsWokenAgain(t *testing.T) {
	virtual, r := bench(t)
	virtual.Fault(sim.Faults{Mute: true, Times: 2})
	if err := r.Ready(soon(t)); err != nil {
		t.Errorf("two commands lost to sleep: %v", err)
	}
}

// A single program owns the port; the reader that is refused works as soon as
// the other lets go.
func TestTwoDriversOnOnePort(t *testing.T) {
	virtual, a := bench(t)
	ready(t, a)
	b := newDriver(t, virtual)
	if err := b.Ready(soon(t)); !isFault(err, kiosk.MsgReader) {
		t.Fatalf("second driver: %v, want refused", err)
	}
	must.OK(t, a.Close())
	ready(t, b)
}
