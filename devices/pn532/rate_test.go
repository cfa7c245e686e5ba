package pn532_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// A wireRate is the UART between host and chip, which a pty does not model:
// who speaks at another rate than the other is not understood, and above a
// limit long frames are damaged.
type wireRate struct {
	mu    sync.Mutex
	chip  int // the chip's rate
	next  int // asked for, and taken with the host's ACK
	limit int // the highest rate that carries long frames; 0: all do
	dead  int // a rate at which the host's bytes do not arrive at all; 0: none
	set   []int
}

var codes = map[byte]int{0x04: 115200, 0x05: 230400, 0x06: 460800, 0x07: 921600}

// rated is the host's end.
type rated struct {
	*serial.Port
	wire *wireRate
	host int
}

func (p *rated) SetBaud(baud int) error {
	p.wire.mu.Lock()
	defer p.wire.mu.Unlock()
	p.host = baud
	p.wire.set = append(p.wire.set, baud)
	return p.Port.SetBaud(baud)
}

func (p *rated) Write(ctx context.Context, b []byte) error {
	p.wire.mu.Lock()
	w := p.wire
	deaf := p.host != w.chip || p.host == w.dead
	if !deaf {
		if f, _, err := pn532.Decode(b); err == nil && f.Kind == pn532.Data && f.PD[0] == 0x10 && len(f.PD) == 2 {
			w.next = codes[f.PD[1]]
		}
		if bytes.Equal(b, []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}) && w.next != 0 {
			w.chip, w.next = w.next, 0
		}
	}
	p.wire.mu.Unlock()
	if deaf {
		return ctx.Err() // the chip hears noise
	}
	return p.Port.Write(ctx, b)
}

func (p *rated) Read(ctx context.Context, b []byte) (int, error) {
	n, err := p.Port.Read(ctx, b)
	p.wire.mu.Lock()
	defer p.wire.mu.Unlock()
	if w := p.wire; w.limit != 0 && p.host > w.limit && n > 40 {
		b[n/2] ^= 0x04
	}
	return n, err
}

// raised is a virtual reader on such a wire, and a driver that wants a rate.
func raised(t *testing.T, w *wireRate, baud int) (*sim.Reader, *pn532.Reader) {
	t.Helper()
	virtual, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(virtual.Close)
	return virtual, driverOn(t, virtual, w, baud)
}

func driverOn(t *testing.T, virtual *sim.Reader, w *wireRate, baud int) *pn532.Reader {
	t.Helper()
	r := pn532.New(func() (pn532.Port, error) {
		p, err := serial.Open(virtual.Path(), 115200)
		if err != nil {
			return nil, err
		}
		return &rated{Port: p, wire: w, host: 115200}, nil
	}, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = r.Close() })
	must.OK(t, r.Raise(baud))
	return r
}

func (w *wireRate) now() int { w.mu.Lock(); defer w.mu.Unlock(); return w.chip }

func TestRateIsRaisedAndGivenBack(t *testing.T) {
	t.Parallel()
	for _, baud := range []int{115200, 230400, 460800, 921600} {
		w := &wireRate{chip: 115200}
		virtual, r := raised(t, w, baud)
		virtual.Lay(newPlain())
		for range 2 { // the second Ready finds the chip as the first left it
			if err := visit(soon(t), r); err != nil {
				t.Fatalf("%d baud: %v", baud, err)
			}
			if w.now() != baud {
				t.Errorf("chip at %d baud, want %d", w.now(), baud)
			}
		}
		must.OK(t, r.Close())
		if w.now() != 115200 {
			t.Errorf("%d baud: left at %d for the next program", baud, w.now())
		}
	}
}

func TestRateThatNoLineHas(t *testing.T) {
	_, r := raised(t, &wireRate{chip: 115200}, 115200)
	for _, baud := range []int{0, -1, 9600, 1288000} {
		if err := r.Raise(baud); !errors.Is(err, pn532.ErrRate) {
			t.Errorf("%d baud: %v", baud, err)
		}
	}
}

// The line carries short frames at the raised rate and damages long ones: the
// test finds it before a card does.
func TestBadLineFallsBackBeforeACardIsTouched(t *testing.T) {
	t.Parallel()
	w := &wireRate{chip: 115200, limit: 230400}
	virtual, r := raised(t, w, 921600)
	virtual.Lay(newPlain())
	must.OK(t, visit(soon(t), r))
	if w.now() != 115200 {
		t.Errorf("the chip is at %d baud", w.now())
	}
	tried := len(w.set)
	if err := visit(soon(t), r); err != nil || len(w.set) != tried {
		t.Errorf("%v; the line that was found bad was tried again: %v", err, w.set)
	}
}

// A run that was killed left the chip fast, and the chip kept its power.
func TestChipThatWasLeftFastIsFoundBack(t *testing.T) {
	t.Parallel()
	w := &wireRate{chip: 921600}
	virtual, r := raised(t, w, 921600)
	virtual.Lay(newPlain())
	must.OK(t, visit(soon(t), r))
	if w.now() != 921600 {
		t.Errorf("the chip is at %d baud", w.now())
	}
}

// Good at first and bad for a moment later, as a cable that is moved: the
// reader is lost once, and comes back slow, although a test of the line would
// pass again.
func TestLineThatTurnsBadIsUsedSlowly(t *testing.T) {
	t.Parallel()
	w := &wireRate{chip: 115200}
	virtual, r := raised(t, w, 460800)
	card := newPlain()
	card.answer = func([]byte) ([]byte, bool) { return make([]byte, 200), true }
	virtual.Lay(card)
	ready(t, r)
	l, err := r.Wait(soon(t))
	must.OK(t, err)
	w.mu.Lock()
	w.limit = 115200
	w.mu.Unlock()
	if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) {
		t.Fatalf("%v, want gone", err)
	}
	w.mu.Lock()
	w.limit = 0
	w.mu.Unlock()
	card.mu.Lock()
	card.answer = nil
	card.mu.Unlock()
	if err := visit(soon(t), r); err != nil || w.now() != 115200 {
		t.Errorf("%v, at %d baud", err, w.now())
	}
}

// Pulled out at the raised rate is no fault of the rate.
func TestUnpluggedReaderComesBackFast(t *testing.T) {
	t.Parallel()
	w := &wireRate{chip: 115200}
	virtual, r := raised(t, w, 921600)
	ready(t, r)
	virtual.Unplug()
	if _, err := r.Wait(soon(t)); !isFault(err, kiosk.MsgReader) {
		t.Fatalf("%v, want lost", err)
	}
	w.mu.Lock()
	w.chip = 115200 // its power was gone
	w.mu.Unlock()
	must.OK(t, virtual.Plug())
	ready(t, r)
	if w.now() != 921600 {
		t.Errorf("at %d baud", w.now())
	}
}

// Nothing arrives at the raised rate, not even the way back.
func TestRateAtWhichNothingArrives(t *testing.T) {
	t.Parallel()
	w := &wireRate{chip: 115200, dead: 921600}
	_, r := raised(t, w, 921600)
	if err := r.Ready(soon(t)); !isFault(err, kiosk.MsgReader) || !errors.Is(err, pn532.ErrSilent) {
		t.Errorf("%v, want lost and silent", err)
	}
	w.mu.Lock()
	w.chip = 115200 // the reader lost its power, or the reset line did
	w.mu.Unlock()
	ready(t, r)
	if w.now() != 115200 {
		t.Errorf("at %d baud", w.now())
	}
}
