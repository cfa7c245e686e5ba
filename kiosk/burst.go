package kiosk

// The burst after the proof secret was typed: screen 10. Every irreversible
// effect here stands right behind its record.

func (s State) proof(e Event) (State, []Effect) {
	if e.Kind != Pressed || e.Button != ButtonOK {
		return s, nil
	}
	if !s.typed(e) { // would cost a try for nothing
		return s.withMessage(MsgForm), nil
	}
	return s.verify()
}

// verify spends a try, after its record.
func (s State) verify() (State, []Effect) {
	s, fx := s.move(Verifying).record(nil, Entry{Kind: EntryTrying, Before: s.proofTries(), After: -1})
	return s.ask(fx, Effect{Do: DoVerify, Flow: s.Flow})
}

func (s State) verifying(e Event) (State, []Effect) {
	switch e.Kind {
	case Verified:
		full := s.Flow.Proof().Full()
		s.Tries, s.Warned = s.Tries.With(s.Flow.Proof(), full), false
		var fx []Effect
		if s.Flow.Looks() { // it has proved all that it is asked to
			s, fx = s.wipe(LiveProof, nil)
		}
		s, fx = s.move(Signing).record(fx, Entry{Kind: EntryTried, Before: -1, After: full, Outcome: Done})
		return s.ask(fx, Effect{Do: DoSign, Flow: s.Flow, Act: s.Act})
	case NotRight:
		return s.notRight(e.Left)
	case Unsure:
		s.Spent = true
		return s.interrupted(MsgRemoved)
	case CardBad:
		s.Spent = true
		return s.interrupted(e.Message)
	}
	return s, nil
}

func (s State) notRight(left int8) (State, []Effect) {
	s.Tries, s.Spent = s.Tries.With(s.Flow.Proof(), left), true
	s, fx := s.wipe(LiveProof, nil)
	s, fx = s.record(fx, Entry{Kind: EntryTried, Before: -1, After: left, Outcome: Failed})
	switch {
	case left <= 0 && s.targetTries() == 0:
		return s.leaveAfter(fx, MsgBothBlocked)
	case left <= 0:
		return s.leaveAfter(fx, MsgProofBlocked)
	case s.Over:
		return s.leaveAfter(fx, MsgTimeout)
	case s.Result == Unknown: // in doubt, and the proof that was right is wrong: stop here
		return s.leaveAfter(fx, MsgUnknown)
	}
	return s.toProof(MsgWrongProof), append(fx, Effect{Do: DoTone, Tone: ToneError})
}

func (s State) signing(e Event) (State, []Effect) {
	switch e.Kind {
	case Signed:
		if s.Flow == FlowW {
			return s.withdraw()
		}
		if s.Flow.Looks() {
			return s.move(Seeing).ask(nil, Effect{Do: DoSee})
		}
		s, fx := s.move(Proving).record(nil, Entry{Kind: EntryProving, Before: -1, After: -1})
		return s.ask(fx, Effect{Do: DoProve, Act: s.Act})
	case CardBad:
		return s.interrupted(e.Message)
	}
	return s, nil
}

func (s State) proving(e Event) (State, []Effect) {
	switch e.Kind {
	case Proved:
		s, fx := s.move(Granting).record(nil, Entry{Kind: EntryAsking, Before: s.targetTries(), After: -1})
		return s.ask(fx, Effect{Do: DoGrant})
	case Refused:
		return s.refusedLate(e.Message)
	}
	return s, nil
}

func (s State) granting(e Event) (State, []Effect) {
	switch e.Kind {
	case Granted:
		s.Grants++
		s.Spent = true
		s, fx := s.move(Writing).record(nil, Entry{Kind: EntryWriting, Before: s.targetTries(), After: -1})
		return s.ask(fx, Effect{Do: DoWrite, Flow: s.Flow, Act: s.Act})
	case NoGrant:
		return s.refusedLate(e.Message)
	}
	return s, nil
}

// refusedLate ends a burst before the write. Where an earlier write of this
// visit is still in doubt, that stays the truth to tell.
func (s State) refusedLate(w Message) (State, []Effect) {
	if s.Result == Unknown {
		return s.leave(MsgUnknown)
	}
	return s.interrupted(w)
}

func (s State) writing(e Event) (State, []Effect) {
	if e.Kind != Wrote {
		return s, nil
	}
	if e.Outcome == Failed && s.Result == Unknown {
		// This write changed nothing, but the one before it, of the same
		// value, may have: the card is as much in doubt as it was.
		return s.wrote(Unknown, MsgUnknown)
	}
	return s.wrote(e.Outcome, e.Message)
}

// wrote records what came of the write and tells the authority. Secrets stay
// only while a doubt may still be settled with them.
func (s State) wrote(o Outcome, why Message) (State, []Effect) {
	entry := Entry{Kind: EntryOutcome, Before: s.targetTries(), After: -1, Outcome: o, Message: why}
	var fx []Effect
	switch o {
	case Done:
		entry.After = s.Flow.Target().Full()
		s, fx = s.wipe(LiveAll, nil)
	case Failed:
		entry.After = s.targetTries()
		s, fx = s.wipe(LiveAll, nil)
	default:
		o, why = Unknown, MsgUnknown
		entry.Outcome, entry.Message = o, why
	}
	s = s.move(Settling)
	s.Result = o
	s, fx = s.record(fx, entry)
	s, fx = s.ask(fx, Effect{Do: DoSettle, Outcome: o})
	return s.withMessage(why), fx
}

func (s State) settling(e Event) (State, []Effect) {
	if e.Kind != Settled && e.Kind != Unsettled {
		return s, nil
	}
	var fx []Effect
	if e.Kind == Settled {
		s, fx = s.record(nil, Entry{Kind: EntrySettled, Before: -1, After: -1, Outcome: s.Result})
	}
	return s.settled(fx, e.Kind == Settled && e.Fresh)
}

// settled goes on after the authority was told, or could not be: its answer
// changes nothing on the card.
func (s State) settled(fx []Effect, fresh bool) (State, []Effect) {
	switch s.Result {
	case Done:
		return s.leaveAfter(fx, s.doneMessage())
	case Failed:
		return s.leaveAfter(fx, MsgNotWritten)
	}
	if s.Over { // a visit that is over waits for no card with live secrets
		return s.leaveAfter(fx, MsgUnknown)
	}
	s.Fresh = fresh
	return s.move(DoubtCard).withMessage(MsgUnknown).ask(fx, Effect{Do: DoWait})
}

func (s State) doneMessage() Message {
	if s.Act == Unlock {
		return MsgUnlocked
	}
	return MsgReset
}

// burstUnanswered: nothing was written, and the wait is over.
func (s State) burstUnanswered() (State, []Effect) { return s.refusedLate(MsgNetwork) }

// writeUnanswered: the card may be changed, and it is not known.
func (s State) writeUnanswered() (State, []Effect) { return s.wrote(Unknown, MsgUnknown) }

// settleUnanswered: the authority hears of the outcome by the ledger's queue.
func (s State) settleUnanswered() (State, []Effect) { return s.settled(nil, false) }
