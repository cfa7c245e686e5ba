package sim_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

func TestSleepingReaderHearsNothing(t *testing.T) {
	_, h := talk(t)
	h.send(h.frame(0x02))
	if f, ok := h.next(200 * time.Millisecond); ok {
		t.Errorf("a chip asleep answered %v", f)
	}
	// The frame's edges woke it, but its battery mode obeys SAM alone.
	h.send(h.frame(0x02))
	if f, ok := h.next(200 * time.Millisecond); ok {
		t.Errorf("a chip in low-battery mode answered %v", f)
	}
	h.ask([]byte{0x15}, 0x14, 0x01)
	h.ask([]byte{0x03, 0x32, 0x01, 0x06, 0x07}, 0x02)
	h.ask([]byte{0x17, 0x00}, 0x16, 0xF0)
	h.send(h.frame(0x02)[:5]) // what is sent to wake it is lost
	h.ask([]byte{0x03, 0x32, 0x01, 0x06, 0x07}, 0x02)
}

func TestCommandsTheManualHasNoFormFor(t *testing.T) {
	_, h := awake(t)
	for _, pd := range [][]byte{
		{0x4A, 0x01, 0x03}, // Type B without AFI
		{0x4A, 0x03, 0x03, 0x00},
		{0x4A, 0x00, 0x03, 0x00},
		{0x32}, {0x32, 0x01}, {0x32, 0x05, 0x01}, {0x32, 0x03, 0x00},
		{0x02, 0x00}, {0x14}, {0x14, 0x09}, {0x12}, {0x06, 0x63}, {0x08, 0x63, 0x02}, {0x40}, {0xEE},
	} {
		h.ask(nil, pd...)
	}
	h.ask([]byte{0x01, 0x00, 'l', 'i', 'b', 'n', 'f', 'c'}, 0x00, 0x00, 'l', 'i', 'b', 'n', 'f', 'c')
	h.ask([]byte{0x09}, 0x08, 0x63, 0x02, 0x80, 0x63, 0x03, 0x81)
	h.ask([]byte{0x07, 0x81, 0x80, 0x00}, 0x06, 0x63, 0x03, 0x63, 0x02, 0x63, 0x3D)
	h.ask([]byte{0x05, 0x00, 0x00, 0x00, 0x00}, 0x04)
}

func TestDataExchangeAtItsLimits(t *testing.T) {
	r, h := awake(t)
	r.Lay(&token{})
	h.ask(append([]byte{0x4B, 1, 1}, append(bytes.Clone(record), 1)...), 0x4A, 1, 3, 0)
	for _, n := range []int{1, 251, 252, 253, 254, 255, 256, 258, 261, 262} {
		data := bytes.Repeat([]byte{0xFF, 0x00}, 131)[:n]
		h.ask(append([]byte{0x41, 0x00}, data...), append([]byte{0x40, 0x01}, data...)...)
	}
	// 263 bytes are a frame above the chip's limit, built by hand.
	pd := append([]byte{0xD4, 0x40, 0x01}, make([]byte, 263)...)
	h.send(append(append([]byte{0, 0, 0xFF, 0xFF, 0xFF, 0x01, 0x0A, 0xF5}, pd...), 0xEB, 0))
	if f, ok := h.next(200 * time.Millisecond); ok {
		t.Errorf("263 bytes were answered with %v", f)
	}
	r.Lift()
	r.Lay(&token{answer: make([]byte, 263)})
	h.ask(append([]byte{0x4B, 1, 1}, append(bytes.Clone(record), 1)...), 0x4A, 1, 3, 0)
	h.ask([]byte{0x41, 0x07}, 0x40, 0x01, 0x00)
}

func TestPowerFollowsTheFieldAndTheCard(t *testing.T) {
	r, h := awake(t)
	a := &token{}
	h.ask([]byte{0x33}, 0x32, 0x01, 0x01)
	r.Lay(a)
	if !a.on {
		t.Error("no power in the field")
	}
	h.ask(append([]byte{0x4B, 1, 1}, append(bytes.Clone(record), 1)...), 0x4A, 2, 3, 0)
	h.ask([]byte{0x43, 0x00, 0xAB, 0x01}, 0x42, 0xBA, 0x01)
	h.ask([]byte{0x01, 0x27}, 0x00, 0x06)
	h.ask([]byte{0x33}, 0x32, 0x01, 0x00)
	if a.on || a.losses != 1 {
		t.Error("power without a field")
	}
	h.ask([]byte{0x41, 0x0A}, 0x40, 0x01, 0x00)
	h.ask([]byte{0x33}, 0x32, 0x01, 0x01)
	h.ask([]byte{0x41, 0x27}, 0x40, 0x01, 0x00) // powered, but not found again
	h.ask(append([]byte{0x4B, 1, 1}, append(bytes.Clone(record), 1)...), 0x4A, 2, 3, 0)
	r.Lift()
	if a.on || r.Lying() != 0 {
		t.Error("power in the hand")
	}
	h.ask([]byte{0x43, 0x01}, 0x42, 0xBA, 0x01)
	h.ask([]byte{0x41, 0x27}, 0x40, 0x01, 0x00)
}

