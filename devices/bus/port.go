package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// MaxFrame is the longest frame in bytes that Read fetches and Write sends: an
// extended one of 265 bytes and what encloses it (UM0701-02 §6.2.1.2).
const MaxFrame = 275

const (
	ready = 0x01 // of a status byte; the others are not defined
	// idle is what a line without a chip reads as: pulled up on I²C, floating
	// or pulled up on SPI. Ours; a PN532 was never seen to say it.
	idle = 0xFF

	wakeTries = 3
	wakePause = 10 * time.Millisecond // oscillator start, "up to 2 ms", and slack; Linux waits 6 to 10 (drivers/nfc/pn533/i2c.c)

	// stale is how many frames a chip can owe at most, an ACK and a reply, and
	// one more. Who still has one after that will have one for ever.
	stale = 3
)

var (
	// ErrNoAnswer: no chip on the bus, or no power, or one that listens to
	// another bus (its mode switches).
	ErrNoAnswer = errors.New("no chip answers on the bus")
	// ErrStuck: a line of the bus does not move, or the chip's ready bit.
	ErrStuck = errors.New("bus is stuck")
	// ErrTooLong: more than MaxFrame bytes to write.
	ErrTooLong = errors.New("frame too long for the bus")
)

// wire is what the two buses differ in. Each method is one transaction.
type wire interface {
	status() (byte, error)
	// read fetches len(b) bytes, at most MaxFrame, where the chip is ready.
	read(b []byte) (status byte, err error)
	write(b []byte) error
	// nudge is a status read that wakes a chip, and may itself get lost.
	nudge() (status byte, err error)
	// rest is the time before each transaction.
	rest() time.Duration
}

// A Port is one PN532 on a bus. It is for one goroutine at a time.
type Port struct {
	wire   wire
	closer io.Closer // nil where the caller closes the bus
}

// Wake raises a chip that sleeps, and one that was just powered. ErrNoAnswer
// where nothing answers after three attempts.
func (p *Port) Wake(ctx context.Context) error {
	var err error
	for range wakeTries {
		if err := pause(ctx, p.wire.rest()); err != nil {
			return err
		}
		var s byte
		if s, err = p.wire.nudge(); err == nil && s == idle {
			err = ErrNoAnswer
		}
		if err == nil {
			return nil
		}
		if err := pause(ctx, wakePause); err != nil {
			return err
		}
	}
	return fmt.Errorf("bus: wake: %w", err)
}

// Read waits until the chip is ready and fetches len(b) bytes, at most
// MaxFrame, in one transaction: a frame, and behind it whatever the chip sends
// then. It ends with the context's error within a few milliseconds of the
// context's end; a transaction that the kernel is in is waited for, one second
// where the clock line is held (its adapter's time-out).
func (p *Port) Read(ctx context.Context, b []byte) (int, error) {
	b = b[:min(len(b), MaxFrame)]
	if len(b) == 0 {
		return 0, nil
	}
	for {
		if err := p.await(ctx); err != nil {
			return 0, wrap("read", err)
		}
		if err := pause(ctx, p.wire.rest()); err != nil {
			return 0, err
		}
		s, err := p.wire.read(b)
		switch {
		case err != nil:
			clear(b)
			return 0, wrap("read", err)
		case s&ready != 0:
			return len(b), nil
		}
		clear(b) // it had thought better of it
	}
}

// await polls the status, and lets go of the bus between two looks.
func (p *Port) await(ctx context.Context) error {
	for {
		if err := pause(ctx, p.wire.rest()); err != nil {
			return err
		}
		s, err := p.wire.status()
		switch {
		case err != nil:
			return err
		case s == idle:
			return ErrNoAnswer
		case s&ready != 0:
			return nil
		}
	}
}

// Write sends one frame of at most MaxFrame bytes in one transaction, once.
// An error does not say that the chip did not get it.
func (p *Port) Write(ctx context.Context, b []byte) error {
	if len(b) > MaxFrame {
		return fmt.Errorf("bus: write: %d bytes: %w", len(b), ErrTooLong)
	}
	if err := pause(ctx, p.wire.rest()); err != nil {
		return err
	}
	return wrap("write", p.wire.write(b))
}

// Flush fetches and forgets frames that the chip still owes to a caller that
// does not want them any more. ErrStuck where it always has another.
func (p *Port) Flush() error {
	var old [MaxFrame]byte
	defer clear(old[:])
	for range stale {
		time.Sleep(p.wire.rest())
		s, err := p.wire.status()
		switch {
		case err != nil:
			return wrap("flush", err)
		case s == idle:
			return wrap("flush", ErrNoAnswer)
		case s&ready == 0:
			return nil
		}
		time.Sleep(p.wire.rest())
		if _, err := p.wire.read(old[:]); err != nil {
			return wrap("flush", err)
		}
	}
	return wrap("flush", fmt.Errorf("%w: the chip is always ready", ErrStuck))
}

// Close gives the bus back.
func (p *Port) Close() error {
	if p.closer == nil {
		return nil
	}
	return wrap("close", p.closer.Close())
}

// wrap says where, but leaves a context's error alone.
func wrap(what string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("bus: %s: %w", what, err)
}

// pause waits for d, and looks at the context even where d is 0.
func pause(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
