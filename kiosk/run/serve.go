package run

import (
	"context"
	"errors"
	"time"

	"multicopy.example/kiosk"
)

// serve lets a hand do one slow effect and turns its answer into the one reply
// that Step expects.
func (l *Loop) serve(ctx context.Context, f kiosk.Effect, v visit) (arrival, error) {
	switch f.Do {
	case kiosk.DoRecover:
		return l.recover(ctx)
	case kiosk.DoHealth:
		return l.health(ctx)
	case kiosk.DoWait:
		return l.wait(ctx, v)
	case kiosk.DoRead:
		return l.read(ctx, v)
	case kiosk.DoOpen:
		return l.open(ctx, v)
	case kiosk.DoCode:
		return l.code(ctx, v)
	case kiosk.DoVerify:
		return l.verify(ctx, f, v)
	case kiosk.DoSign:
		return l.sign(ctx, f, v)
	case kiosk.DoProve:
		return l.prove(ctx, f, v)
	case kiosk.DoGrant:
		return l.grant(ctx, v)
	case kiosk.DoWrite:
		return l.write(ctx, v)
	case kiosk.DoSettle:
		return l.settle(ctx, f, v)
	}
	panic("kiosk/run: an effect that nobody serves: " + f.Do.String())
}

func event(k kiosk.Kind) arrival { return arrival{event: kiosk.Event{Kind: k}} }

func saying(k kiosk.Kind, w kiosk.Message) arrival {
	return arrival{event: kiosk.Event{Kind: k, Message: w}}
}

// recover opens ledger and reader and closes what a run that was cut short
// left open. The authority hears of it at once where it can be reached, and
// through the ledger's queue in any case.
func (l *Loop) recover(ctx context.Context) (arrival, error) {
	open, err := l.Ledger.Open(ctx)
	if err != nil {
		return saying(kiosk.Unwell, kiosk.MsgLedger), err
	}
	for _, e := range open {
		if err := l.Ledger.Append(ctx, e.Close()); err != nil {
			return saying(kiosk.Unwell, kiosk.MsgLedger), err
		}
	}
	if err := l.Reader.Ready(ctx); err != nil {
		return saying(kiosk.Unwell, kiosk.MsgReader), err
	}
	for _, e := range open {
		l.settleLate(ctx, e.Close())
	}
	return event(kiosk.Recovered), nil
}

func (l *Loop) settleLate(ctx context.Context, e kiosk.Entry) {
	if e.Kind != kiosk.EntryOutcome {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	start := time.Now()
	_, err := l.Authority.Settle(ctx, e.Session, e.Grant, e.Outcome)
	l.span("authority", "settle-late", start, err)
}

func (l *Loop) health(ctx context.Context) (arrival, error) {
	if w, err := l.room(ctx); w != kiosk.NoMessage { // whatever the authority says, nobody begins
		return saying(kiosk.Healthy, w), err
	}
	h, err := l.Authority.Health(ctx)
	switch {
	case err != nil:
		return saying(kiosk.Healthy, word(err, kiosk.MsgNetwork)), err
	case skewed(h.Now, time.Now()):
		return saying(kiosk.Healthy, kiosk.MsgClock), nil
	case !h.Open:
		return saying(kiosk.Healthy, kiosk.MsgHours), nil
	}
	return event(kiosk.Healthy), nil
}

// maxSkew is more than a clock drifts between two chances to set it. Nothing of
// a visit depends on our clock, but certificates do, and the time on the last
// screen and in the records; a clock that is further off is a fault to mend.
const maxSkew = 10 * time.Minute

// skewed compares the authority's word with our clock; an authority that does
// not say its time is not asked again.
func skewed(theirs int64, ours time.Time) bool {
	return theirs != 0 && ours.Sub(time.Unix(theirs, 0)).Abs() > maxSkew
}

func (l *Loop) wait(ctx context.Context, v visit) (arrival, error) {
	switch {
	case v.refused: // it was said already, and still lies there: look again in a while
		pause(ctx)
	case v.stranger: // in doubt and another card: it has to go before its own can come
		l.stays(ctx, v.card)
	}
	if v.card != nil { // in doubt: the old card has lost its power already, or loses it now
		l.release(v.card)
	}
	card, err := l.Reader.Wait(ctx)
	if err != nil {
		a := saying(kiosk.CardBad, word(err, kiosk.MsgReader))
		a.keep = func(v *visit) { v.refused = true }
		return a, err
	}
	w, err := l.room(ctx)
	a := saying(kiosk.CardIn, w)
	a.card = card
	a.keep = func(v *visit) { v.card, v.refused, v.stranger = card, false, false }
	return a, err
}

// nearlyFull is where staff is told: at 70 of 100 the authority has not been
// reached for months, or somebody else fills the disk.
const nearlyFull = 70

// room asks whether the ledger takes a new visit, and tells staff once each
// time that it gets nearly full and once when it no longer is.
func (l *Loop) room(ctx context.Context) (kiosk.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, durable)
	defer cancel()
	start := time.Now()
	percent, err := l.Ledger.Room(ctx)
	if err != nil {
		l.span("ledger", "room", start, err)
	}
	switch near := percent >= nearlyFull; {
	case err != nil && percent == 0: // it did not say
	case near == l.near.Swap(near):
	case near:
		l.log.Warn("the ledger is nearly full", "percent", percent, "refuses at", 100)
	case err == nil:
		l.log.Info("the ledger has room again", "percent", percent)
	}
	if err != nil {
		return word(err, kiosk.MsgLedger), err
	}
	return kiosk.NoMessage, nil
}

