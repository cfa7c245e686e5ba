package sim_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// host talks frames to a virtual reader, by hand.
type host struct {
	t    *testing.T
	port *serial.Port
	rx   []byte
}

func talk(t *testing.T) (*sim.Reader, *host) {
	t.Helper()
	r, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(r.Close)
	p, err := serial.Open(r.Path(), 115200)
	must.OK(t, err)
	t.Cleanup(func() { _ = p.Close() })
	return r, &host{t: t, port: p}
}

// awake is a reader past its first SAMConfiguration.
func awake(t *testing.T) (*sim.Reader, *host) {
	t.Helper()
	r, h := talk(t)
	h.send(append(append([]byte{0x55, 0x55}, make([]byte, 14)...), h.frame(0x14, 0x01)...))
	h.answers([]byte{0x15})
	return r, h
}

func (h *host) frame(pd ...byte) []byte {
	h.t.Helper()
	b, err := pn532.AppendFrame(nil, pn532.ToChip, pd)
	must.OK(h.t, err)
	return b
}

func (h *host) send(b []byte) {
	h.t.Helper()
	must.OK(h.t, h.port.Write(h.t.Context(), b))
}

// next is the next frame; ok false where there is none for a while.
func (h *host) next(patience time.Duration) (f pn532.Frame, ok bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	var buf [64]byte
	for {
		f, used, err := pn532.Decode(h.rx)
		if h.rx = h.rx[used:]; err == nil {
			return f, true
		}
		if !errors.Is(err, pn532.ErrMore) {
			h.t.Fatalf("the reader sent a damaged frame: %v", err)
		}
		n, err := h.port.Read(ctx, buf[:])
		if errors.Is(err, context.DeadlineExceeded) {
			return f, false
		}
		must.OK(h.t, err)
		h.rx = append(h.rx, buf[:n]...)
	}
}

// answers wants an ACK and that reply, or for nil a syntax error.
func (h *host) answers(want []byte) {
	h.t.Helper()
	if f, ok := h.next(10 * time.Second); !ok || f.Kind != pn532.Ack {
		h.t.Fatalf("%v, want an ACK", f)
	}
	f, ok := h.next(10 * time.Second)
	switch {
	case !ok:
		h.t.Fatal("no reply")
	case want == nil && f.Kind != pn532.Error:
		h.t.Errorf("reply % X, want a syntax error", f.PD)
	case want != nil && (f.Kind != pn532.Data || !bytes.Equal(f.PD, want)):
		h.t.Errorf("reply % X, want % X", f.PD, want)
	}
}

func (h *host) ask(want []byte, pd ...byte) {
	h.t.Helper()
	h.send(h.frame(pd...))
	h.answers(want)
}

// token is a target that echoes, so that lengths can be told.
type token struct {
	answer []byte
	on     bool
	losses int
}

func (k *token) PowerOn() { k.on = true }

func (k *token) PowerOff() {
	if k.on {
		k.losses++
	}
	k.on = false
}

func (k *token) ATQB() [11]byte { return [11]byte{1, 2, 3, 4, 0, 0, 0x41, 0xE0, 0xB3, 0x81, 0xA1} }

func (k *token) Exchange(c []byte) ([]byte, bool) {
	if k.answer != nil {
		return k.answer, true
	}
	return bytes.Clone(c), true
}

var record = []byte{0x50, 1, 2, 3, 4, 0, 0, 0x41, 0xE0, 0xB3, 0x81, 0xA1, 1}
