package kiosk

// The ways out of a visit, and what may happen anywhere in it.

// leave is the one way out of a visit: it erases what is held, records the
// outcome of a begun act, forgets the card, and tells the resident.
func (s State) leave(w Message) (State, []Effect) { return s.leaveAfter(nil, w) }

func (s State) leaveAfter(fx []Effect, w Message) (State, []Effect) {
	s, fx = s.wipe(LiveAll, fx)
	if s, fx = s.close(fx); s.Result == Unknown {
		w = MsgUnknown // whatever ended the visit, this is what matters
	}
	s, fx = s.ended(fx, w)
	return s.tell(fx, w)
}

// ended is the last line of a session; a visit without one has none.
func (s State) ended(fx []Effect, w Message) (State, []Effect) {
	if s.Flow == NoFlow {
		return s, fx
	}
	return s.record(fx, Entry{Kind: EntryEnded, Before: -1, After: -1, Outcome: s.Result, Message: w})
}

// close records the outcome of an act that was begun and will not go on.
func (s State) close(fx []Effect) (State, []Effect) {
	switch s.Intent {
	case IntentTrying:
		s.Spent = true
		return s.record(fx, Entry{Kind: EntryTried, Before: s.Tries, After: -1, Outcome: Unknown})
	case IntentAsking:
		return s.record(fx, Entry{Kind: EntryOutcome, Before: s.Target, After: s.Target, Outcome: Failed})
	case IntentWriting:
		s.Result = Unknown
		return s.record(fx, Entry{Kind: EntryOutcome, Before: s.Target, After: -1, Outcome: Unknown})
	}
	return s, fx
}

// tell shows the word. Who stopped, or fell silent, knows it already and is
// only asked to take the card.
func (s State) tell(fx []Effect, w Message) (State, []Effect) {
	fx = append(fx, Effect{Do: DoForget})
	if w == MsgStopped || w == MsgTimeout {
		return s.takeCard(fx, w)
	}
	tone := ToneError
	if s.Result == Done {
		tone = ToneDone
	}
	return s.move(Telling).withMessage(w), append(fx, Effect{Do: DoTone, Tone: tone})
}

func (s State) takeCard(fx []Effect, w Message) (State, []Effect) {
	if s.Card {
		return s.move(TakeCard).withMessage(w), fx
	}
	s, more := s.home()
	return s, append(fx, more...)
}

// home is the end of every visit. What the next resident finds has nothing of
// the last one: not the language, not the size of the text.
func (s State) home() (State, []Effect) {
	s = State{Op: s.Op, Tries: -1, Target: -1, Health: s.Health}
	if s.broken() {
		return s.move(OutOfService).withMessage(s.Health), nil
	}
	return s.goIdle()
}

// broken reports whether ledger or reader must be reopened before a visit can begin.
// All other reasons pass while the attract screen shows them.
func (s State) broken() bool { return s.Health == MsgLedger || s.Health == MsgReader }

// goIdle shows the attract screen in the language it is in.
func (s State) goIdle() (State, []Effect) {
	return s.move(Idle).ask(nil, Effect{Do: DoHealth})
}

func (s State) telling(e Event) (State, []Effect) {
	if e.Kind == Pressed && e.Button == ButtonOK {
		if s.Card {
			return s.takeCard(nil, s.Message)
		}
		return s.move(Thanks), nil
	}
	return s, nil
}

func (s State) thanks(e Event) (State, []Effect) {
	if e.Kind == Pressed && e.Button == ButtonOK {
		return s.home()
	}
	return s, nil
}

// stop is the resident's own end. A burst cannot be stopped: it takes seconds
// and ends by itself.
func (s State) stop() (State, []Effect) {
	switch s.Place {
	case Needs, PlaceCard, Reading, Opening, Plan, Code, CodeAsked, NewSecret, Again, Confirm, LastTry, Proof:
		return s.leave(MsgStopped)
	case DoubtCard, DoubtReading, DoubtAgain:
		return s.leave(MsgUnknown)
	case Staff: // the way out of maintenance
		return s.home()
	}
	return s, nil
}

