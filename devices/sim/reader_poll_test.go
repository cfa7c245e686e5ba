package sim_test

import (
	"testing"
	"time"

	"multicopy.example/devices/pn532"
)

func TestPollFindsWhatLiesAndSaysWhatKind(t *testing.T) {
	r, h := awake(t)
	r.Lay(&token{})
	one := append([]byte{0x61, 0x01, 0x03, 15, 1}, append(record, 1)...)
	h.ask(one, 0x60, 0x14, 0x02, 0x20, 0x10, 0x03, 0x11)
	one[2] = 0x23
	h.ask(one, 0x60, 0xFF, 0x01, 0x23)
	r.Lay(&token{})
	two := append([]byte{0x61, 0x02, 0x03, 15, 1}, append(record, 1)...)
	two = append(append(two, 0x03, 15, 2), append(record, 2)...)
	h.ask(two, 0x60, 0x01, 0x01, 0x03)
}

func TestPollFindsNothing(t *testing.T) {
	r, h := awake(t)
	h.ask([]byte{0x61, 0x00}, 0x60, 0x01, 0x0F, 0x03)
	h.ask([]byte{0x61, 0x00}, 0x60, 0x02, 0x01, 0x03)
	r.Lay(&token{})
	h.ask([]byte{0x61, 0x00}, 0x60, 0x01, 0x01, 0x00, 0x10) // not of these kinds
}

func TestPollOfNoForm(t *testing.T) {
	_, h := awake(t)
	for _, pd := range [][]byte{
		{0x60}, {0x60, 1, 1}, {0x60, 0, 1, 3}, {0x60, 1, 0, 3}, {0x60, 1, 16, 3},
		append([]byte{0x60, 1, 1}, make([]byte, 16)...),
	} {
		h.ask(nil, pd...)
	}
}

func TestPollForEverIsEndedByAnAbortOrACard(t *testing.T) {
	r, h := awake(t)
	h.send(h.frame(0x60, 0xFF, 0x01, 0x03))
	if f, ok := h.next(10 * time.Second); !ok || f.Kind != pn532.Ack {
		t.Fatalf("%v, want an ACK", f)
	}
	r.Lay(&token{})
	if f, ok := h.next(10 * time.Second); !ok || f.Kind != pn532.Data || f.PD[0] != 0x61 || f.PD[1] != 1 {
		t.Fatalf("%v: the card that came was not found", f)
	}
	r.Lift()
	h.send(h.frame(0x60, 0xFF, 0x01, 0x03))
	if f, ok := h.next(10 * time.Second); !ok || f.Kind != pn532.Ack {
		t.Fatalf("%v, want an ACK", f)
	}
	h.send([]byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00})
	if f, ok := h.next(300 * time.Millisecond); ok {
		t.Errorf("%v after an abort", f)
	}
}

// A card that is deselected and found again is the same card, as libnfc
// decides by its PUPI; one that lost the field is not.
func TestPUPILastsAsLongAsTheField(t *testing.T) {
	r, h := awake(t)
	c := powered(t)
	r.Lay(c)
	pupi := func() string {
		t.Helper()
		h.send(h.frame(0x4A, 0x01, 0x03, 0x00))
		if f, ok := h.next(10 * time.Second); !ok || f.Kind != pn532.Ack {
			t.Fatalf("%v, want an ACK", f)
		}
		f, ok := h.next(10 * time.Second)
		if !ok || len(f.PD) < 8 || f.PD[1] != 1 {
			t.Fatalf("%v, want one card", f)
		}
		return string(f.PD[4:8])
	}
	first := pupi()
	h.ask([]byte{0x45, 0x00}, 0x44, 0x00)
	if pupi() != first {
		t.Error("a deselected card has another PUPI")
	}
	h.ask([]byte{0x33}, 0x32, 0x01, 0x00)
	if pupi() == first {
		t.Error("a card without field keeps its PUPI")
	}
}
