package apdu

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
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

// The four cases of ISO 7816-4 §5.1, and what their trace may say.
func TestGoldenCommands(t *testing.T) {
	for _, g := range []struct {
		c            Command
		wire, header string
	}{
		{Command{INS: InsVerify, P2: 0x98}, "00 20 00 98", "00 20 00 98"},
		{Command{INS: InsRead, P1: 0x8A, Le: 256}, "00 B0 8A 00 00", "00 B0 8A 00 Le 256"},
		{Command{INS: InsChallenge, Le: 16}, "00 84 00 00 10", "00 84 00 00 Le 16"},
		{Command{INS: InsSelect, P1: 2, P2: 0x0C, Data: []byte{0, 6}}, "00 A4 02 0C 02 00 06", "00 A4 02 0C Lc 2"},
		{Command{CLA: 0x80, INS: InsSign, P2: 0x97, Data: []byte{1, 2, 3}, Le: 256}, "80 2A 00 97 03 01 02 03 00", "80 2A 00 97 Lc 3 Le 256"},
		{Command{INS: InsVerify, P2: 0x98, Data: []byte("1234")}, "00 20 00 98 04 31 32 33 34", "00 20 00 98"},
		{Command{INS: InsChange, P1: 1, P2: 0x80, Data: []byte("1234"), Le: 4}, "00 24 01 80 04 31 32 33 34 04", "00 24 01 80"},
		{Command{INS: InsReset, P1: 2, P2: 0x9B, Data: []byte("ABC123")}, "00 2C 02 9B 06 41 42 43 31 32 33", "00 2C 02 9B"},
	} {
		want := unhex(t, g.wire)
		b, err := g.c.AppendTo(nil)
		if err != nil || !bytes.Equal(b, want) || g.c.Size() != len(want) {
			t.Errorf("%s: % X, size %d, %v", g.wire, b, g.c.Size(), err)
		}
		if h := g.c.Header(); h != g.header {
			t.Errorf("%s: header %q, want %q", g.wire, h, g.header)
		}
		back, err := Parse(want)
		if err != nil || !same(back, g.c) {
			t.Errorf("%s: parsed %v, %v", g.wire, back.Header(), err)
		}
	}
}

func same(a, b Command) bool {
	return [4]byte{a.CLA, a.INS, a.P1, a.P2} == [4]byte{b.CLA, b.INS, b.P1, b.P2} && a.Le == b.Le && bytes.Equal(a.Data, b.Data)
}

func TestCommandsOutsideAShortAPDU(t *testing.T) {
	for _, c := range []Command{{Data: make([]byte, 256)}, {Le: 257}, {Le: -1}} {
		dst := []byte{0xEE}
		if b, err := c.AppendTo(dst); !errors.Is(err, ErrLength) || !bytes.Equal(b, dst) {
			t.Errorf("%d/%d: % X, %v", len(c.Data), c.Le, b, err)
		}
	}
	longest := Command{Data: make([]byte, MaxData), Le: MaxLe}
	if b, err := longest.AppendTo(nil); err != nil || len(b) != MaxCommand || MaxCommand != 261 {
		t.Errorf("the longest: %d bytes, %v", len(b), err)
	}
	for _, wire := range []string{"", "00 20 00", "00 B0 00 00 00 01 00", "00 20 00 80 04 31 32 33", "00 20 00 80 01 31 32 33", "00 20 00 80 00 31"} {
		if c, err := Parse(unhex(t, wire)); !errors.Is(err, ErrLength) {
			t.Errorf("%q parsed as %s", wire, c.Header())
		}
	}
	if _, err := Parse(make([]byte, MaxCommand+1)); !errors.Is(err, ErrLength) {
		t.Error("262 bytes parsed")
	}
}

// A secret is written once: into the room that the caller made.
func TestEncodingDoesNotGrowABufferWithRoom(t *testing.T) {
	var scratch [MaxCommand]byte
	b, err := Command{INS: InsVerify, Data: []byte("1234")}.AppendTo(scratch[:0])
	if err != nil || &b[0] != &scratch[0] {
		t.Error("the encoding is not in the caller's buffer")
	}
}

