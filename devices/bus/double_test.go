package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"syscall"
	"testing"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// A far is the chip's end of a bus. What a host writes goes on to a virtual
// PN532 by its UART, and what that answers is handed out a frame at a time. It
// says "not ready" exactly once before each frame, so that a conversation is
// the same every time.
type far struct {
	line   *serial.Port
	ctx    context.Context
	cancel context.CancelFunc
	ended  chan struct{}

	mu      sync.Mutex
	arrived sync.Cond
	frames  [][]byte
	owed    int  // frames that a command has yet to bring
	asked   bool // "not ready" was said
	asleep  bool
	dead    bool // nothing answers
	jammed  bool // always ready
	stuck   *stuck
	heard   int
	last    []byte
	stale   bool // what stands behind a frame is the frame before, not zeros
	hostile func(frame []byte) []byte
}

func newFar(virtual *sim.Reader) (*far, error) {
	line, err := serial.Open(virtual.Path(), 115200)
	if err != nil {
		return nil, err
	}
	f := &far{line: line, ended: make(chan struct{}), asleep: true}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	f.arrived.L = &f.mu
	go f.listen()
	return f, nil
}

func (f *far) Close() error {
	f.cancel()
	<-f.ended
	return f.line.Close()
}

// listen cuts the line's bytes into frames. A damaged one goes on as it is.
func (f *far) listen() {
	defer close(f.ended)
	var have []byte
	b := make([]byte, 600)
	for {
		n, err := f.line.Read(f.ctx, b)
		if err != nil {
			return
		}
		have = append(have, b[:n]...)
		for {
			_, used, err := pn532.Decode(have)
			if errors.Is(err, pn532.ErrMore) {
				break
			}
			if err != nil {
				used = len(have)
			}
			one := have[max(bytes.Index(have, []byte{0x00, 0xFF})-1, 0):used]
			f.mu.Lock()
			f.frames = append(f.frames, bytes.Clone(one))
			f.arrived.Broadcast()
			f.mu.Unlock()
			have = have[used:]
		}
	}
}

// A stuck ready line does not move any more once the chip has heard so many
// frames.
type stuck struct {
	after int
	at    byte
}

var errNobody = fmt.Errorf("sysfs-i2c: %v", syscall.EREMOTEIO) // as the host's driver says it

// wake is the chip being addressed.
func (f *far) wake() {
	if f.asleep {
		f.asleep = false
		_ = f.line.Write(f.ctx, append([]byte{0x55, 0x55}, make([]byte, 14)...))
	}
}

func (f *far) hear(frame []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wake()
	f.heard++
	f.owed, f.asked = 2, false
	if bytes.Equal(frame, []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}) {
		f.owed, f.frames = 0, nil
	}
	if bytes.Equal(frame, []byte{0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00}) {
		f.owed = 1 // the last reply again, without an ACK
	}
	_ = f.line.Write(f.ctx, frame)
}

func (f *far) status() byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wake()
	if f.jammed {
		return 0x01
	}
	if f.stuck != nil && f.heard > f.stuck.after {
		return f.stuck.at
	}
	if f.owed == 0 && len(f.frames) == 0 {
		return 0x00
	}
	if !f.asked {
		f.asked = true
		return 0x00
	}
	late := time.AfterFunc(50*time.Millisecond, func() { f.mu.Lock(); f.arrived.Broadcast(); f.mu.Unlock() })
	defer late.Stop()
	if len(f.frames) == 0 {
		f.arrived.Wait()
	}
	if len(f.frames) == 0 {
		return 0x00
	}
	return 0x01
}

// fetch fills b with one frame and what stands behind it.
func (f *far) fetch(b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(b)
	if len(f.frames) == 0 {
		return
	}
	one := f.frames[0]
	if f.hostile != nil {
		one = f.hostile(one)
	}
	f.frames, f.asked = f.frames[1:], false
	f.owed = max(f.owed-1, 0)
	n := copy(b, one)
	if f.stale {
		for n < len(b) && len(f.last) > 0 {
			n += copy(b[n:], f.last)
		}
	}
	f.last = bytes.Clone(one)
}

// onI2C is the far end as a bus of periph's.
type onI2C struct{ *far }

func (onI2C) String() string                  { return "double" }
func (onI2C) SetSpeed(physic.Frequency) error { return nil }
func (o onI2C) Tx(addr uint16, w, r []byte) error {
	switch {
	case o.dead || addr != 0x24:
		return errNobody
	case len(w) > 0:
		o.hear(w)
	case len(r) == 1:
		r[0] = o.status()
	default:
		r[0] = 0x01
		o.fetch(r[1:])
	}
	return nil
}