func TestTwoTargetsLie(t *testing.T) {
	r, h := awake(t)
	a, b := &token{answer: []byte{0xAA}}, &token{answer: []byte{0xBB}}
	r.Lay(a)
	r.Lay(b)
	both := append([]byte{0x4B, 2, 1}, append(bytes.Clone(record), 1, 2)...)
	h.ask(append(both, append(bytes.Clone(record), 2)...), 0x4A, 2, 3, 0)
	h.ask([]byte{0x41, 0x00, 0xAA}, 0x40, 0x01, 0x00)
	h.ask([]byte{0x41, 0x00, 0xBB}, 0x40, 0x02, 0x00)
	h.ask([]byte{0x55, 0x00}, 0x54, 0x02)
	h.ask([]byte{0x45, 0x00}, 0x44, 0x02)
	if a.losses != 0 || b.losses != 1 {
		t.Errorf("deselected 2: %d and %d restarts", a.losses, b.losses)
	}
	h.ask([]byte{0x53, 0x00}, 0x52, 0x00)
	h.ask([]byte{0x41, 0x27}, 0x40, 0x01, 0x00)
	h.ask([]byte{0x55, 0x27}, 0x54, 0x01)
}

// The power-up default polls for ever: only an ACK from the host, or a card,
// ends it.
func TestPollingForEverIsEndedByAnAbort(t *testing.T) {
	r, h := awake(t)
	h.send(h.frame(0x4A, 1, 3, 0))
	if f, ok := h.next(10 * time.Second); !ok || f.Kind != pn532.Ack {
		t.Fatal("no ACK")
	}
	if f, ok := h.next(200 * time.Millisecond); ok {
		t.Fatalf("a reply without a card: % X", f.PD)
	}
	h.send([]byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00})
	h.send(h.frame(0x02))
	if f, ok := h.next(200 * time.Millisecond); ok {
		t.Fatalf("a chip that was just aborted answered %v", f)
	}
	h.ask([]byte{0x33}, 0x32, 0x05, 0x00, 0x01, 0x02)
	h.ask([]byte{0x4B, 0x00}, 0x4A, 1, 3, 0)
	h.ask([]byte{0x33}, 0x32, 0x05, 0x00, 0x01, 0xFF)
	h.send(h.frame(0x4A, 1, 3, 0))
	r.Lay(&token{})
	h.answers(append([]byte{0x4B, 1, 1}, append(bytes.Clone(record), 1)...))
}

func TestNACKAsksAgain(t *testing.T) {
	_, h := awake(t)
	h.ask([]byte{0x03, 0x32, 0x01, 0x06, 0x07}, 0x02)
	h.send([]byte{0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00})
	if f, ok := h.next(10 * time.Second); !ok || !bytes.Equal(f.PD, []byte{0x03, 0x32, 0x01, 0x06, 0x07}) {
		t.Errorf("%v, want the last reply", f)
	}
}

func TestDamagedCommandsAreNotAnswered(t *testing.T) {
	_, h := awake(t)
	whole := h.frame(0x02)
	for i := range len(whole) - 1 {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x40
		if i == 0 {
			continue // a preamble may be anything
		}
		h.send(bad)
	}
	if f, ok := h.next(300 * time.Millisecond); ok {
		t.Errorf("answered with %v", f)
	}
	h.send(make([]byte, 300)) // what a false length may still wait for
	h.ask([]byte{0x03, 0x32, 0x01, 0x06, 0x07}, 0x02)
}

func TestLinkFollowsTheReader(t *testing.T) {
	r, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(r.Close)
	link := filepath.Join(t.TempDir(), "reader")
	must.OK(t, r.Follow(link))
	for range 3 {
		p, err := serial.Open(link, 115200)
		must.OK(t, err)
		r.Unplug()
		if _, err := p.Read(t.Context(), make([]byte, 1)); !errors.Is(err, serial.ErrUnplugged) {
			t.Errorf("read: %v, want unplugged", err)
		}
		_ = p.Close()
		if _, err := os.Lstat(link); !os.IsNotExist(err) || r.Path() != "" {
			t.Errorf("the link is still there: %v", err)
		}
		must.OK(t, r.Plug())
	}
}

// A card that is lifted while it works finishes and loses its power, and its
// answer is lost.
func TestLiftedWhileItWorks(t *testing.T) {
	r, h := awake(t)
	k := &selfLifting{r: r}
	r.Lay(k)
	h.ask(append([]byte{0x4B, 1, 1}, append(bytes.Clone(record), 1)...), 0x4A, 1, 3, 0)
	h.ask([]byte{0x41, 0x01}, 0x40, 0x01, 0x00)
	if k.on {
		t.Error("it kept its power")
	}
}

type selfLifting struct {
	token
	r *sim.Reader
}

func (k *selfLifting) Exchange([]byte) ([]byte, bool) {
	k.r.Lift()
	return []byte{0x90, 0x00}, k.on
}

func TestWatchTellsEveryFrameAndNoBody(t *testing.T) {
	r, h := awake(t)
	lines := make(chan string, 100)
	r.Watch(func(s string) { lines <- s })
	r.Lay(&token{answer: []byte{0x63, 0xC2}})
	h.ask(append([]byte{0x4B, 1, 1}, append(bytes.Clone(record), 1)...), 0x4A, 1, 3, 0)
	h.ask([]byte{0x41, 0x00, 0x63, 0xC2}, append([]byte{0x40, 0x01, 0x00, 0x20, 0x00, 0x98, 0x04}, "1234"...)...)
	r.Unplug()
	close(lines)
	var got []string
	for s := range lines {
		got = append(got, s)
	}
	want := "> InListPassiveTarget 01 03 00|< ACK|< InListPassiveTarget 1 found|> InDataExchange 00 20 00 98|< ACK|< InDataExchange 63C2"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}
