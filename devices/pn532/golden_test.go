package pn532

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	must.OK(t, err)
	return b
}

// Frames as the manual and libnfc write them.
func TestGoldenFrames(t *testing.T) {
	for _, g := range []struct {
		name, wire string
		kind       Kind
		tfi        byte
		pd         string
	}{
		{"ACK", "00 00 FF 00 FF 00", Ack, 0, ""},
		{"NACK", "00 00 FF FF 00 00", Nack, 0, ""},
		{"syntax error", "00 00 FF 01 FF 7F 81 00", Error, tfiError, ""},
		{"GetFirmwareVersion", "00 00 FF 02 FE D4 02 2A 00", Data, ToChip, "02"},
		{"firmware 1.6", "00 00 FF 06 FA D5 03 32 01 06 07 E8 00", Data, FromChip, "03 32 01 06 07"},
		{"SAMConfiguration normal", "00 00 FF 03 FD D4 14 01 17 00", Data, ToChip, "14 01"},
		{"field off", "00 00 FF 04 FC D4 32 01 00 F9 00", Data, ToChip, "32 01 00"},
		{"list Type B", "00 00 FF 05 FB D4 4A 02 03 00 DD 00", Data, ToChip, "4A 02 03 00"},
		{"retry query", "00 00 FF 07 F9 D4 40 01 00 20 00 98 33 00", Data, ToChip, "40 01 00 20 00 98"},
	} {
		wire, pd := unhex(t, g.wire), unhex(t, g.pd)
		f, used, err := Decode(wire)
		if err != nil || f.Kind != g.kind || f.TFI != g.tfi || !bytes.Equal(f.PD, pd) || used != len(wire)-1 {
			t.Errorf("%s: %v, %d of %d bytes, %v", g.name, f, used, len(wire), err)
		}
		if g.kind != Data {
			continue
		}
		if made, err := AppendFrame(nil, g.tfi, pd); err != nil || !bytes.Equal(made, wire) {
			t.Errorf("%s: made % X, %v", g.name, made, err)
		}
	}
}

// A length field of 255 is the last in a normal frame: 254 bytes of PD.
func TestFrameHeadsAtTheBoundaries(t *testing.T) {
	for _, g := range []struct {
		pd   int
		head string
	}{
		{1, "00 00 FF 02 FE D4"},
		{253, "00 00 FF FE 02 D4"},
		{254, "00 00 FF FF 01 D4"},
		{255, "00 00 FF FF FF 01 00 FF D4"},
		{256, "00 00 FF FF FF 01 01 FE D4"},
		{261, "00 00 FF FF FF 01 06 F9 D4"},
		{262, "00 00 FF FF FF 01 07 F8 D4"},
		{264, "00 00 FF FF FF 01 09 F6 D4"},
	} {
		pd := bytes.Repeat([]byte{0xC3}, g.pd)
		b, err := AppendFrame(nil, ToChip, pd)
		if err != nil || !bytes.HasPrefix(b, unhex(t, g.head)) || len(b) > MaxWire {
			t.Errorf("%d bytes: % X, %v", g.pd, b[:min(len(b), 9)], err)
		}
		for cut := range len(b) - 1 { // the postamble is not waited for
			if _, used, err := Decode(b[:cut]); !errors.Is(err, ErrMore) || used > 1 {
				t.Fatalf("%d bytes, cut at %d: used %d, %v", g.pd, cut, used, err)
			}
		}
		if f, _, err := Decode(b); err != nil || !bytes.Equal(f.PD, pd) {
			t.Errorf("%d bytes: %v", g.pd, err)
		}
	}
	for _, n := range []int{0, MaxPD + 1} {
		if b, err := AppendFrame(nil, ToChip, make([]byte, n)); !errors.Is(err, ErrTooLong) || b != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestDamagedFrames(t *testing.T) {
	for _, g := range []struct{ name, wire string }{
		{"data checksum", "00 00 FF 02 FE D4 02 2B 00"},
		{"length checksum", "00 00 FF 02 FD D4 02 2A 00"},
		{"length zero", "00 00 FF 00 00 00 00 00 00"},
		{"extended length zero", "00 00 FF FF FF 00 00 00 00 00"},
		{"extended length 266", "00 00 FF FF FF 01 0A F5 D4 00"},
		{"extended length 65535", "00 00 FF FF FF FF FF 02 D4 00"},
		{"nothing after the identifier", "00 00 FF 01 FF D5 2B 00"},
		{"unknown identifier", "00 00 FF 02 FE 11 02 ED 00"},
	} {
		if _, used, err := Decode(unhex(t, g.wire)); !errors.Is(err, ErrFrame) || used != 3 {
			t.Errorf("%s: used %d, %v, want damaged and only the start code used", g.name, used, err)
		}
	}
}