// onSPI is the far end as a port of periph's. Its bits are turned by another
// hand than the driver's.
type onSPI struct{ *far }

func (onSPI) String() string                    { return "double" }
func (onSPI) LimitSpeed(physic.Frequency) error { return nil }
func (onSPI) Duplex() conn.Duplex               { return conn.Full }
func (onSPI) TxPackets([]spi.Packet) error      { return errors.New("not used") }
func (o onSPI) Connect(f physic.Frequency, m spi.Mode, bits int) (spi.Conn, error) {
	if f > 5*physic.MegaHertz || m != spi.Mode0 || bits != 8 {
		return nil, fmt.Errorf("not a PN532's: %s %s %d", f, m, bits)
	}
	return o, nil
}

func (o onSPI) Tx(w, r []byte) error {
	if o.dead {
		for i := range r {
			r[i] = 0xFF
		}
		return nil
	}
	clear(r)
	switch w = turned(w); w[0] {
	case 0x01:
		o.hear(w[1:])
	case 0x02:
		s := o.status()
		for i := range r[1:] {
			r[1+i] = s
		}
	case 0x03:
		o.fetch(r[1:])
	}
	copy(r, turned(r))
	return nil
}

// turned is b with the bits of each byte in the other order.
func turned(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		for bit := range 8 {
			if c&(1<<bit) != 0 {
				out[i] |= 0x80 >> bit
			}
		}
	}
	return out
}

// plain is a card that answers every command with data and 9000.
type plain struct {
	mu    sync.Mutex
	data  []byte
	asked int
	power bool
}

func (p *plain) PowerOn()  { p.mu.Lock(); p.power = true; p.mu.Unlock() }
func (p *plain) PowerOff() { p.mu.Lock(); p.power = false; p.mu.Unlock() }
func (p *plain) ATQB() [11]byte {
	return [11]byte{1, 2, 3, 4, 0x00, 0x00, 0x41, 0xE0, 0xB3, 0x81, 0xA1}
}

func (p *plain) Exchange(c []byte) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if c[1] == apdu.InsRead {
		return append(bytes.Clone(p.data), 0x90, 0x00), true
	}
	return []byte{0x90, 0x00}, true
}

func (p *plain) powered() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.power }

// wiring joins a far end to the driver.
type wiring struct {
	name string
	join func(*far) (pn532.Port, error)
}

var wirings = []wiring{
	{"i2c", func(f *far) (pn532.Port, error) { return bus.NewI2C(onI2C{f}, f), nil }},
	{"spi", func(f *far) (pn532.Port, error) { return bus.NewSPI(onSPI{f}) }},
}

// bench is a virtual reader, the production driver on a bus to it, and what
// sets up each far end that is opened.
func bench(t *testing.T, w wiring, each func(*far)) (*sim.Reader, *pn532.Reader) {
	t.Helper()
	virtual, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(virtual.Close)
	r := pn532.New(func() (pn532.Port, error) {
		f, err := newFar(virtual)
		if err != nil {
			return nil, err
		}
		if each != nil {
			each(f)
		}
		p, err := w.join(f)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return p, nil
	}, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = r.Close() })
	return virtual, r
}

// found is the link to the card that lies there, after the reader was set up.
func found(t *testing.T, r *pn532.Reader) *pn532.Link {
	t.Helper()
	must.OK(t, r.Ready(soon(t)))
	l, err := r.Wait(soon(t))
	must.OK(t, err)
	return l
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// visit is everything the kiosk asks of a reader for one resident, with one
// answer that needs an extended frame.
func visit(ctx context.Context, r *pn532.Reader, want []byte) error {
	if err := r.Ready(ctx); err != nil {
		return err
	}
	l, err := r.Wait(ctx)
	if err != nil {
		return err
	}
	if _, err := l.Transmit(ctx, apdu.Command{INS: apdu.InsVerify, P2: 0x98}); err != nil {
		return err
	}
	got, err := l.Transmit(ctx, apdu.Command{INS: apdu.InsRead, Le: 256})
	if err != nil {
		return err
	}
	if !bytes.Equal(got.Data, want) {
		return fmt.Errorf("read %d bytes, want %d", len(got.Data), len(want))
	}
	if err := l.Present(ctx); err != nil {
		return err
	}
	return l.Release(ctx)
}

// long is an answer that looks like frames.
var long = bytes.Repeat([]byte{0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD5, 0x41, 0x00}, 32)

var _ io.Closer = (*far)(nil)
