package apdu

import (
	"bytes"
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
func FuzzResponse(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
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
