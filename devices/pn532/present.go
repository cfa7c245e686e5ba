package pn532

import (
	"context"
	"errors"

	"multicopy.example/devices/apdu"
)

// means is how a card is asked whether it is still there.
type means uint8

const (
	unproven  means = iota // no card has answered since Ready
	byNAK                  // R(NAK), below the card's applications
	byCommand              // a command that reads a byte
)

func (m means) String() string {
	return [...]string{"unproven", "R(NAK) by InCommunicateThru", "READ BINARY"}[m]
}

// presentCommand reads one byte of whatever file is current, and any answer
// will do, a refusal too: the card is there. It names no file, compares nothing
// and leaves every verified state alone; a challenge it spends.
var presentCommand = apdu.Command{INS: apdu.InsRead, Le: 1}

// Present asks whether the card still stands in the field; port.ErrGone when
// it does not.
//
// It sends R(NAK), the presence check of ISO 14443-4 §7.5.5: a card answers it
// by itself, below its applications, so it spends no try, selects nothing and
// leaves every verified state and challenge alone. The chip has a command that
// promises the same, Diagnose 06, but libnfc's authors found that it does not
// work for Type B on a PN532 although the manual says so, and send R(NAK) by
// InCommunicateThru; so do we. A card may miss one; it is asked twice.
//
// Where the first card does not answer R(NAK) and does answer a command right
// after, this chip cannot carry the one, and the other is used until the next
// Ready.
func (l *Link) Present(ctx context.Context) error {
	if err := l.r.lock(ctx); err != nil {
		return err
	}
	defer l.r.unlock()
	if l.gone != nil {
		return l.isGone()
	}
	if err := l.present(ctx); err != nil {
		l.lose(ctx, err)
		return l.isGone()
	}
	return nil
}

func (l *Link) present(ctx context.Context) error {
	if l.r.presence == byCommand {
		_, err := l.transmit(ctx, presentCommand)
		return err
	}
	err := l.ping(ctx)
	if unanswered(err) {
		err = l.ping(ctx)
	}
	switch {
	case l.r.presence == byNAK:
		return err
	case err == nil:
		l.proved(byNAK)
		return nil
	case !unanswered(err):
		return err
	}
	if _, err := l.transmit(ctx, presentCommand); err != nil {
		return err // it has left, and nothing is proved
	}
	proved := byCommand
	switch err := l.ping(ctx); { // at the edge of the field two can be lost
	case err == nil:
		proved = byNAK
	case !unanswered(err):
		return err
	}
	l.proved(proved)
	return nil
}

// proved chooses the means, and tells the log where it is another than it has.
func (l *Link) proved(m means) {
	r := l.r
	if r.presence = m; r.told != m {
		r.told = m
		r.log.Info("whether a card is there is asked by", "means", m.String())
	}
}

// unanswered: the chip's word that no answer came, or that it knows no such
// command.
func unanswered(err error) bool {
	var s Status
	return errors.As(err, &s) || errors.Is(err, errSyntax)
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
