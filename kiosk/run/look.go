package run

import (
	"context"
	"errors"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// What a visit asks of the authority that renews nothing (kiosk/look.go, kiosk/withdraw.go).

func (l *Loop) look(ctx context.Context, v visit) (reply, error) {
	found, err := l.Authority.Look(ctx, v.facts)
	if err != nil {
		a := withMessage(kiosk.Refused, messageOf(err, kiosk.MsgNetwork))
		a.event.Auth, a.event.Sign = v.facts.AuthTries, v.facts.SignTries
		return a, err
	}
	a := reply{
		event: kiosk.Event{Kind: kiosk.Looked, Found: kiosk.FoundDead, Auth: v.facts.AuthTries, Sign: v.facts.SignTries},
		store: func(v *visit) {
			v.session, v.lies.User, v.lies.Sign = found.Session, found.User, found.Sign
		},
	}
	if found.Session.ID != (kiosk.SessionID{}) {
		a.event.Found = kiosk.FoundCard
	}
	return a, nil
}

// digest is what the card signs.
func (l *Loop) digest(f kiosk.Effect, v visit) ([32]byte, error) {
	switch f.Flow {
	case kiosk.FlowL, kiosk.FlowC:
		return l.Authority.SeeDigest(v.session, v.facts.AuthCert), nil
	case kiosk.FlowW:
		return l.Authority.WithdrawDigest(v.withdrawal, v.certificate)
	}
	return l.Authority.Digest(v.session, v.facts.AuthCert, f.Act), nil
}

// see puts the list where the visit shows it from, and only while it is this visit: an
// answer that comes late must not stand in the list of the next person.
func (l *Loop) see(ctx context.Context, v visit) (reply, error) {
	phones, err := l.Authority.See(ctx, v.session, v.signature)
	if err != nil {
		return withMessage(kiosk.Refused, messageOf(err, kiosk.MsgNetwork)), err
	}
	a := ofKind(kiosk.Seen)
	a.event.Found, _ = kiosk.FoundAmong(phones)
	a.store = func(*visit) {
		kiosk.PutPhones(l.secrets.List, phones)
		clear(phones)
	}
	return a, nil
}

func (l *Loop) hold(ctx context.Context, v visit) (reply, error) {
	err := l.Authority.Hold(ctx, v.session, v.carrier)
	a := reply{event: kiosk.Event{Kind: kiosk.Held, Outcome: kiosk.Unknown}}
	switch {
	case err == nil:
		a.event.Outcome = kiosk.Done
	case errors.Is(err, port.ErrRefused):
		a.event.Outcome, a.event.Message = kiosk.Failed, messageOf(err, kiosk.MsgNetwork)
	}
	return a, err
}
