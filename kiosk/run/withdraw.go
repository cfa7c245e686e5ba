package run

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// list gets what the card's holder has agreed to. Asked once more, behind a withdrawal
// without an answer, it says whether that consent stands, and nothing is shown.
func (l *Loop) list(ctx context.Context, v visit) (reply, error) {
	found, err := l.Authority.Consents(ctx, v.session)
	if err != nil {
		return withMessage(kiosk.Refused, messageOf(err, kiosk.MsgNetwork)), err
	}
	a := ofKind(kiosk.ListIn)
	a.event.Found, a.event.Rows = listed(found), int8(min(len(found.All), kiosk.MaxConsents+1))
	if of := v.withdrawal.Consent.ID; of != [16]byte{} {
		found.Erase()
		if !slices.ContainsFunc(found.All, func(c kiosk.Consent) bool { return c.ID == of }) {
			a.event.Found = kiosk.FoundGone
		}
		return a, nil
	}
	a.store = func(v *visit) { // only while it is this visit, as the list of phones
		kiosk.PutConsents(l.secrets.List, found.All)
		found.Erase()
		v.certificate = found.Certificate
	}
	a.drop = found.Erase
	return a, nil
}

func listed(found port.Consents) kiosk.Found {
	switch {
	case len(found.All) == 0:
		return kiosk.FoundNothing
	case found.Certificate == [32]byte{}:
		return kiosk.FoundReadOnly
	}
	return kiosk.FoundConsents
}

// keep takes of the list what the card will sign, before the list is erased.
func (l *Loop) keep(row int8) {
	l.visit.withdrawal.Consent, _ = kiosk.ConsentIn(l.secrets.List, row)
}

// dated is the withdrawal as it is signed now: each signature is of its own nonce.
func (v visit) dated() port.Withdrawal {
	w := v.withdrawal
	w.At = time.Now().Unix()
	rand.Read(w.Nonce[:]) // never fails: crypto/rand ends the program instead
	return w
}

func (l *Loop) withdraw(ctx context.Context, v visit) (reply, error) {
	_, err := l.Authority.Withdraw(ctx, v.session, v.withdrawal, v.signature)
	a := reply{event: kiosk.Event{Kind: kiosk.Withdrawn, Outcome: kiosk.Unknown}}
	switch {
	case err == nil:
		a.event.Outcome = kiosk.Done
	case errors.Is(err, port.ErrRefused):
		a.event.Outcome, a.event.Message = kiosk.Failed, messageOf(err, kiosk.MsgNetwork)
	}
	return a, err
}
