package kiosk

// Start is the state of a kiosk of that shop that was just switched on.
func Start(shop Shop) (State, []Effect) {
	return State{Tries: untold, Health: MsgNetwork, Shop: shop, Theme: shop.Theme, Volume: shop.Volume}.move(Starting).ask(nil, Effect{Do: DoRecover})
}

// Step is the whole behaviour of the kiosk. It is total: any Event in any
// State has an answer, and most are "nothing changes". It is pure: the loop
// (kiosk/run) carries out the effects in their order, and a record that cannot
// be made durable cancels every effect after it and comes back as LedgerLost.
//
// It panics rather than answer what guard.go promises that no step answers.
func Step(s State, e Event) (State, []Effect) {
	next, fx := s.handle(e)
	guard(s, e, next, fx)
	return next, fx
}

// handle is what an event makes of a state.
func (s State) handle(e Event) (State, []Effect) {
	if e.reply() && e.Op != s.Op {
		return s, nil // the answer to a request that was given up
	}
	if e.touch() && e.Place != s.Place {
		return s, nil // the second tap of two, made on the screen before
	}
	if e.touch() {
		s.Slips, s.Untouched = 0, 0
	}
	if e.Kind == Pressed && e.Button.sounds() {
		return s.sound(e.Button), nil
	}
	if e.Kind == Pressed && s.Choosing != NoChoice {
		return s.choosing(e)
	}
	switch e.Kind {
	case NoEvent:
		return s, nil
	case LedgerLost:
		return s.ledgerLost()
	case ReaderLost:
		return s.readerLost()
	case CardGone:
		return s.cardGone()
	case VisitOver:
		return s.visitOver()
	case TimerFired:
		return s.timerFired(e)
	case KeyPressed:
		return s.keyPressed()
	case PageTurned:
		return s.pageTurned()
	case StaffIn:
		return s.staffIn()
	case StaffOut:
		return s.staffOut()
	case Pressed:
		switch e.Button {
		case ButtonStay:
			return s.stay()
		case ButtonLang:
			return s.choose(ChoiceLanguage), nil
		case ButtonColours:
			return s.choose(ChoiceTheme), nil
		case ButtonSound:
			return s.choose(ChoiceSound), nil
		case ButtonSmaller, ButtonLarger:
			return s.resize(e.Button), nil
		case ButtonStop:
			return s.row().stop(s)
		}
	}
	next, fx := s.row().answer(s, e)
	if next.Over && next.row().cap == capEnds { // the cap passed while nothing could be ended
		return next.leaveAfter(fx, MsgTimeout)
	}
	return next, fx
}

// move goes to another place. Whatever was asked from the old one is stale
// from now on: the loop ends it, and its answer no longer counts.
func (s State) move(p Place) State {
	if !p.SharesClock(s.Place) {
		s.Timer = 0
	}
	s.Place, s.Message, s.Choosing, s.Untouched = p, NoMessage, NoChoice, 0
	s.Op++
	return s
}

// withMessage sets the message that the screen shows.
func (s State) withMessage(w Message) State {
	s.Message = w
	return s
}

// ask appends an effect that the state now waits for.
func (s State) ask(fx []Effect, e Effect) (State, []Effect) {
	e.Op = s.Op
	return s, append(fx, e)
}

// askAgain asks from the same place once more. Its clock runs on: a card that
// cannot be read is no touch.
func (s State) askAgain(e Effect) (State, []Effect) {
	s.Op++
	return s.ask(nil, e)
}

// wipe erases secrets and forgets that they were live.
func (s State) wipe(h LiveSecrets, fx []Effect) (State, []Effect) {
	if h &= s.Live; h != LiveNone {
		s.Live &^= h
		fx = append(fx, Effect{Do: DoWipe, Secrets: h})
	}
	return s, fx
}

// record appends a line of the ledger and keeps Intent true to it.
func (s State) record(fx []Effect, e Entry) (State, []Effect) {
	e.Flow, e.Act = s.Flow, s.Act
	if i := e.Kind.Intent(); i != NoIntent {
		s.Intent = i
	} else if e.Kind.Closes(s.Intent) {
		s.Intent = NoIntent
	}
	return s, append(fx, Effect{Do: DoRecord, Entry: e})
}

// typed reports whether the entry that OK was pressed on may be used: it
// stands in its slot and breaks no rule.
func (s State) typed(e Event) bool {
	return !e.Form.Bad() && s.Live&s.Typing() != LiveNone
}

// proofTries is the counter of the secret that proves the resident.
func (s State) proofTries() int8 { return s.Tries.Of(s.Flow.Proof()) }

// targetTries is the counter of the secret that is renewed.
func (s State) targetTries() int8 { return s.Tries.Of(s.Flow.Target()) }

// full reports whether the card said that the target is not locked and no wrong
// entry stands against it; of both secrets where no flow is known.
func (s State) full() bool {
	if s.Flow == NoFlow {
		return s.Tries == Tries{RefAuth.Full(), RefSign.Full()}
	}
	return s.targetTries() == s.Flow.Target().Full()
}

// canUnlock reports whether restoring the counter alone makes sense.
func (s State) canUnlock() bool {
	return s.targetTries() >= 0 && s.targetTries() < s.Flow.Target().Full()
}
