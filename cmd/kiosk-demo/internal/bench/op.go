package bench

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"multicopy.example/devices/pn532"
)

// An op is one thing that went over the wire: a frame, or bytes that are none.
type op struct {
	host bool // from the host; otherwise from the chip
	kind kind
	// pd is a frame's PD, or the bytes of what is no frame; hidden stands for
	// a byte that is not told.
	pd []int
	// open: more follows that is not told, nor how much: the length of a
	// secret is as private as the secret.
	open bool
}

type kind uint8

const (
	frame kind = iota
	ack
	nack
	refusal // the chip's error frame
	raw
)

const hidden = -1

var words = map[kind]string{ack: "ACK", nack: "NACK", refusal: "ERROR", raw: "raw"}

// String is one line: "<" or ">", and then the bytes as two digits, {n} for n
// bytes that are not told, and ... for more of them at the end.
func (o op) String() string {
	var b strings.Builder
	b.WriteByte('<')
	if o.host {
		b.Reset()
		b.WriteByte('>')
	}
	if w, ok := words[o.kind]; ok {
		b.WriteString(" " + w)
	}
	for i := 0; i < len(o.pd); i++ {
		if o.pd[i] != hidden {
			fmt.Fprintf(&b, " %02X", o.pd[i])
			continue
		}
		n := i
		for i+1 < len(o.pd) && o.pd[i+1] == hidden {
			i++
		}
		fmt.Fprintf(&b, " {%d}", i+1-n)
	}
	if o.open {
		b.WriteString(" ...")
	}
	return b.String()
}

var errLine = errors.New("not a line of a transcript")

// parseOp reads String back; at most pn532.MaxPD bytes, or MaxWire of raw ones.
func parseOp(line string) (o op, err error) {
	fields := strings.Fields(line)
	if len(fields) < 2 || fields[0] != "<" && fields[0] != ">" {
		return o, errLine
	}
	o.host = fields[0] == ">"
	fields = fields[1:]
	for k, w := range words {
		if fields[0] == w {
			o.kind, fields = k, fields[1:]
			break
		}
	}
	most := pn532.MaxPD
	switch o.kind {
	case ack, nack, refusal:
		most = 0
	case raw:
		most = pn532.MaxWire
	}
	for i, f := range fields {
		n, value := 1, hidden
		switch {
		case f == "..." && i == len(fields)-1 && o.host && o.kind == frame && i > 0:
			o.open = true
			continue
		case strings.HasPrefix(f, "{") && strings.HasSuffix(f, "}"):
			n, err = strconv.Atoi(f[1 : len(f)-1])
		case len(f) == 2:
			var v uint64
			v, err = strconv.ParseUint(f, 16, 8)
			value = int(v)
		default:
			err = errLine
		}
		if err != nil || n < 1 || n > most-len(o.pd) {
			return op{}, errLine
		}
		for range n {
			o.pd = append(o.pd, value)
		}
	}
	if (o.kind == frame || o.kind == raw) && len(o.pd) == 0 {
		return op{}, errLine
	}
	return o, nil
}

// bytes is what goes over the wire; what is not told is zero.
func (o op) bytes() []byte {
	pd := make([]byte, 0, len(o.pd))
	for _, v := range o.pd {
		pd = append(pd, byte(max(v, 0)))
	}
	switch o.kind {
	case ack:
		return ackFrame
	case nack:
		return nackFrame
	case refusal:
		return errorFrame
	case raw:
		return pd
	}
	tfi := byte(pn532.FromChip)
	if o.host {
		tfi = pn532.ToChip
	}
	b, _ := pn532.AppendFrame(nil, tfi, pd) // 1 to MaxPD bytes, as parseOp and the recorder see to
	return b
}

// means reports whether o tells of what p is, as far as it tells.
func (o op) means(p op) bool {
	if o.host != p.host || o.kind != p.kind || len(p.pd) < len(o.pd) || !o.open && len(p.pd) != len(o.pd) {
		return false
	}
	for i, v := range o.pd {
		if v != hidden && p.pd[i] != hidden && v != p.pd[i] {
			return false
		}
	}
	return true
}

var (
	start      = []byte{0x00, 0x00, 0xFF}
	ackFrame   = []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}
	nackFrame  = []byte{0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00}
	errorFrame = []byte{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00}
)

// written is what the host has just written: one frame and nothing else, or
// bytes that are none. Of bytes that no host of ours sends only their number
// is told.
func written(b []byte) op {
	f, used, err := pn532.Decode(b)
	switch {
	case bytes.Equal(b, ackFrame):
		return op{host: true, kind: ack}
	case err == nil && f.Kind == pn532.Data && f.TFI == pn532.ToChip && used >= len(b)-1 && bytes.HasPrefix(b, start):
		n, open := mayTell(f.PD)
		return op{host: true, pd: told(f.PD[:n]), open: open}
	}
	o := op{host: true, kind: raw, pd: make([]int, min(len(b), pn532.MaxWire))}
	for i := range o.pd {
		if o.pd[i] = hidden; len(b) <= wake {
			o.pd[i] = int(b[i])
		}
	}
	return o
}

// wake is the longest that is written beside frames: what raises a sleeping
// chip, and an abort behind it.
const wake = 16 + 6

func told(b []byte) []int {
	pd := make([]int, 0, len(b))
	for _, c := range b {
		pd = append(pd, int(c))
	}
	return pd
}
