package pn532

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// Command codes (UM0701-02 §7.2 and §7.3); a reply's code is one more.
const (
	cmdDiagnose = 0x00 // Diagnose
	cmdFirmware = 0x02 // GetFirmwareVersion
	cmdBaud     = 0x10 // SetSerialBaudRate
	cmdParams   = 0x12 // SetParameters
	cmdSAM      = 0x14 // SAMConfiguration
	cmdRF       = 0x32 // RFConfiguration
	cmdExchange = 0x40 // InDataExchange
	cmdThru     = 0x42 // InCommunicateThru
	cmdList     = 0x4A // InListPassiveTarget
)

const (
	pollEvery = 250 * time.Millisecond
	wakeTries = 3 // a chip that wakes may miss what woke it

	// A card is reset by 5 ms without field and ready 5 ms after its return
	// (ISO 14443-3 §5.2); twice that.
	fieldPause = 10 * time.Millisecond
)

// ErrOtherChip: it speaks the PN532's frames and is none, or one without
// Type B.
var ErrOtherChip = errors.New("not a PN532 that speaks Type B")

var (
	errNotReady = errors.New("reader was not made ready")
	errRecord   = errors.New("target record of an impossible form")
	errLayer4   = errors.New("card does not speak ISO 14443-4")
)

// A Reader is the PN532 and the field it makes. Its methods and those of its
// Links are for one goroutine at a time; a second caller waits for the first,
// for as long as its own context lasts.
type Reader struct {
	open func() (Port, error)
	log  *slog.Logger
	busy chan struct{} // holds one token while the reader is in use
	chip chip
	link *Link // the card that has the field; nil when there is none
	rate rate

	unlocked error // why there is no memory for frames; nil where there is

	presence means // how a card is asked whether it is still there
	told     means // and which of them the log has
	bad      int   // damaged replies that the log has
	line     struct{ replies, again atomic.Uint32 }
}

// New returns a reader that is not open. open opens its port from nothing and
// is called by every Ready. The log gets the reader's comings and goings, and
// at level Debug the header and status word of every APDU, never a body.
//
// Frames go through locked memory of the reader's own, given back when the
// Reader is no longer used. Where the machine has none, no Ready succeeds.
func New(open func() (Port, error), log *slog.Logger) *Reader {
	r := &Reader{open: open, log: log, busy: make(chan struct{}, 1)}
	r.chip.tx, r.chip.rx, r.unlocked = frames(r)
	return r
}

// Ready closes what was open, opens the port from nothing, wakes and asks the
// chip for its name, sets it up and leaves the field off. Every error is a
// port.Fault of kiosk.MsgReader, and the reader is then closed.
func (r *Reader) Ready(ctx context.Context) error {
	if err := r.lock(ctx); err != nil {
		return lost("ready", err)
	}
	defer r.unlock()
	if r.unlocked != nil {
		return lost("ready", r.unlocked)
	}
	r.drop(errNotReady)
	r.lower() // or the chip would not be found at BaseRate
	if err := r.chip.close(); err != nil {
		r.log.Debug("reader port did not close cleanly", "err", err)
	}
	port, err := r.open()
	if err != nil {
		return lost("open", err)
	}
	r.chip.use(port)
	r.rate.now, r.presence, r.bad = BaseRate, unproven, 0
	for try := 1; ; try++ {
		if err = r.setUp(ctx); err == nil || try == setUpTries || !r.outOfStep(err) {
			break
		}
	}
	if err == nil {
		err = r.raise(ctx)
	}
	if err != nil {
		return r.fail("ready", err)
	}
	return nil
}

// Wait turns the field on and polls for a card about four times a second until
// the context ends. An earlier card loses its power first. The field is off
// again whenever no Link is returned.
//
// port.Fault of kiosk.MsgTwoCards where two cards stand in the field, of
// kiosk.MsgWrongCard where the card has no APDUs, of kiosk.MsgReader where
// the reader was lost (call Ready), and the context's error at its end.
func (r *Reader) Wait(ctx context.Context) (*Link, error) {
	if err := r.lock(ctx); err != nil {
		return nil, err
	}
	defer r.unlock()
	r.drop(errReplaced)
	if r.chip.port == nil {
		return nil, lost("wait", errNotReady)
	}
	for revived := 0; ; revived++ {
		l, err := r.poll(ctx)
		var fault port.Fault
		switch {
		case err == nil:
			r.link = l
			return l, nil
		case ctx.Err() != nil || errors.As(err, &fault):
			r.dark()
			return nil, fmt.Errorf("pn532: wait: %w", err)
		case revived == maxRevived || !r.revived("wait", err):
			return nil, r.fail("wait", err)
		}
	}
}