func (l *Loop) read(ctx context.Context, v visit) (arrival, error) {
	f, err := v.card.Read(ctx)
	if err != nil {
		a := saying(kiosk.CardBad, word(err, kiosk.MsgRemoved))
		a.keep = func(v *visit) { v.stranger = true } // matters in doubt alone, where a wait follows
		return a, err
	}
	a := arrival{event: kiosk.Event{
		Kind: kiosk.CardRead, Token: f.Token, HasSign: f.HasSign, Trusted: f.Trusted,
		Auth: f.AuthTries, Sign: f.SignTries, Same: same(v.facts, f),
	}}
	if len(v.facts.AuthCert) == 0 { // in doubt the session's own facts stay
		a.keep = func(v *visit) { v.facts = f }
	} else if !a.event.Same {
		a.keep = func(v *visit) { v.stranger = true }
	}
	return a, nil
}

func (l *Loop) open(ctx context.Context, v visit) (arrival, error) {
	s, err := l.Authority.Open(ctx, v.facts)
	if err != nil {
		return saying(kiosk.Refused, word(err, kiosk.MsgNetwork)), err
	}
	return arrival{
		event: kiosk.Event{
			Kind: kiosk.Opened, Flow: s.Flow, Factor: s.Factor, Codes: s.CodesLeft,
			Auth: v.facts.AuthTries, Sign: v.facts.SignTries,
		},
		keep: func(v *visit) { v.session = s },
	}, nil
}

func (l *Loop) code(ctx context.Context, v visit) (arrival, error) {
	ticket, err := l.Authority.Code(ctx, v.session, l.secrets.Code)
	var wrong kiosk.WrongCode
	switch {
	case errors.As(err, &wrong):
		return arrival{event: kiosk.Event{Kind: kiosk.CodeWrong, Left: wrong.Left}}, err
	case err != nil:
		return saying(kiosk.Refused, word(err, kiosk.MsgNetwork)), err
	}
	a := event(kiosk.CodeRight)
	a.keep = func(v *visit) { v.session.Ticket = ticket }
	return a, nil
}

func (l *Loop) verify(ctx context.Context, f kiosk.Effect, v visit) (arrival, error) {
	err := v.card.Verify(ctx, f.Flow.Proof(), l.secrets.Proof)
	var wrong kiosk.WrongSecret
	var fault kiosk.Fault
	switch {
	case err == nil:
		return event(kiosk.Verified), nil
	case errors.As(err, &wrong):
		return arrival{event: kiosk.Event{Kind: kiosk.NotRight, Left: wrong.Left}}, err
	case errors.Is(err, kiosk.ErrBlocked):
		return event(kiosk.NotRight), err
	case errors.Is(err, kiosk.ErrGone), !errors.As(err, &fault):
		return event(kiosk.Unsure), err
	}
	return saying(kiosk.CardBad, kiosk.Message(fault)), err
}

func (l *Loop) sign(ctx context.Context, f kiosk.Effect, v visit) (arrival, error) {
	digest := l.Authority.Digest(v.session, v.facts.AuthCert, f.Act)
	sig, err := v.card.Sign(ctx, f.Flow.Proof(), digest)
	if err != nil {
		return saying(kiosk.CardBad, word(err, kiosk.MsgCardFault)), err
	}
	a := event(kiosk.Signed)
	a.keep = func(v *visit) { v.signature = sig }
	return a, nil
}

func (l *Loop) prove(ctx context.Context, f kiosk.Effect, v visit) (arrival, error) {
	if err := l.Authority.Prove(ctx, v.session, f.Act, v.signature); err != nil {
		return saying(kiosk.Refused, word(err, kiosk.MsgNetwork)), err
	}
	return event(kiosk.Proved), nil
}

// grant asks the card first: its challenge is good for its next command only,
// which is the opening that the authority signs over it.
func (l *Loop) grant(ctx context.Context, v visit) (arrival, error) {
	start := time.Now()
	challenge, err := v.card.Challenge(ctx)
	l.span("card", "challenge", start, err)
	if err != nil {
		return saying(kiosk.NoGrant, word(err, kiosk.MsgCardFault)), err
	}
	start = time.Now()
	g, err := l.Authority.Grant(ctx, v.session, challenge)
	l.span("authority", "grant", start, err)
	if err != nil {
		return saying(kiosk.NoGrant, word(err, kiosk.MsgNetwork)), err
	}
	a := event(kiosk.Granted)
	a.keep = func(v *visit) { v.grant = g }
	return a, nil
}

func (l *Loop) write(ctx context.Context, v visit) (arrival, error) {
	err := v.card.Run(ctx, v.grant, l.secrets.New)
	a := arrival{event: kiosk.Event{Kind: kiosk.Wrote, Outcome: kiosk.Unknown, Message: kiosk.MsgUnknown}}
	switch {
	case err == nil:
		a.event.Outcome, a.event.Message = kiosk.Done, kiosk.NoMessage
	case errors.Is(err, kiosk.ErrRefused):
		a.event.Outcome, a.event.Message = kiosk.Failed, word(err, kiosk.MsgNotWritten)
	}
	return a, err
}

func (l *Loop) settle(ctx context.Context, f kiosk.Effect, v visit) (arrival, error) {
	challenge, err := l.Authority.Settle(ctx, v.session.ID, v.grant.ID, f.Outcome)
	if err != nil {
		return event(kiosk.Unsettled), err
	}
	a := event(kiosk.Settled)
	a.event.Fresh = challenge != [32]byte{}
	if a.event.Fresh {
		a.keep = func(v *visit) { v.session.Challenge = challenge }
	}
	return a, nil
}
