package pn532_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// plain is a card of no particular kind: it answers what a test tells it to.
type plain struct {
	mu       sync.Mutex
	power    bool
	losses   int // times it lost its power
	commands [][]byte
	answer   func(command []byte) ([]byte, bool)
	layer4   byte
}

func newPlain() *plain { return &plain{layer4: 0x01} }

func (p *plain) PowerOn() { p.mu.Lock(); p.power = true; p.mu.Unlock() }

func (p *plain) PowerOff() {
	p.mu.Lock()
	if p.power {
		p.losses++
	}
	p.power = false
	p.mu.Unlock()
}

func (p *plain) ATQB() [11]byte {
	return [11]byte{1, 2, 3, 4, 0x00, 0x00, 0x41, 0xE0, 0xB3, 0x80 | p.layer4, 0xA1}
}

func (p *plain) Exchange(c []byte) ([]byte, bool) {
	p.mu.Lock()
	p.commands = append(p.commands, bytes.Clone(c))
	answer := p.answer
	p.mu.Unlock()
	if answer == nil {
		return []byte{0x90, 0x00}, true
	}
	return answer(c)
}

func (p *plain) seen() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.commands)
}

func (p *plain) powered() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.power
}

// bench is a virtual reader and the production driver on its pty.
func bench(t *testing.T) (*sim.Reader, *pn532.Reader) {
	t.Helper()
	virtual, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(virtual.Close)
	virtual.Watch(func(line string) { t.Log(line) }) // shown where the test fails
	return virtual, newDriver(t, virtual)
}

func newDriver(t *testing.T, virtual *sim.Reader) *pn532.Reader {
	t.Helper()
	open := func() (pn532.Port, error) { return serial.Open(virtual.Path(), 115200) }
	r := pn532.New(open, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// soon is a context that no test is meant to reach the end of.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// ctxSoon is soon where many are needed and none is kept.
func ctxSoon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func ready(t *testing.T, r *pn532.Reader) {
	t.Helper()
	must.OK(t, r.Ready(soon(t)))
}

// tapped is a reader with that card on it, found.
func tapped(t *testing.T, card sim.Target) (*sim.Reader, *pn532.Reader, *pn532.Link) {
	t.Helper()
	virtual, r := bench(t)
	ready(t, r)
	virtual.Lay(card)
	l, err := r.Wait(soon(t))
	must.OK(t, err)
	return virtual, r, l
}

var query = apdu.Command{INS: apdu.InsVerify, P2: 0x98}