// bad ends what was going on because of the card or the road to it. A lifted
// card only starts the visit again, holding nothing.
func (s State) bad(w Message) (State, []Effect) {
	switch {
	case w == MsgReader:
		return s.noReader()
	case w == MsgRemoved && s.Result != Unknown && !s.Over:
		return s.removed()
	}
	return s.leave(w) // a card that only slipped still lies there: the gate looks, and opens for an empty reader
}

// removed ends the session, and the ledger says how: the card, back on the
// reader, opens another.
func (s State) removed() (State, []Effect) {
	s, fx := s.wipe(LiveAll, nil)
	s, fx = s.close(fx)
	s, fx = s.ended(fx, MsgRemoved)
	next := State{
		Op: s.Op, Tries: -1, Target: -1, Grants: s.Grants, Renewed: s.Renewed, Spent: s.Spent,
		Health: s.Health, Lang: s.Lang, Size: s.Size,
	}
	return next.move(PlaceCard).withMessage(MsgRemoved).ask(append(fx, Effect{Do: DoForget}), Effect{Do: DoWait})
}

// cardGone: the watch saw the card leave. During the burst the command under
// way notices by itself and knows more.
func (s State) cardGone() (State, []Effect) {
	if !s.Card {
		return s, nil
	}
	switch s.Place {
	case Opening, Plan, Code, CodeAsked, NewSecret, Again, Confirm, LastTry, Proof:
		s.Card = false
		return s.bad(MsgRemoved)
	case DoubtAgain:
		s.Card = false
		return s.backToDoubt(MsgUnknown)
	case TakeCard:
		s.Card = false
		return s.move(Thanks), []Effect{{Do: DoLamp}}
	case Telling, Settling, Proving:
		s.Card = false
	}
	return s, nil
}

// noReader ends the visit because a command's own answer says that the reader
// is lost: nothing that knows more will come.
func (s State) noReader() (State, []Effect) {
	s.Health, s.Card = MsgReader, false
	return s.leave(MsgReader)
}

// readerLost: somebody noticed, unasked. A command of the burst that is under
// way still answers for itself.
func (s State) readerLost() (State, []Effect) {
	s.Health, s.Card = MsgReader, false
	switch s.Place {
	case Starting, Idle, PageWhich, PageNeither, TakeCard, Thanks:
		s, fx := s.home()
		return s, append(fx, Effect{Do: DoLamp})
	case OutOfService, Staff, Telling:
		return s, nil
	case Verifying, Granting, Writing, Settling: // their own replies come and know more
		return s, nil
	}
	return s.leave(MsgReader)
}

// ledgerLost: a record could not be made durable, so nothing after it was
// done. The loop delivers this before any other event: in Verifying, Proving,
// Granting and Writing the act itself has not happened. What is open on the
// disk is closed by DoRecover.
func (s State) ledgerLost() (State, []Effect) {
	fx := []Effect{{Do: DoWipe, Secrets: LiveAll}}
	s.Live, s.Intent, s.Health = LiveNone, NoIntent, MsgLedger
	switch s.Place {
	case Starting, Idle, PageWhich, PageNeither, Needs, OutOfService, Staff, Thanks:
		// The line may have been the visit's last, and the DoForget behind it
		// was not done: the next resident must not meet this one's session.
		s, more := s.home()
		return s, append(append(fx, Effect{Do: DoForget}), more...)
	case Telling, TakeCard: // the record of the end; what was said stays true
		return s, append(fx, Effect{Do: DoForget})
	}
	w := MsgLedger
	switch s.Result {
	case Done:
		w = s.goodNews()
	case Unknown:
		w = MsgUnknown
	}
	return s.tell(fx, w)
}

func (s State) staffIn(e Event) (State, []Effect) {
	if s.Place != Idle && s.Place != OutOfService || e.Role == NoRole {
		return s, nil
	}
	s = s.move(Staff)
	s.Role = e.Role
	return s, nil
}
