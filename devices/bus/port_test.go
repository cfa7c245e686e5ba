package bus_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"periph.io/x/conn/v3/physic"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// opening is what the host and a chip that answers at once say until the chip
// is ready to be asked for its name, written out from UM0701-02 §6.2.1 and
// §7.2.10 by hand.
const opening = `
	< 1: 00
	> 6: 00 00 FF 00 FF 00
	< 1: 00
	< 1: 00
	> 10: 00 00 FF 03 FD D4 14 01 17 00
	< 1: 01
	< 7: 01 00 00 FF 00 FF 00
	< 1: 01
	< 276: 01 00 00 FF 02 FE D5 15 16 00
	< 1: 00
	> 9: 00 00 FF 02 FE D4 02 2A 00
	< 1: 01
	< 7: 01 00 00 FF 00 FF 00
`

// Each is what follows on the bus, and what the host must make of it.
func TestAnswersThatAreNone(t *testing.T) {
	for _, c := range []struct {
		name, follows string
		want          error
	}{
		{"another chip's name", "< 1: 01\n< 276: 01 00 00 FF 06 FA D5 03 33 01 06 07 E7 00", pn532.ErrOtherChip},
		{"a PN532 without Type B", "< 1: 01\n< 276: 01 00 00 FF 06 FA D5 03 32 01 06 05 EA 00", pn532.ErrOtherChip},
		{"error frame", "< 1: 01\n< 276: 01 00 00 FF 01 FF 7F 81 00", pn532.ErrGarbled},
		{"reply to another command", "< 1: 01\n< 276: 01 00 00 FF 02 FE D5 15 16 00", pn532.ErrGarbled},
		{"no start code", "< 1: 01\n< 276: 01 A5 A5 A5 A5", pn532.ErrFrame},
		{"only zeros", "< 1: 01\n< 276: 01", pn532.ErrFrame},
		{"length checksum", "< 1: 01\n< 276: 01 00 00 FF 06 FB D5 03 32 01 06 07 E8 00", pn532.ErrFrame},
		{"data checksum", "< 1: 01\n< 276: 01 00 00 FF 06 FA D5 03 32 01 06 07 E9 00", pn532.ErrFrame},
		{"longer than a frame can be", "< 1: 01\n< 276: 01 00 00 FF FF FF 02 00 FE D5 03", pn532.ErrFrame},
		{"the line floats", "< 1: FF", bus.ErrNoAnswer},
	} {
		r, over := player(t, "i2c", parse(t, opening+c.follows, false))
		if err := r.Ready(soon(t)); !isLost(err) || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if err := over(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Not ready many times, and once ready in the status and not in the frame that
// follows: waited out, nothing is fetched twice.
func TestNotReadyIsWaitedOut(t *testing.T) {
	on, over := playback(t, "i2c", parse(t, `
		< 1: 00
		< 1: 00
		< 1: 80
		< 1: 01
		< 7: 00 AA AA AA AA AA AA
		< 1: 00
		< 1: 81
		< 7: 01 00 00 FF 00 FF 00`, false))
	var got [6]byte
	if n, err := on.Read(soon(t), got[:]); err != nil || n != 6 || !bytes.Equal(got[:], []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}) {
		t.Errorf("% X, %v", got[:n], err)
	}
	must.Note(t, over())
}

func TestSPIBitsAreTurnedAndPrefixesStand(t *testing.T) {
	on, over := playback(t, "spi", parse(t, `
		> 10: 80 00 00 FF 40 7F 2B 40 54 00
		> 2: 40 00
		< 2: FF 00
		> 2: 40 00
		< 2: FF 80
		> 7: C0 00 00 00 00 00 00
		< 7: 80 00 00 FF 00 FF 00`, true))
	must.OK(t, on.Write(soon(t), []byte{0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00}))
	var got [6]byte
	if n, err := on.Read(soon(t), got[:]); err != nil || n != 6 || !bytes.Equal(got[:], []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}) {
		t.Errorf("% X, %v", got[:n], err)
	}
	must.Note(t, over())
}

func TestFlushForgetsWhatTheChipOwes(t *testing.T) {
	on, over := playback(t, "i2c", parse(t, "< 1: 01\n< 276: 01 00 00 FF\n< 1: 01\n< 276: 01 00\n< 1: 00", false))
	must.Note(t, on.Flush())
	must.Note(t, over())
}

// rude is a bus whose transactions end as told.
type rude struct {
	ends  []error
	count int
}

func (*rude) String() string                  { return "rude" }
func (*rude) SetSpeed(physic.Frequency) error { return nil }
func (r *rude) Tx(_ uint16, w, b []byte) error {
	if r.count++; r.count > len(r.ends) {
		return nil
	}
	return r.ends[r.count-1]
}

func TestSleeperIsNudgedThreeTimesAndNoMore(t *testing.T) {
	for naks, want := range []error{nil, nil, nil, bus.ErrNoAnswer} {
		b := &rude{}
		for range naks {
			b.ends = append(b.ends, errNobody)
		}
		if err := bus.NewI2C(b, nil).Wake(soon(t)); !errors.Is(err, want) || b.count > 3 {
			t.Errorf("%d times unacknowledged: %v after %d", naks, err, b.count)
		}
	}
}

// A frame is written once: who does not acknowledge it may have heard it.
func TestWriteIsNeverRepeated(t *testing.T) {
	b := &rude{ends: []error{errNobody}}
	p := bus.NewI2C(b, nil)
	if err := p.Write(soon(t), []byte{1}); !errors.Is(err, bus.ErrNoAnswer) || b.count != 1 {
		t.Errorf("%v after %d", err, b.count)
	}
	if err := p.Write(soon(t), make([]byte, bus.MaxFrame+1)); !errors.Is(err, bus.ErrTooLong) || b.count != 1 {
		t.Errorf("too long: %v after %d", err, b.count)
	}
}

func TestEveryCallEndsWithItsContext(t *testing.T) {
	p := bus.NewI2C(&rude{}, nil) // never ready
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, read := p.Read(late, make([]byte, 6))
	_, readEnded := p.Read(ended, make([]byte, 6))
	for name, c := range map[string]struct{ got, want error }{
		"read": {read, context.DeadlineExceeded}, "read, ended": {readEnded, context.Canceled},
		"write": {p.Write(ended, []byte{1}), context.Canceled}, "wake": {p.Wake(ended), context.Canceled},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if n, err := p.Read(t.Context(), nil); n != 0 || err != nil {
		t.Errorf("nothing asked: %d, %v", n, err)
	}
}

// The frame layer is one: the longest command goes out over each bus as it
// does over a UART, and MaxFrame is enough for it.
func TestLongestFrameFits(t *testing.T) {
	if bus.MaxFrame != pn532.MaxWire {
		t.Fatalf("the bus takes %d bytes, a frame has up to %d", bus.MaxFrame, pn532.MaxWire)
	}
	each(t, func(t *testing.T, w wiring) {
		virtual, r := bench(t, w, nil)
		virtual.Lay(&plain{})
		must.OK(t, r.Ready(soon(t)))
		l, err := r.Wait(soon(t))
		must.OK(t, err)
		if _, err := l.Transmit(soon(t), apdu.Command{INS: 0xD6, Data: make([]byte, 255), Le: 256}); err != nil || errors.Is(err, port.ErrGone) {
			t.Error(err)
		}
	})
}
