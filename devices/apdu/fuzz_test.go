package apdu

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

func FuzzCommand(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(b)
		if err != nil {
			return
		}
		again, err := c.AppendTo(nil)
		if err != nil || !bytes.Equal(again, b) || c.Size() != len(b) {
			t.Errorf("% X came back as % X, %v", b, again, err)
		}
		plain := c
		plain.Data = make([]byte, len(c.Data))
		if plain.Header() != c.Header() {
			t.Error("the header depends on the body")
		}
		switch plain.Data, plain.Le = nil, 0; c.INS {
		case InsVerify, InsChange, InsReset:
			if plain.Header() != c.Header() {
				t.Error("the header depends on the length of a secret")
			}
		}
	})
}

// FuzzResponse: data and status are the bytes, no more; tries only from 63Cx.
// Taken for the answers of a card, over and over, they make Follow ask at most
// MaxRounds times more, and hand out at most MaxFollowed bytes.
func FuzzResponse(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		followed(t, b)
		r, err := ParseResponse(b)
		if err != nil {
			if len(b) >= 2 && len(b) <= MaxResponse {
				t.Errorf("refused %d bytes", len(b))
			}
			return
		}
		if !bytes.Equal(r.AppendTo(nil), b) || len(r.Data) > MaxLe {
			t.Errorf("% X came back as % X", b, r.AppendTo(nil))
		}
		n := len(b)
		if left, ok := r.SW.Tries(); ok != (b[n-2] == 0x63 && b[n-1]>>4 == 0xC) || left > 15 {
			t.Errorf("%v says %d tries, %v", r.SW, left, ok)
		}
	})
}

// followed holds Follow against a card that says what b says: a length byte, so
// many bytes (FF: 258), and so on round and round.
func followed(t *testing.T, b []byte) {
	for _, c := range []Command{
		{INS: InsRead, P1: 0x8A, Le: 256}, {INS: InsSelect, P1: 4, P2: 0x0C, Data: []byte{1}},
		{INS: InsVerify, P2: 0x98, Data: []byte("1234")}, {INS: InsChange, P1: 1, Data: []byte("1234")}, {INS: InsReset, P1: 3, P2: 0x9B},
		{INS: InsExternal, P2: 0x96, Data: []byte{1}}, {CLA: 0x80, INS: InsSign, Data: []byte{1}, Le: 256}, {INS: InsChallenge, Le: 16},
	} {
		card := &talker{says: b}
		rounds := MaxRounds
		r, err := Follow(context.Background(), card, c, &rounds)
		if card.asked > 1+MaxRounds || card.asked-1 > MaxRounds-rounds || rounds < 0 {
			t.Errorf("%s went out %d times, %d rounds left", c.Header(), card.asked, rounds)
		}
		if len(r.Data) > MaxFollowed {
			t.Errorf("%d bytes", len(r.Data))
		}
		if c.INS != InsRead && c.INS != InsSelect && card.asked != 1 {
			t.Errorf("%s was followed", c.Header())
		}
		if err == nil && c.INS == InsSelect && r.SW>>8 == 0x61 {
			t.Errorf("%s: ended with more to come", c.Header())
		}
	}
}

type talker struct {
	says  []byte
	at    int
	asked int
}

func (s *talker) Transmit(_ context.Context, c Command) (Response, error) {
	s.asked++
	if _, err := c.AppendTo(nil); err != nil || len(s.says) == 0 {
		return Response{}, ErrLength
	}
	n := int(s.says[s.at])
	if n == 0xFF {
		n = MaxResponse
	}
	s.at = (s.at + 1) % len(s.says)
	answer := make([]byte, 0, n)
	for range n {
		answer = append(answer, s.says[s.at])
		s.at = (s.at + 1) % len(s.says)
	}
	return ParseResponse(answer)
}

// FuzzTLV: an object is consumed whole or refused whole, and a walk ends, no
// deeper than MaxDepth, with no object longer than the input.
func FuzzTLV(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		v, rest, err := Next(b)
		if err != nil {
			if !errors.Is(err, ErrTLV) || len(rest) != len(b) || v.Value != nil {
				t.Errorf("refused and consumed: %v", err)
			}
		} else {
			n, err := Size(b)
			if err != nil || n != len(b)-len(rest) || n < len(v.Value)+2 {
				t.Errorf("consumed %d, size %d, %v", len(b)-len(rest), n, err)
			}
		}
		var objects int
		visit := func(depth int, v TLV) error {
			if objects++; depth >= MaxDepth || len(v.Value) > len(b) {
				t.Errorf("depth %d, %d bytes", depth, len(v.Value))
			}
			return nil
		}
		if err := Walk(b, visit); err != nil && !errors.Is(err, ErrTLV) {
			t.Error(err)
		}
		if objects > len(b)*MaxDepth {
			t.Errorf("%d objects in %d bytes", objects, len(b))
		}
	})
}
