package run

import (
	"context"
	"errors"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// serve lets a port do one slow effect and turns its answer into the one reply
// that Step expects.
func (l *Loop) serve(ctx context.Context, f kiosk.Effect, v visit) (reply, error) {
	switch f.Do {
	case kiosk.DoRecover:
		return l.recover(ctx)
	case kiosk.DoHealth:
		return l.health(ctx, l.Authority.Health)
	case kiosk.DoAsk:
		return l.health(ctx, l.Authority.Ask)
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
	case kiosk.DoField:
		return l.field(ctx)
	case kiosk.DoLook:
		return l.look(ctx, v)
	case kiosk.DoSee:
		return l.see(ctx, v)
	case kiosk.DoHold:
		return l.hold(ctx, v)
	case kiosk.DoList:
		return l.list(ctx, v)
	case kiosk.DoWithdraw:
		return l.withdraw(ctx, v)
	case kiosk.DoPrinter, kiosk.DoSlip:
		return l.slip(ctx, f, v)
	}
	panic("kiosk/run: an effect without a port: " + f.Do.String())
}

func ofKind(k kiosk.Kind) reply { return reply{event: kiosk.Event{Kind: k}} }

func withMessage(k kiosk.Kind, w kiosk.Message) reply {
	return reply{event: kiosk.Event{Kind: k, Message: w}}
}

// recover opens ledger and reader and closes what a run that was cut short
// left open. The authority hears of it at once where it can be reached, and
// through the ledger's queue in any case.
func (l *Loop) recover(ctx context.Context) (reply, error) {
	open, err := l.Ledger.Open(ctx)
	if err != nil {
		return withMessage(kiosk.Unwell, kiosk.MsgLedger), err
	}
	for _, e := range open {
		if err := l.Ledger.Append(ctx, e.Close()); err != nil {
			return withMessage(kiosk.Unwell, kiosk.MsgLedger), err
		}
	}
	if err := l.Reader.Ready(ctx); err != nil {
		return withMessage(kiosk.Unwell, kiosk.MsgReader), err
	}
	for _, e := range open {
		l.settleLate(ctx, e.Close())
	}
	return ofKind(kiosk.Recovered), nil
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

func (l *Loop) health(ctx context.Context, ask func(context.Context) (port.Health, error)) (reply, error) {
	if w, err := l.room(ctx); w != kiosk.NoMessage { // whatever the authority says, no visit begins
		return withMessage(kiosk.Healthy, w), err
	}
	h, err := ask(ctx)
	switch {
	case err != nil:
		return withMessage(kiosk.Healthy, messageOf(err, kiosk.MsgNetwork)), err
	case skewed(h.Now, time.Now()):
		return withMessage(kiosk.Healthy, kiosk.MsgClock), nil
	case !h.Open:
		return withMessage(kiosk.Healthy, kiosk.MsgHours), nil
	}
	return ofKind(kiosk.Healthy), nil
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

func (l *Loop) wait(ctx context.Context, v visit) (reply, error) {
	switch {
	case v.waitFailed: // it was said already, and still lies there: look again in a while
		pause(ctx, retryInterval)
	case v.otherCard: // in doubt and another card: it has to go before its own can come
		l.untilCardGone(ctx, v.card)
	}
	if v.card != nil { // in doubt: the old card has lost its power already, or loses it now
		l.release(v.card)
	}
	card, err := l.Reader.Wait(ctx)
	if err != nil {
		a := withMessage(kiosk.CardBad, messageOf(err, kiosk.MsgReader))
		a.store = func(v *visit) { v.waitFailed = true }
		return a, err
	}
	w, err := l.room(ctx)
	a := withMessage(kiosk.CardIn, w)
	a.card = card
	a.store = func(v *visit) { v.card, v.waitFailed, v.otherCard = card, false, false }
	return a, err
}

// nearlyFullAt is where staff is told: at 70 of 100 the authority has not been
// reached for months, or another program fills the disk.
const nearlyFullAt = 70

// room asks whether the ledger takes a new visit, and tells staff once each
// time that it gets nearly full and once when it no longer is.
func (l *Loop) room(ctx context.Context) (kiosk.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, kiosk.DoRecord.Deadline())
	defer cancel()
	start := time.Now()
	percent, err := l.Ledger.Room(ctx)
	if err != nil {
		l.span("ledger", "room", start, err)
	}
	switch near := percent >= nearlyFullAt; {
	case err != nil && percent == 0: // it did not say
	case near == l.nearlyFull.Swap(near):
	case near:
		l.log.Warn("the ledger is nearly full", "percent", percent, "refuses at", 100)
	case err == nil:
		l.log.Info("the ledger has room again", "percent", percent)
	}
	if err != nil {
		return messageOf(err, kiosk.MsgLedger), err
	}
	return kiosk.NoMessage, nil
}

func (l *Loop) read(ctx context.Context, v visit) (reply, error) {
	f, err := v.card.Read(ctx)
	if err != nil {
		a := withMessage(kiosk.CardBad, messageOf(err, kiosk.MsgRemoved))
		a.store = func(v *visit) { v.otherCard = true } // matters in doubt alone, where a wait follows
		return a, err
	}
	a := reply{event: kiosk.Event{
		Kind: kiosk.CardRead, Token: f.Token, HasSign: f.HasSign, Trusted: f.Trusted,
		Auth: f.AuthTries, Sign: f.SignTries, Same: same(v.facts, f),
	}}
	if len(v.facts.AuthCert) == 0 { // in doubt the session's own facts stay
		a.store = func(v *visit) { v.facts, v.lies = f, kiosk.OnReader{Token: f.Token} }
	} else if !a.event.Same {
		a.store = func(v *visit) { v.otherCard = true }
	}
	return a, nil
}

func (l *Loop) open(ctx context.Context, v visit) (reply, error) {
	s, err := l.Authority.Open(ctx, v.facts)
	if err != nil {
		a := withMessage(kiosk.Refused, messageOf(err, kiosk.MsgNetwork))
		a.event.Auth, a.event.Sign = v.facts.AuthTries, v.facts.SignTries
		return a, err
	}
	return reply{
		event: kiosk.Event{
			Kind: kiosk.Opened, Flow: s.Flow, Factor: s.Factor, Codes: s.CodesLeft, Doubt: s.Doubt,
			Auth: v.facts.AuthTries, Sign: v.facts.SignTries,
		},
		store: func(v *visit) { v.session = s },
	}, nil
}

func (l *Loop) code(ctx context.Context, v visit) (reply, error) {
	ticket, err := l.Authority.Code(ctx, v.session, l.secrets.Code)
	var wrong port.WrongCode
	switch {
	case errors.As(err, &wrong):
		return reply{event: kiosk.Event{Kind: kiosk.CodeWrong, Left: wrong.Left}}, err
	case err != nil:
		return withMessage(kiosk.Refused, messageOf(err, kiosk.MsgNetwork)), err
	}
	a := ofKind(kiosk.CodeRight)
	a.store = func(v *visit) { v.session.Ticket, v.claimed = ticket, time.Now() }
	return a, nil
}

func (l *Loop) verify(ctx context.Context, f kiosk.Effect, v visit) (reply, error) {
	err := v.card.Verify(ctx, f.Flow.Proof(), l.secrets.Proof)
	var wrong port.WrongSecret
	var fault port.Fault
	switch {
	case err == nil:
		return ofKind(kiosk.Verified), nil
	case errors.As(err, &wrong):
		return reply{event: kiosk.Event{Kind: kiosk.NotRight, Left: wrong.Left}}, err
	case errors.Is(err, port.ErrBlocked):
		return ofKind(kiosk.NotRight), err
	case !errors.As(err, &fault):
		return ofKind(kiosk.Unsure), err
	}
	return withMessage(kiosk.CardBad, kiosk.Message(fault)), err
}

// slip asks the printer, or has it print.
func (l *Loop) slip(ctx context.Context, f kiosk.Effect, v visit) (reply, error) {
	if l.Printer == nil {
		return ofKind(kiosk.NoPrinter), nil
	}
	ask, good := l.Printer.Ready, kiosk.PrinterReady
	if f.Do == kiosk.DoSlip {
		ask, good = func(ctx context.Context) error { return l.Printer.Print(ctx, v.told) }, kiosk.Printed
	}
	if err := ask(ctx); err != nil {
		return ofKind(kiosk.NoPrinter), err
	}
	return ofKind(good), nil
}

// field looks whether something lies on the reader. A reader that is lost holds no
// card that could be spoken to, and staff has to come in to mend it.
func (l *Loop) field(ctx context.Context) (reply, error) {
	short, cancel := context.WithTimeout(ctx, emptyAfter)
	defer cancel()
	card, err := l.Reader.Wait(short)
	switch {
	case err == nil:
		l.release(card)
		return ofKind(kiosk.ACard), nil
	case short.Err() != nil || messageOf(err, kiosk.MsgWrongCard) == kiosk.MsgReader:
		return ofKind(kiosk.NoCard), nil
	}
	return ofKind(kiosk.ACard), err // something that cannot be spoken to, or two cards
}

func (l *Loop) sign(ctx context.Context, f kiosk.Effect, v visit) (reply, error) {
	if f.Flow == kiosk.FlowW {
		v.withdrawal = v.dated()
	}
	digest, err := l.digest(f, v)
	if err != nil {
		return withMessage(kiosk.CardBad, messageOf(err, kiosk.MsgContract)), err
	}
	sig, err := v.card.Sign(ctx, f.Flow.Proof(), digest)
	if err != nil {
		return withMessage(kiosk.CardBad, messageOf(err, kiosk.MsgCardFault)), err
	}
	a := ofKind(kiosk.Signed)
	a.store = func(to *visit) { to.signature, to.withdrawal = sig, v.withdrawal }
	return a, nil
}

func (l *Loop) prove(ctx context.Context, f kiosk.Effect, v visit) (reply, error) {
	if err := l.Authority.Prove(ctx, v.session, f.Act, v.signature); err != nil {
		return withMessage(kiosk.Refused, messageOf(err, kiosk.MsgNetwork)), err
	}
	return ofKind(kiosk.Proved), nil
}

// grant asks the card first: its challenge is good for its next command only,
// which is the opening that the authority signs over it.
func (l *Loop) grant(ctx context.Context, v visit) (reply, error) {
	start := time.Now()
	challenge, err := v.card.Challenge(ctx)
	l.span("card", "challenge", start, err)
	if err != nil {
		return withMessage(kiosk.NoGrant, messageOf(err, kiosk.MsgCardFault)), err
	}
	start = time.Now()
	g, err := l.Authority.Grant(ctx, v.session, challenge)
	l.span("authority", "grant", start, err)
	if err != nil {
		return withMessage(kiosk.NoGrant, messageOf(err, kiosk.MsgNetwork)), err
	}
	a := ofKind(kiosk.Granted)
	a.store = func(v *visit) { v.grant = g }
	return a, nil
}

func (l *Loop) write(ctx context.Context, v visit) (reply, error) {
	err := v.card.Run(ctx, v.grant, l.secrets.New)
	a := reply{event: kiosk.Event{Kind: kiosk.Wrote, Outcome: kiosk.Unknown, Message: kiosk.MsgUnknown}}
	switch {
	case err == nil:
		a.event.Outcome, a.event.Message = kiosk.Done, kiosk.NoMessage
	case errors.Is(err, port.ErrRefused):
		a.event.Outcome, a.event.Message = kiosk.Failed, messageOf(err, kiosk.MsgNotWritten)
	}
	return a, err
}

func (l *Loop) settle(ctx context.Context, f kiosk.Effect, v visit) (reply, error) {
	challenge, err := l.Authority.Settle(ctx, v.session.ID, v.grant.ID, f.Outcome)
	if err != nil {
		return ofKind(kiosk.Unsettled), err
	}
	a := ofKind(kiosk.Settled)
	a.event.Fresh = challenge != [32]byte{}
	if a.event.Fresh {
		a.store = func(v *visit) { v.session.Challenge = challenge }
	}
	return a, nil
}
