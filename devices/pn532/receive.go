package pn532

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// acknowledged waits for the ACK. What comes before it is noise, unless it is
// a whole reply: then host and chip are out of step.
func (c *chip) acknowledged(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	for {
		f, err := c.next(ctx, len(ackFrame))
		switch {
		case errors.Is(err, ErrFrame) && c.bus == nil:
		case errors.Is(err, context.DeadlineExceeded):
			return errNoAck
		case err != nil:
			return err
		case f.Kind == Ack:
			return nil
		case f.Kind == Nack:
			return errNoAck
		case f.Kind == Error:
			return errSyntax
		default:
			return errOrder
		}
	}
}

func (c *chip) reply(ctx context.Context, code byte) ([]byte, error) {
	for {
		f, err := c.next(ctx, MaxWire)
		switch {
		case err != nil:
			return nil, err
		case f.Kind == Ack: // a second one changes nothing
		case f.Kind == Error:
			return nil, errSyntax
		case f.Kind == Data && f.TFI == FromChip && f.PD[0] == code+1:
			return f.PD[1:], nil
		default:
			return nil, errOrder
		}
	}
}

// again has the chip send its last reply once more: a NACK from the host, which
// carries out nothing (UM0701-02 §6.2.1.4). Which reply is the last while the
// chip still works is nowhere promised, and an old 9000 taken for a new one is
// worse than an unknown outcome; so it is sent only when the reply to this
// command has arrived, damaged.
func (c *chip) again(ctx context.Context, code byte) ([]byte, error) {
	c.nacks++
	babble := c.babble
	c.forget()
	c.babble = babble
	err := c.port.Flush()
	if err == nil {
		err = c.port.Write(ctx, nackFrame[:])
	}
	if err != nil {
		return nil, fmt.Errorf("%w: asking again: %w", ErrFrame, err)
	}
	return c.reply(ctx, code)
}

// arrived waits for the rest of a damaged frame and reports whether it is the
// chip's reply to this command: identifier and code stand where they should.
func (c *chip) arrived(ctx context.Context, code byte) bool {
	b := c.rx[:]
	if c.bus == nil {
		for c.end < len(c.rx) && c.babble <= maxBabble {
			quiet, cancel := context.WithTimeout(ctx, abortPause)
			n, err := c.port.Read(quiet, c.rx[c.end:])
			cancel()
			c.end += n
			c.babble += n
			if err != nil {
				break
			}
		}
		b = c.rx[:c.end]
		if c.start >= 2 {
			b = b[c.start-2:] // the start code
		}
	}
	at := bytes.Index(b, start[1:])
	if at < 0 {
		return false
	}
	normal, extended := b[at+2:], b[min(at+5, len(b)):]
	is := func(head []byte) bool { return len(head) >= 4 && head[2] == FromChip && head[3] == code+1 }
	return is(normal) || len(normal) >= 2 && normal[0] == 0xFF && normal[1] == 0xFF && is(extended)
}

// next decodes the next frame, reading as it must: on a UART a frame may come
// in pieces, and one read may hold the ACK and the reply. most is the longest
// frame that is expected, in bytes; only a bus asks.
func (c *chip) next(ctx context.Context, most int) (Frame, error) {
	if c.bus != nil {
		return c.transaction(ctx, most)
	}
	for {
		f, used, err := Decode(c.rx[c.start:c.end])
		c.start += used
		if !errors.Is(err, ErrMore) {
			return f, err
		}
		// At most one frame's beginning is left, so there is always room.
		c.end = copy(c.rx[:], c.rx[c.start:c.end])
		c.start = 0
		n, err := c.more(ctx)
		if c.babble += n; c.babble > maxBabble {
			return Frame{}, errBabble
		}
		if err != nil {
			return Frame{}, err
		}
	}
}

// more reads on. ErrFrame where a frame has begun and does not go on.
func (c *chip) more(ctx context.Context) (int, error) {
	bound, cancel, begun := ctx, func() {}, c.end-c.start >= 2 // Decode has left a start code, or one byte
	if begun {
		bound, cancel = context.WithTimeout(ctx, gapTime)
	}
	defer cancel()
	n, err := c.port.Read(bound, c.rx[c.end:])
	c.end += n
	if begun && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		c.start += 2
		return n, ErrFrame
	}
	return n, err
}

// start is a preamble and the start code (UM0701-02 §6.2.1.1).
var start = []byte{0x00, 0x00, 0xFF}

// transaction fetches the next frame from a bus. It believes what the
// transaction begins with and nothing behind it: there the chip may repeat
// bytes of an older frame, and an old 9000 must never be taken for a new one.
func (c *chip) transaction(ctx context.Context, most int) (Frame, error) {
	clear(c.rx[:])
	n, err := c.bus.Read(ctx, c.rx[:most])
	if c.babble += n; c.babble > maxBabble {
		return Frame{}, errBabble
	}
	if err != nil {
		return Frame{}, err
	}
	b := c.rx[:n]
	if !bytes.HasPrefix(b, start) && !bytes.HasPrefix(b, start[1:]) { // some libraries see no preamble (libnfc, pn532_spi.c)
		return Frame{}, ErrFrame
	}
	f, _, err := Decode(b)
	if errors.Is(err, ErrMore) {
		err = ErrFrame // and the rest of it will not come
	}
	return f, err
}
