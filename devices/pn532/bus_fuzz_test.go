package pn532

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"multicopy.example/kiosk/must"
)

// handed is a bus that hands over one transaction.
type handed struct {
	pieces
	b []byte
}

func (h *handed) Read(_ context.Context, b []byte) (int, error) {
	clear(b)
	copy(b, h.b)
	return len(b), nil
}
func (*handed) Wake(context.Context) error { return nil }

// FuzzTransaction: from whatever a bus hands over, a frame is believed only
// where it stands first and whole, and nothing that follows changes it.
func FuzzTransaction(f *testing.F) {
	f.Add([]byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00})
	f.Add([]byte{0x00, 0xFF, 0x02, 0xFE, 0xD5, 0x15, 0x16, 0x00, 0xD5})
	f.Add([]byte{0x00, 0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD5, 0x15, 0x16, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		b = append(bytes.Clone(b), make([]byte, MaxWire)...)[:MaxWire]
		fetch := func(b []byte) (Frame, error) {
			c := chip{rx: new([2 * MaxWire]byte)}
			c.use(&handed{b: b})
			fr, err := c.next(context.Background(), MaxWire)
			fr.PD = bytes.Clone(fr.PD)
			return fr, err
		}
		got, err := fetch(b)
		if err != nil {
			if !errors.Is(err, ErrFrame) {
				t.Fatal(err)
			}
			return
		}
		if !bytes.HasPrefix(b, []byte{0x00, 0x00, 0xFF}) && !bytes.HasPrefix(b, []byte{0x00, 0xFF}) {
			t.Fatalf("a frame that does not stand first: % X", b)
		}
		if got.Kind == Data {
			if len(got.PD) == 0 || len(got.PD) > MaxPD {
				t.Fatalf("PD of %d bytes", len(got.PD))
			}
			if !bytes.Contains(b, got.PD) {
				t.Fatal("PD that was not handed over")
			}
		}
		_, used, err := Decode(b)
		must.OK(t, err)
		behind := append(make([]byte, 0, 3*MaxWire), b[:used]...)
		for len(behind) < MaxWire {
			behind, _ = AppendFrame(behind, FromChip, []byte{0x41, 0x00, 0x90, 0x00})
		}
		again, err := fetch(behind)
		if err != nil || again.Kind != got.Kind || again.TFI != got.TFI || !bytes.Equal(again.PD, got.PD) {
			t.Fatalf("with another tail: %v", err)
		}
	})
}