func TestTriesOnlyFrom63Cx(t *testing.T) {
	for s := range 0x10000 {
		left, ok := Status(s).Tries()
		if want := s >= 0x63C0 && s <= 0x63CF; ok != want || ok && left != s&0x0F || !ok && left != 0 {
			t.Fatalf("%v: %d, %v", Status(s), left, ok)
		}
		if Status(s).OK() != (s == 0x9000) {
			t.Fatalf("%v: OK is %v", Status(s), Status(s).OK())
		}
	}
	if s := fmt.Sprint(Status(0x63C2), SWOK, Status(0x0A)); s != "63C2 9000 000A" {
		t.Error(s)
	}
}

func TestResponseLengths(t *testing.T) {
	for _, n := range []int{0, 1, MaxResponse + 1} {
		if _, err := ParseResponse(make([]byte, n)); !errors.Is(err, ErrLength) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	b := append(bytes.Repeat([]byte{7}, MaxLe), 0x90, 0x00)
	if r, err := ParseResponse(b); err != nil || len(r.Data) != MaxLe || !r.SW.OK() || !bytes.Equal(r.AppendTo(nil), b) {
		t.Errorf("%d bytes: %v", len(b), err)
	}
}

func TestGoldenTLV(t *testing.T) {
	for _, g := range []struct {
		wire string
		tag  Tag
		n    int
	}{
		{"30 00", 0x30, 0},
		{"04 01 FF", 0x04, 1},
		{"FF 10 0C 30 30 30 30 30 30 30 30 30 30 30 30", 0xFF10, 12}, // the card's own, two bytes of tag
		{"7F 21 02 5F 4E", 0x7F21, 2},
		{"DF 81 01 00", 0xDF8101, 0},
		{"30 81 02 05 00", 0x30, 2},
		{"30 82 00 02 05 00", 0x30, 2},
		{"30 83 00 00 02 05 00", 0x30, 2},
	} {
		b := unhex(t, g.wire)
		v, rest, err := Next(append(bytes.Clone(b), 0xAA))
		if err != nil || v.Tag != g.tag || len(v.Value) != g.n || len(rest) != 1 {
			t.Errorf("%s: %X, %d bytes, %d left, %v", g.wire, v.Tag, len(v.Value), len(rest), err)
		}
		if n, err := Size(b); err != nil || n != len(b) {
			t.Errorf("%s: size %d, %v", g.wire, n, err)
		}
		for cut := range b {
			if v, rest, err := Next(b[:cut]); !errors.Is(err, ErrTLV) || len(rest) != cut || v.Value != nil {
				t.Errorf("%s cut at %d: %v", g.wire, cut, err)
			}
		}
	}
	if n, err := Size(unhex(t, "30 82 03 68")); err != nil || n != 876 {
		t.Errorf("certificate's head: %d, %v", n, err)
	}
}

func TestBadTLV(t *testing.T) {
	for _, wire := range []string{
		"",
		"30",
		"30 80 00 00",          // indefinite
		"30 84 00 00 00 01 00", // four bytes of length
		"1F 81 81 01 00",       // four bytes of tag
		"30 82 FF",
		"30 FF",
		"1F",
	} {
		if _, _, err := Next(unhex(t, wire)); !errors.Is(err, ErrTLV) {
			t.Errorf("%q: %v", wire, err)
		}
	}
}

func TestNestingHasAFloor(t *testing.T) {
	deepest := []byte{0x04, 0x00}
	for range MaxDepth - 1 {
		deepest = append([]byte{0x30, byte(len(deepest))}, deepest...)
	}
	var depth int
	count := func(d int, _ TLV) error { depth = max(depth, d); return nil }
	if err := Walk(deepest, count); err != nil || depth != MaxDepth-1 {
		t.Errorf("depth %d: %v", depth, err)
	}
	if err := Walk(append([]byte{0x30, byte(len(deepest))}, deepest...), count); !errors.Is(err, ErrTLV) {
		t.Errorf("one deeper: %v", err)
	}
	stop := errors.New("enough")
	if err := Walk(deepest, func(d int, _ TLV) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v, want the visitor's own", err)
	}
}
