package pn532

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// scripted is a port that notes what it was lent and answers one reply.
type scripted struct {
	c     *chip
	t     *testing.T
	reply []byte
	fail  error // instead of the reply
	cut   func()
	sent  []byte
	lent  bool // the frame lay in the chip's own buffer
}

func (s *scripted) Write(_ context.Context, b []byte) error {
	if s.sent == nil {
		s.sent = bytes.Clone(b)
		s.lent = &b[0] == &s.c.tx[0]
	}
	return nil
}

func (s *scripted) Read(_ context.Context, b []byte) (int, error) {
	if *s.c.tx != [MaxWire]byte{} {
		s.t.Error("the frame is still there while the card works")
	}
	if s.cut != nil {
		s.cut()
		return 0, context.Canceled
	}
	if s.fail != nil {
		return copy(b, s.reply), s.fail
	}
	return copy(b, s.reply), nil
}

func (*scripted) Flush() error { return nil }
func (*scripted) Close() error { return nil }

// What a resident typed is in the chip's buffers only until the frame is out,
// however the exchange ends.
func TestBuffersAreErasedHoweverAnExchangeEnds(t *testing.T) {
	ack := []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}
	answer := func(pd ...byte) []byte {
		b, err := AppendFrame(bytes.Clone(ack), FromChip, pd)
		must.OK(t, err)
		return b
	}
	secret := []byte("1234")
	for _, g := range []struct {
		name  string
		reply []byte
		fail  error
		cut   bool
		data  []byte
		want  error
	}{
		{name: "9000", reply: answer(0x41, 0x00, 0x90, 0x00), data: secret},
		{name: "chip status", reply: answer(0x41, 0x01), data: secret, want: port.ErrGone},
		{name: "more, and nothing, for ever", reply: answer(0x41, 0x40), data: secret, want: port.ErrGone},
		{name: "more for ever", reply: answer(0x41, 0x40, 0x55), data: secret, want: port.ErrGone},
		{name: "a node address before the answer", reply: answer(0x41, 0x80, 0x01, 0x90, 0x00), data: secret, want: port.ErrGone},
		{name: "no status", reply: answer(0x41), data: secret, want: port.ErrGone},
		{name: "noise for ever", reply: bytes.Repeat([]byte{0x55}, 200), data: secret, want: port.ErrGone},
		{name: "echo of the secret in noise", reply: append([]byte("1234"), answer(0x41, 0x00, 0x90, 0x00)...), data: secret},
		{name: "damaged", reply: append(answer(0x41, 0x00, 0x90)[:14], 0x55), fail: io.ErrUnexpectedEOF, data: secret, want: port.ErrGone},
		{name: "unplugged", fail: io.ErrUnexpectedEOF, data: secret, want: port.ErrGone},
		{name: "cancelled", cut: true, data: secret, want: port.ErrGone},
		{name: "too long to encode", data: make([]byte, 256), want: apdu.ErrLength},
	} {
		r := New(nil, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		port := &scripted{c: &r.chip, t: t, reply: g.reply, fail: g.fail}
		if g.cut {
			port.cut = cancel
		}
		r.chip.port = port
		l := &Link{r: r, tg: 1}
		r.link = l
		c := apdu.Command{INS: apdu.InsVerify, P2: 0x98, Data: g.data}
		if _, err := l.Transmit(ctx, c); !errors.Is(err, g.want) {
			t.Errorf("%s: %v, want %v", g.name, err, g.want)
		}
		cancel()
		if *r.chip.tx != [MaxWire]byte{} || *r.chip.rx != [2 * MaxWire]byte{} {
			t.Errorf("%s: something is left in the buffers", g.name)
		}
		if g.want == apdu.ErrLength {
			continue
		}
		if !bytes.Contains(port.sent, secret) {
			t.Errorf("%s: the test's port was not given the secret, so it proves nothing", g.name)
		}
		if !port.lent {
			t.Errorf("%s: the frame was copied on its way", g.name)
		}
	}
}

// The kernel's own word (proc_pid_smaps(5)): the frames are neither swapped (lo)
// nor dumped (dd).
func TestFramesLieInLockedMemory(t *testing.T) {
	r := New(nil, slog.New(slog.DiscardHandler))
	text := must.Read(t, "/proc/self/smaps")
	for name, p := range map[string]unsafe.Pointer{"sent": unsafe.Pointer(r.chip.tx), "received": unsafe.Pointer(r.chip.rx)} {
		found, inside := false, false
		for line := range strings.Lines(string(text)) {
			var from, to uintptr
			if n, _ := fmt.Sscanf(line, "%x-%x", &from, &to); n == 2 {
				inside = uintptr(p) >= from && uintptr(p) < to
			}
			if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && inside {
				found = strings.Contains(flags, " lo") && strings.Contains(flags, " dd")
			}
		}
		if !found {
			t.Errorf("what is %s lies in memory that is not locked", name)
		}
	}
	runtime.KeepAlive(r)
}

func TestAMachineWithoutLockedMemoryHasNoReader(t *testing.T) {
	none := errors.New("no locked memory")
	r := New(func() (Port, error) { t.Error("a port was opened"); return nil, io.EOF }, slog.New(slog.DiscardHandler))
	r.unlocked = none
	if err := r.Ready(t.Context()); !errors.Is(err, none) {
		t.Errorf("%v", err)
	}
}
