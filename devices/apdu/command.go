package apdu

import (
	"context"
	"errors"
	"fmt"
)

// Limits of short APDUs in bytes (ISO 7816-4 §5.1).
const (
	MaxData     = 255             // command data field
	MaxLe       = 256             // response data field; Le 00 on the wire
	MaxCommand  = 5 + MaxData + 1 // header, Lc, data, Le
	MaxResponse = MaxLe + 2       // data and status word
)

var (
	// ErrLength: a data field above 255 bytes, an Le outside 0..256, or bytes
	// that are no short APDU.
	ErrLength = errors.New("apdu: length outside a short APDU")
)

// A Command is one short command APDU.
type Command struct {
	CLA, INS, P1, P2 byte

	// Data is 0 to 255 bytes. It may be lent for the length of the call that
	// takes the Command; the callee may not keep it.
	Data []byte

	// Le is how many bytes are expected back: 0 none, 1..256. 256 is 00 on
	// the wire and means "as many as there are".
	Le int
}

// Transmitter is a card: something that answers commands one after another.
// An error means that the answer is not known; the command may have been
// carried out, so a caller never repeats one that spends or writes.
type Transmitter interface {
	Transmit(ctx context.Context, c Command) (Response, error)
}

// AppendTo appends the encoding to dst, at most MaxCommand bytes. Where Data
// is a secret, dst needs that much spare capacity: a growing append would
// leave a copy behind. The owner of dst clears it. On error dst is returned
// unchanged.
func (c Command) AppendTo(dst []byte) ([]byte, error) {
	if len(c.Data) > MaxData || c.Le < 0 || c.Le > MaxLe {
		return dst, ErrLength
	}
	dst = append(dst, c.CLA, c.INS, c.P1, c.P2)
	if len(c.Data) > 0 {
		dst = append(dst, byte(len(c.Data)))
		dst = append(dst, c.Data...)
	}
	if c.Le > 0 {
		dst = append(dst, byte(c.Le)) // 256 wraps to 00, as the standard wants
	}
	return dst, nil
}

// Size is the length of the encoding in bytes, 4 to MaxCommand, for a command
// that AppendTo accepts. It tells the length of a secret body: not for traces.
func (c Command) Size() int {
	n := 4
	if len(c.Data) > 0 {
		n += 1 + len(c.Data)
	}
	if c.Le > 0 {
		n++
	}
	return n
}

// Header is the command for a trace: its four header bytes, and its lengths
// unless the body may be a secret. There is never a body in it.
func (c Command) Header() string {
	h := fmt.Sprintf("%02X %02X %02X %02X", c.CLA, c.INS, c.P1, c.P2)
	switch c.INS {
	case InsVerify, InsChange, InsReset:
		return h // the length of a secret is as private as the secret
	}
	if len(c.Data) > 0 {
		h += fmt.Sprintf(" Lc %d", len(c.Data))
	}
	if c.Le > 0 {
		h += fmt.Sprintf(" Le %d", c.Le)
	}
	return h
}

// Parse reads one whole command, for doubles and tests. Data is a part of b.
// ErrLength for anything that is not a short APDU, extended ones included.
func Parse(b []byte) (Command, error) {
	if len(b) < 4 || len(b) > MaxCommand {
		return Command{}, ErrLength
	}
	c := Command{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	switch b = b[4:]; {
	case len(b) == 0: // case 1
		return c, nil
	case len(b) == 1: // case 2
		c.Le = le(b[0])
		return c, nil
	}
	lc := int(b[0])
	b = b[1:]
	switch {
	case lc > 0 && len(b) == lc: // case 3
		c.Data = b
	case lc > 0 && len(b) == lc+1: // case 4
		c.Data, c.Le = b[:lc:lc], le(b[lc])
	default: // Lc 00 opens an extended length
		return Command{}, ErrLength
	}
	return c, nil
}

func le(b byte) int {
	if b == 0 {
		return MaxLe
	}
	return int(b)
}

// Instructions that the firmware and its doubles name (ISO 7816-4 §5.4.2;
// CHANGE, RESET and SIGN as the card takes them).
const (
	InsVerify      = 0x20 // VERIFY, or the counter where there is no data
	InsChange      = 0x24 // CHANGE REFERENCE DATA
	InsSign        = 0x2A // PERFORM SECURITY OPERATION: compute a digital signature
	InsReset       = 0x2C // RESET RETRY COUNTER
	InsExternal    = 0x82 // EXTERNAL AUTHENTICATE
	InsChallenge   = 0x84 // GET CHALLENGE
	InsSelect      = 0xA4 // SELECT
	InsRead        = 0xB0 // READ BINARY
	InsGetResponse = 0xC0 // GET RESPONSE: the rest of an answer, see Follow
)
