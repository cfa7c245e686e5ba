package pn532

import (
	"context"
	"errors"
	"fmt"
	"time"

	"multicopy.example/kiosk/secret"
)

// How long the chip may take. A deadline on everything: one read without it is
// a kiosk that stands still (esphome #9875, nfcpy #186). Ours, except where
// it says so.
const (
	ackTime   = 1 * time.Second // the chip needs a few ms; late ones are seen (libnfc #528), and a busy board is late itself
	quickTime = 2 * time.Second // commands that stay inside the chip
	listTime  = 2 * time.Second // two rounds of polling and anticollision
	dataTime  = 4 * time.Second // FWT 338 ms, three errors, waiting-time extensions while a card computes

	// After an abort the chip is deaf for a moment and a command gets no ACK
	// (libnfc #167), and the reply that was aborted may still be on its way:
	// 24 ms for the longest at 115200 baud.
	abortPause = 30 * time.Millisecond

	// A reply comes in one piece, 24 ms long at most at 115200 baud. One that
	// has begun and stands still for so long has lost a byte on the way. Ours; a
	// busy machine is late itself.
	gapTime = 1 * time.Second

	// maxAgain is how often one reply is asked for again. Ours.
	maxAgain = 2

	// maxBabble bounds what one exchange reads: the longest ACK and reply,
	// and as much noise again and more.
	maxBabble = (4 + 2*maxAgain) * MaxWire
)

// What staff can do something about; each comes wrapped in what was noticed.
// Damaged frames are ErrFrame.
var (
	// ErrSilent: nothing answers. No power, wires off or crossed, another
	// bus chosen on the board's switches, another rate.
	ErrSilent = errors.New("chip does not answer")
	// ErrGarbled: something answers, and not as a PN532 does.
	ErrGarbled = errors.New("not the answers of a PN532")
)

var (
	errClosed = errors.New("port is not open")
	errLate   = fmt.Errorf("%w: no reply in time", ErrSilent)
	errNoAck  = fmt.Errorf("%w: command was not acknowledged", ErrSilent)
	errBabble = fmt.Errorf("%w: noise without end", ErrGarbled)
	errOrder  = fmt.Errorf("%w: reply to no command", ErrGarbled)
	errSyntax = fmt.Errorf("%w: the form of the command was refused", ErrGarbled)
)

// A chip is one PN532 and the only two buffers that frames go through.
type chip struct {
	port      Port // nil while closed
	bus       Bus  // port, where that is a bus
	unsettled bool // a command was aborted; see settle

	tx         *[MaxWire]byte     // both in locked memory, see frames;
	rx         *[2 * MaxWire]byte // nil where there is none
	start, end int                // rx[start:end] is received and not decoded
	babble     int
	nacks      int // replies asked for again, since the port was opened …
	replies    int // … and those that came
}

// frames is memory of owner's that is neither swapped nor dumped; a frame may
// carry what a resident typed.
func frames[T any](owner *T) (tx *[MaxWire]byte, rx *[2 * MaxWire]byte, err error) {
	b, err := secret.Buffers(owner, 3*MaxWire)
	if err != nil {
		return nil, nil, err
	}
	return (*[MaxWire]byte)(b[:MaxWire]), (*[2 * MaxWire]byte)(b[MaxWire:]), nil
}

// use takes a port that was just opened.
func (c *chip) use(port Port) {
	c.port, c.nacks, c.replies = port, 0, 0
	c.bus, _ = port.(Bus)
}

// close gives the port back, whatever state it is in.
func (c *chip) close() error {
	port := c.port
	c.port, c.bus, c.unsettled = nil, nil, false
	if port == nil {
		return nil
	}
	return port.Close()
}

// command sends one command that carries nothing of a resident's and returns
// the reply after its code, valid until forget. A damaged reply is asked for
// again.
func (c *chip) command(ctx context.Context, d time.Duration, code byte, args ...byte) ([]byte, error) {
	return c.ask(ctx, d, maxAgain, code, args...)
}

func (c *chip) ask(ctx context.Context, d time.Duration, again int, code byte, args ...byte) ([]byte, error) {
	frame := appendHead(c.tx[:0], ToChip, 1+len(args))
	frame = append(append(frame, code), args...)
	return c.exchange(ctx, d, appendTail(frame, 1+len(args)), code, again)
}

// exchange sends the frame, which lies in tx, and waits for ACK and reply. The
// reply lies in rx; the caller calls forget when it has read it.
//
// Its error is the context's where the context ended, and the port can still
// be used. Every other error means that it is not known what the chip will send
// next. The command is sent once. again is how often the reply may be asked for
// again where it came damaged: 0 for what changes a card, see again.
func (c *chip) exchange(ctx context.Context, d time.Duration, frame []byte, code byte, again int) (reply []byte, err error) {
	defer func() {
		clear(c.tx[:])
		if err != nil {
			c.forget()
		}
	}()
	if c.port == nil {
		return nil, errClosed
	}
	if err := c.settle(ctx, abortPause); err != nil {
		return nil, err
	}
	bound, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	err = c.port.Flush() // noise of the idle time
	if err == nil {
		err = c.port.Write(bound, frame)
		clear(c.tx[:]) // not after the reply: a card may take seconds
	}
	if err == nil {
		err = c.acknowledged(bound)
	}
	if err == nil {
		reply, err = c.reply(bound, code)
		for ; again > 0 && errors.Is(err, ErrFrame) && c.arrived(bound, code); again-- {
			reply, err = c.again(bound, code)
		}
	}
	switch {
	case err == nil:
		c.replies++
		return reply, nil
	case ctx.Err() != nil:
		c.abort()
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, errLate
	}
	return nil, err
}

// forget erases what was received.
func (c *chip) forget() {
	clear(c.rx[:])
	c.start, c.end, c.babble = 0, 0, 0
}

// abort tells the chip to drop the command it is working on: an ACK from the
// host (UM0701-02 §6.2.1.3). Best effort; settle does the waiting.
func (c *chip) abort() {
	c.unsettled = true
	ctx, cancel := context.WithTimeout(context.Background(), abortPause)
	defer cancel()
	_ = c.port.Write(ctx, ackFrame[:]) // the next exchange finds out
}

// settle lets an aborted chip come to rest for so long and forgets what it still sent.
func (c *chip) settle(ctx context.Context, rest time.Duration) error {
	if !c.unsettled {
		return nil
	}
	if err := pause(ctx, rest); err != nil {
		return err
	}
	c.unsettled = false
	return c.port.Flush()
}

// wake raises a chip that sleeps and, where it is told to abort, takes it out
// of a command that another process began before it ended. Then it leaves the chip
// at rest for so long.
func (c *chip) wake(ctx context.Context, abort bool, rest time.Duration) error {
	var b [len(wakeBytes) + len(ackFrame)]byte
	n := 0
	if c.bus == nil {
		n = copy(b[:], wakeBytes[:])
	} else if err := c.bus.Wake(ctx); err != nil {
		return fmt.Errorf("wake: %w", err)
	}
	if abort {
		n += copy(b[n:], ackFrame[:])
	}
	if n > 0 {
		if err := c.port.Write(ctx, b[:n]); err != nil {
			return fmt.Errorf("wake: %w", err)
		}
	}
	c.unsettled = true
	return c.settle(ctx, rest)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
