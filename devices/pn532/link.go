package pn532

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

var (
	// ErrSlow: the card has not answered a command in the time that it has, and
	// the reader is well.
	ErrSlow = errors.New("the card takes too long")

	errReplaced = errors.New("the reader waits for another card")
	errReleased = errors.New("the card was released")
	errAnswer   = errors.New("answer of an impossible form")
)

// A Link is one card from the moment it was found until it leaves, the link
// breaks, or it is released. From then on every call answers port.ErrGone
// without touching the wire: a card that comes back is another Link.
type Link struct {
	r    *Reader
	tg   byte // the chip's number for it, 1
	cid  byte // the card's number on the air; 0 where it has none
	gone error
}

var _ apdu.Transmitter = (*Link)(nil)

// Transmit carries one command to the card and brings its answer, in memory
// of its own. It sends the command once.
//
// port.ErrGone where no answer came; the card may have carried the command
// out. Its power is then off where the chip still obeys. ErrSlow and the
// port.Fault of kiosk.MsgCardFault beside it where the card took too long.
// A damaged answer to a command that only reads is asked for again. apdu.ErrLength, or
// the context's error without port.ErrGone, mean that nothing was sent.
func (l *Link) Transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	if err := l.r.lock(ctx); err != nil {
		return apdu.Response{}, err
	}
	defer l.r.unlock()
	if l.gone != nil {
		return apdu.Response{}, l.isGone()
	}
	r, err := l.transmit(ctx, c)
	if errors.Is(err, apdu.ErrLength) {
		return r, err
	}
	if err != nil {
		l.lose(ctx, err)
		err = l.isGone()
	}
	l.trace(ctx, c, r.SW, err)
	return r, err
}

func (l *Link) transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	ch := &l.r.chip
	n := 2 + c.Size()
	// Head, body and tail are written where they are sent from: tx is the
	// only copy of a secret that there is, and has room for any command.
	frame := append(appendHead(ch.tx[:0], ToChip, n), cmdExchange, l.tg)
	frame, err := c.AppendTo(frame)
	if err != nil {
		clear(ch.tx[:])
		return apdu.Response{}, err
	}
	frame = appendTail(frame, n)
	again := 0
	if onlyReads(c) {
		again = maxAgain
	}
	var answer []byte
	for {
		part, err := ch.exchange(ctx, dataTime, frame, cmdExchange, again)
		if err != nil {
			return apdu.Response{}, err
		}
		more, err := l.accept(part)
		if err == nil && len(answer)+len(part)-1 > apdu.MaxResponse {
			err = errAnswer
		}
		if err == nil {
			answer = append(answer, part[1:]...)
		}
		ch.forget()
		switch {
		case err != nil:
			return apdu.Response{}, err
		case !more:
			return parse(answer)
		}
		// The chip holds more than one frame's worth and hands it out to
		// an exchange without data (UM0701-02 §7.3.8).
		frame = appendTail(append(appendHead(ch.tx[:0], ToChip, 2), cmdExchange, l.tg), 2)
	}
}

// onlyReads: commands that leave a card as it is, so that nothing depends on
// which of them an answer belongs to but what is read. Asking for a counter is
// VERIFY without data. GET CHALLENGE is none: an opening would be asked for it.
func onlyReads(c apdu.Command) bool {
	switch c.INS {
	case apdu.InsSelect, apdu.InsRead, apdu.InsGetResponse:
		return c.CLA == 0
	case apdu.InsVerify:
		return len(c.Data) == 0
	}
	return false
}

// accept judges the status byte before an answer. A part that is empty and
// promises more is refused, so that a chain ends.
func (l *Link) accept(part []byte) (more bool, err error) {
	if len(part) == 0 {
		return false, errAnswer
	}
	status, more := part[0], part[0]&statusMI != 0
	if code := status & statusCode; code != 0 {
		return false, Status(code)
	}
	if status&statusNAD != 0 || more && len(part) == 1 {
		return false, errAnswer
	}
	return more, nil
}

func parse(answer []byte) (apdu.Response, error) {
	r, err := apdu.ParseResponse(answer)
	if err != nil {
		return r, errAnswer // not ErrLength: that one means that nothing was sent
	}
	return r, nil
}

// Release takes the power from the card, and with it everything it verified.
// nil also where the card is gone already; a fault where the reader is lost.
//
// The field goes off and nothing is said to the card before: InRelease and
// InDeselect wait for the card's word, up to two seconds where it was lifted
// (libnfc, chips/pn53x.c), and promise less than the lack of power.
func (l *Link) Release(ctx context.Context) error {
	if err := l.r.lock(ctx); err != nil {
		return err
	}
	defer l.r.unlock()
	var err error
	if l.gone != nil {
		err = l.r.darker(ctx)
	} else {
		err = l.r.set(ctx, cmdRF, 0x01, 0x00)
		l.r.drop(errReleased)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		l.r.dark()
		return fmt.Errorf("pn532: release: %w", err)
	case l.r.revived("release", err): // and its field is off
		return nil
	}
	return l.r.fail("release", err)
}

// lose ends the link: the chip's word that the card does not answer leaves the
// reader as it is, and so does a card that is too slow for a chip that is well.
func (l *Link) lose(ctx context.Context, err error) {
	var s Status
	switch l.r.drop(err); {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		l.gone = slow(err)
		l.r.dark()
	case errors.As(err, &s), errors.Is(err, errAnswer), ctx.Err() != nil:
		l.r.dark() // or a card that is still there would keep what it verified
	case !l.r.revived("exchange", err):
		_ = l.r.fail("exchange", err)
	case errors.Is(err, errLate):
		l.gone = slow(err)
	}
}

func slow(err error) error {
	return fmt.Errorf("%w: %w: %w", ErrSlow, port.Fault(kiosk.MsgCardFault), err)
}

func (l *Link) isGone() error { return fmt.Errorf("pn532: %w: %w", port.ErrGone, l.gone) }

func (l *Link) trace(ctx context.Context, c apdu.Command, sw apdu.Status, err error) {
	if !l.r.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	if err != nil {
		l.r.log.Debug("card", "command", c.Header(), "err", err)
		return
	}
	l.r.log.Debug("card", "command", c.Header(), "sw", sw.String())
}
