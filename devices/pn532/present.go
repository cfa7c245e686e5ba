package pn532

import (
	"context"
	"errors"
)

// Present asks whether the card still stands in the field; port.ErrGone when
// it does not.
//
// It sends R(NAK), the presence check of ISO 14443-4 §7.5.5: a card answers it
// by itself, below its applications, so it spends no try, selects nothing and
// leaves every verified state and challenge alone. The chip has a command that
// promises the same, Diagnose 06, but libnfc's authors found that it does not
// work for Type B on a PN532 although the manual says so, and send R(NAK) by
// InCommunicateThru; so do we. A card may miss one; it is asked twice.
func (l *Link) Present(ctx context.Context) error {
	if err := l.r.lock(ctx); err != nil {
		return err
	}
	defer l.r.unlock()
	if l.gone != nil {
		return l.isGone()
	}
	err := l.ping(ctx)
	var s Status
	if errors.As(err, &s) {
		err = l.ping(ctx)
	}
	if err != nil {
		l.lose(ctx, err)
		return l.isGone()
	}
	return nil
}

func (l *Link) ping(ctx context.Context) error {
	nak := []byte{0xB2} // R(NAK), block number 0, no CID
	if l.cid != 0 {
		nak = []byte{0xBA, l.cid}
	}
	part, err := l.r.chip.command(ctx, quickTime, cmdThru, nak...)
	if err != nil {
		return err
	}
	defer l.r.chip.forget()
	if len(part) == 0 {
		return errAnswer
	}
	if code := part[0] & statusCode; code != 0 {
		return Status(code)
	}
	return nil
}
