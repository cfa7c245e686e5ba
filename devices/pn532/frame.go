package pn532

import "errors"

// Limits of host frames in bytes (UM0701-02 §6.2.1).
const (
	MaxPD    = 264               // command or reply code and its parameters
	MaxWire  = 8 + 1 + MaxPD + 2 // preamble, start, extended length, TFI, PD, checksum, postamble
	maxLen   = 1 + MaxPD         // what a length field may announce: TFI and PD
	maxShort = 255               // above this a frame is an extended one
)

// Frame identifiers, the byte before PD.
const (
	ToChip   = 0xD4
	FromChip = 0xD5
	tfiError = 0x7F
)

// A Kind is one of the five things that can stand on the wire.
type Kind uint8

// Kinds of frames.
const (
	Data  Kind = iota + 1 // normal or extended: TFI and PD
	Ack                   // chip: your frame came whole. Host: abort
	Nack                  // host only, see chip.go
	Error                 // chip: whole, but no command of mine in this form
)

// A Frame is one decoded frame. PD is a part of the bytes it was read from and
// begins with the command or reply code; it is at least one byte, at most
// MaxPD, and nil for all kinds but Data.
type Frame struct {
	Kind Kind
	TFI  byte
	PD   []byte
}

var (
	// ErrMore: so far this is no frame or a part of one.
	ErrMore = errors.New("frame is not whole")
	// ErrFrame: a start code that no good frame follows.
	ErrFrame = errors.New("frame is damaged")
	// ErrTooLong: more than MaxPD bytes to send, or none.
	ErrTooLong = errors.New("frame of an impossible length")
)

var (
	ackFrame  = [...]byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}
	nackFrame = [...]byte{0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00}
	// Two bytes whose edges wake the chip, and zeros while its clock starts,
	// which it may miss or take for a preamble (UM0701-02 §6.2.2; 16 bytes
	// are 1.4 ms at 115200 baud, and what libnfc sends to real chips).
	wakeBytes = [16]byte{0x55, 0x55}
)

// Decode finds the first frame in b. used is how many bytes of b are done
// with: noise before the frame and the frame itself on success; noise alone
// with ErrMore; up to just behind the false start code with ErrFrame, so that
// a good frame inside or behind a damaged one is still found. The postamble is
// not waited for: to the next Decode it is noise.
func Decode(b []byte) (f Frame, used int, err error) {
	at := 0
	for ; at+1 < len(b) && (b[at] != 0x00 || b[at+1] != 0xFF); at++ {
	}
	if at+1 >= len(b) {
		if at < len(b) && b[at] != 0x00 {
			at++ // cannot begin a start code
		}
		return Frame{}, at, ErrMore
	}
	body := b[at+2:]
	if len(body) < 2 {
		return Frame{}, at, ErrMore
	}
	n, head, sum := int(body[0]), 2, body[0]+body[1]
	switch {
	case body[0] == 0x00 && body[1] == 0xFF:
		return Frame{Kind: Ack}, at + 4, nil
	case body[0] == 0xFF && body[1] == 0x00:
		return Frame{Kind: Nack}, at + 4, nil
	case body[0] == 0xFF && body[1] == 0xFF: // extended
		if len(body) < 5 {
			return Frame{}, at, ErrMore
		}
		n, head, sum = int(body[2])<<8|int(body[3]), 5, body[2]+body[3]+body[4]
	}
	if sum != 0 || n == 0 || n > maxLen {
		return Frame{}, at + 2, ErrFrame
	}
	if len(body) < head+n+1 {
		return Frame{}, at, ErrMore
	}
	end := head + n
	if checksum(body[head:end])+body[end] != 0 {
		return Frame{}, at + 2, ErrFrame
	}
	f = Frame{Kind: Data, TFI: body[head], PD: body[head+1 : end : end]}
	switch {
	case f.TFI == tfiError && n == 1:
		f = Frame{Kind: Error, TFI: tfiError}
	case n == 1 || f.TFI != ToChip && f.TFI != FromChip:
		return Frame{}, at + 2, ErrFrame
	}
	return f, at + 2 + end + 1, nil
}

// AppendFrame appends a Data frame of 1 to MaxPD bytes, a normal one wherever
// it fits, as the chip does it itself.
func AppendFrame(dst []byte, tfi byte, pd []byte) ([]byte, error) {
	if len(pd) == 0 || len(pd) > MaxPD {
		return dst, ErrTooLong
	}
	dst = appendHead(dst, tfi, len(pd))
	return appendTail(append(dst, pd...), len(pd)), nil
}

// appendHead and appendTail enclose n bytes of PD that are appended between
// them: a body that is a secret is then written once, in its place.
func appendHead(dst []byte, tfi byte, n int) []byte {
	n++
	dst = append(dst, 0x00, 0x00, 0xFF)
	if n <= maxShort {
		return append(dst, byte(n), -byte(n), tfi)
	}
	hi, lo := byte(n>>8), byte(n)
	return append(dst, 0xFF, 0xFF, hi, lo, -(hi + lo), tfi)
}

func appendTail(dst []byte, n int) []byte {
	return append(dst, -checksum(dst[len(dst)-n-1:]), 0x00)
}

func checksum(b []byte) (sum byte) {
	for _, c := range b {
		sum += c
	}
	return sum
}
