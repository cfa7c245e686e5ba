package run

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// carryOut does the effects in order. False: a record could not be made
// durable, and nothing behind it was done.
func (l *Loop) carryOut(fx []kiosk.Effect) bool {
	for _, f := range fx {
		switch f.Do {
		case kiosk.DoRecord:
			if !l.record(f.Entry) {
				return false
			}
		case kiosk.DoWipe:
			l.wipe(f.Secrets)
			l.redraw = true
		case kiosk.DoKeep:
			l.keep(f.Row)
		case kiosk.DoForget:
			l.forget()
		case kiosk.DoTone:
			l.Board.Tone(f.Tone)
		case kiosk.DoLamp:
			l.Board.Lamp(f.On)
		case kiosk.DoExtend:
			if l.state.InVisit() { // a result has no cap
				l.visit.extend()
				l.visitCap.Reset(time.Until(l.visit.capAt))
				l.keepClaim()
			}
		default:
			l.request(f)
		}
	}
	return true
}

// keepClaim has the authority keep the reservation for this session, beside whatever
// is under way: no answer of it changes anything here, and a claim that was lost is
// told by the proof.
func (l *Loop) keepClaim() {
	v := &l.visit
	if v.session.Ticket == ([32]byte{}) || v.session.Factor != kiosk.FactorCode || time.Since(v.claimed) < kiosk.ClaimEvery {
		return
	}
	v.claimed = time.Now()
	session := v.session
	go func() {
		ctx, cancel := within(l.ctx, kiosk.DoCode.Deadline())
		defer cancel()
		start := time.Now()
		l.span(kiosk.DoCode.Port(), "keep", start, l.Authority.Keep(ctx, session))
	}()
}

func (l *Loop) record(e kiosk.Entry) bool {
	if e.Kind == kiosk.EntryAsking { // the grant of an earlier write of this visit is not this one's
		l.visit.grant = port.Grant{}
	}
	e.Session, e.Grant = l.visit.session.ID, l.visit.grant.ID
	return l.append(e)
}

// append makes a line durable, or says that it is not.
func (l *Loop) append(e kiosk.Entry) bool {
	ctx, cancel := context.WithTimeout(l.ctx, kiosk.DoRecord.Deadline())
	defer cancel()
	start := time.Now()
	err := l.Ledger.Append(ctx, e)
	l.span(kiosk.DoRecord.Port(), e.Kind.String(), start, err)
	return err == nil
}

// slots says which slot each bit of LiveSecrets is.
func (l *Loop) slots() map[kiosk.LiveSecrets]secret.Secret {
	return map[kiosk.LiveSecrets]secret.Secret{
		kiosk.LiveCode: l.secrets.Code, kiosk.LiveNew: l.secrets.New,
		kiosk.LiveAgain: l.secrets.Again, kiosk.LiveProof: l.secrets.Proof,
	}
}

func (l *Loop) wipe(h kiosk.LiveSecrets) {
	for bit, s := range l.slots() {
		if h&bit != 0 {
			s.Wipe()
		}
	}
	if h&kiosk.LiveList != 0 {
		l.secrets.List.Wipe()
	}
}

// forget takes the card's power and with it every verified state, and drops
// the visit's payload.
func (l *Loop) forget() {
	card := l.visit.card
	l.visit.forget()
	if card != nil {
		l.readerQueue.push(func() { l.release(card) })
	}
}

func (l *Loop) release(card Card) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := card.Release(ctx); err != nil && !errors.Is(err, port.ErrGone) {
		l.log.Warn("the card's power could not be taken", "err", err)
	}
}

// request starts a slow effect. It posts one reply and ends.
func (l *Loop) request(f kiosk.Effect) {
	ctx, cancel := within(l.ctx, f.Do.Deadline())
	l.cancelRequest = cancel
	v := l.visit // a copy: the loop's own may change while the port works
	switch f.Do {
	case kiosk.DoSlip:
		v.told = l.shown
	case kiosk.DoHold:
		_, phone := kiosk.FoundAmong(kiosk.Phones(l.secrets.List))
		v.carrier = phone.Carrier
	}
	job := func() {
		defer cancel()
		start := time.Now()
		a, err := l.serve(ctx, f, v)
		if p := f.Do.Port(); p != "" && !(f.Do == kiosk.DoRecover && l.readerQueue.sameFailure(err)) {
			level := slog.LevelInfo
			if f.Do == kiosk.DoHealth { // looked at every 20 seconds by a kiosk that is not used
				level = slog.LevelDebug
			}
			l.spanAt(level, p, f.Do.String(), start, err)
		}
		a.event.Op = f.Op
		l.send(l.ctx, a)
	}
	if f.Do.UsesReader() {
		l.readerQueue.push(job)
		return
	}
	go job()
}

// within is a context with a deadline, or without one where d is 0: only a
// person may take as long as it takes.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

// send delivers a reply; it waits for room, for a reply is never dropped.
func (l *Loop) send(ctx context.Context, a reply) {
	select {
	case l.inbox <- a:
	case <-ctx.Done():
	}
}

// messageOf is the Fault that an error carries, or what a missing card or a
// blocked secret means; otherwise what the caller makes of an unnamed error.
func messageOf(err error, otherwise kiosk.Message) kiosk.Message {
	var f port.Fault
	switch {
	case errors.As(err, &f):
		return kiosk.Message(f)
	case errors.Is(err, port.ErrGone):
		return kiosk.MsgRemoved
	case errors.Is(err, port.ErrBlocked):
		return kiosk.MsgProofBlocked
	}
	return otherwise
}