func (r *Reader) poll(ctx context.Context) (*Link, error) {
	if err := r.settled(ctx); err != nil {
		return nil, err
	}
	if err := r.set(ctx, cmdRF, 0x01, 0x00); err != nil {
		return nil, err
	}
	if err := pause(ctx, fieldPause); err != nil {
		return nil, err
	}
	if err := r.set(ctx, cmdRF, 0x01, 0x01); err != nil {
		return nil, err
	}
	for next := fieldPause; ; next = pollEvery {
		if err := pause(ctx, next); err != nil {
			return nil, err
		}
		l, err := r.list(ctx)
		if l != nil || err != nil {
			return l, err
		}
	}
}

// list looks once for up to two Type B cards of every family (AFI 00, which
// the chip insists on). It asks for two so that a second card is seen and
// refused: which of two a resident means cannot be known.
func (r *Reader) list(ctx context.Context) (*Link, error) {
	found, err := r.chip.command(ctx, listTime, cmdList, 0x02, 0x03, 0x00)
	if err != nil {
		return nil, err
	}
	defer r.chip.forget()
	if len(found) == 0 {
		return nil, errRecord
	}
	switch found[0] {
	case 0:
		return nil, nil
	case 1:
	case 2:
		return nil, port.Fault(kiosk.MsgTwoCards)
	default:
		return nil, errRecord
	}
	return r.newLink(found[1:])
}

// newLink reads one target record: Tg, ATQB (12 bytes, 50 first), the length
// of ATTRIB_RES and itself (UM0701-02 §7.3.5).
func (r *Reader) newLink(b []byte) (*Link, error) {
	const fixed = 1 + 12 + 1
	if len(b) < fixed || b[1] != 0x50 || len(b) != fixed+int(b[13]) {
		return nil, errRecord
	}
	// ISO 14443-3 §7.9.4: the low bits of the second byte of protocol info.
	if b[11]&0x01 == 0 {
		return nil, fmt.Errorf("%w: %w", port.Fault(kiosk.MsgWrongCard), errLayer4)
	}
	l := &Link{r: r, tg: b[0]}
	if b[13] > 0 {
		l.cid = b[fixed] & 0x0F // ISO 14443-3 §7.11: MBLI and CID
	}
	return l, nil
}

// drop takes the card from the Link that has it.
func (r *Reader) drop(why error) {
	if r.link != nil {
		r.link.gone = why
		r.link = nil
	}
}

// fail closes a reader of which it is not known what it will send next.
func (r *Reader) fail(what string, err error) error {
	r.drop(err)
	r.doubt(err)
	if e := r.chip.close(); e != nil {
		err = errors.Join(err, e)
	}
	r.log.Warn("reader lost", "in", what, "err", err)
	return lost(what, err)
}

// Close takes the power from the card and gives the port back, once the caller that
// uses the reader is through. Ready opens it again.
func (r *Reader) Close() error {
	r.busy <- struct{}{}
	defer r.unlock()
	r.drop(errClosed)
	r.dark()
	r.lower()
	return r.chip.close()
}

func (r *Reader) lock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("pn532: %w", err)
	}
	select {
	case r.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("pn532: %w", ctx.Err())
	}
}

// unlock tells staff of a line that damages frames: at the first, and then ever
// more rarely, because an idle kiosk asks its reader every two seconds.
func (r *Reader) unlock() {
	r.line.replies.Store(uint32(r.chip.replies))
	r.line.again.Store(uint32(r.chip.nacks))
	if n := r.chip.nacks; n > r.bad && n >= 2*r.bad {
		r.log.Warn("the reader's line damages frames", "asked again", n)
		r.bad = n
	}
	<-r.busy
}

// Line is the quality of the line since the port was opened: how many replies came,
// and how many of them were damaged and asked for again. It waits for no other
// call.
func (r *Reader) Line() (replies, again uint32) {
	return r.line.replies.Load(), r.line.again.Load()
}

func lost(what string, err error) error {
	return fmt.Errorf("pn532: %s: %w: %w", what, port.Fault(kiosk.MsgReader), err)
}
