package kiosk

// The visit from the attract screen to the proof: screens 0 to 9. Nothing here
// spends a try or asks for anything irreversible.

func (s State) starting(e Event) (State, []Effect) {
	switch e.Kind {
	case Recovered:
		return s.move(Starting).ask(nil, Effect{Do: DoHealth})
	case Unwell:
		if s.Health = MsgReader; e.Message == MsgLedger {
			s.Health = MsgLedger
		}
		return s.home()
	case Healthy:
		s.Health = e.Message
		return s.home()
	}
	return s, nil
}

func (s State) idle(e Event) (State, []Effect) {
	switch {
	case e.Kind == Healthy:
		if s.Health = e.Message; s.needsRecovery() {
			return s.home()
		}
		return s, nil
	case e.Kind != Pressed:
		return s, nil
	case e.Button == ButtonWhich:
		return s.move(PageWhich), nil
	case e.Button == ButtonNone:
		return s.move(PageNeither), nil
	case e.Button == ButtonOK && s.Health == NoMessage:
		return s.move(Needs).ask(nil, Effect{Do: DoAsk})
	case e.Button == ButtonLook && s.mayLook():
		s.Flow = FlowL
		return s.move(PlaceCard).ask(nil, Effect{Do: DoWait})
	case e.Button == ButtonConsents && s.mayLook():
		s.Flow = FlowC
		return s.move(PlaceCard).ask(nil, Effect{Do: DoWait})
	}
	return s, nil
}

func (s State) page(e Event) (State, []Effect) {
	if e.Kind == Pressed && (e.Button == ButtonOK || e.Button == ButtonBack) {
		return s.goIdle()
	}
	return s, nil
}

func (s State) needs(e Event) (State, []Effect) {
	if e.Kind == Healthy && e.Message != NoMessage { // known before a card is asked for
		if s.Health = e.Message; s.needsRecovery() {
			return s.home()
		}
		return s.goIdle() // in the language that was chosen
	}
	if e.Kind == Pressed && e.Button == ButtonOK {
		return s.move(PlaceCard).ask(nil, Effect{Do: DoWait})
	}
	if e.Kind == Pressed && e.Button == ButtonBack {
		return s.goIdle()
	}
	return s, nil
}

func (s State) placeCard(e Event) (State, []Effect) {
	switch e.Kind {
	case CardIn:
		if s.Card = true; e.Message != NoMessage { // no room for what this visit would have to write
			s.Health = e.Message
			return s.leave(e.Message)
		}
		s.Spent = false // that was told, and of the card before
		return s.move(Reading).ask([]Effect{{Do: DoTone, Tone: ToneRead}}, Effect{Do: DoRead})
	case CardBad:
		if e.Message == MsgReader {
			return s.noReader()
		}
		return s.withMessage(e.Message).askAgain(Effect{Do: DoWait})
	}
	return s, nil
}

// reading refuses everything cheap before the authority is asked: what
// it is, which certificates exist, which tries are left.
func (s State) reading(e Event) (State, []Effect) {
	switch e.Kind {
	case CardBad:
		return s.interrupted(e.Message)
	case CardRead:
		if s.Flow.Looks() {
			return s.lookAt(e)
		}
		switch w := refusalOf(e); w {
		case NoMessage:
		case MsgPhone, MsgWrongCard:
			return s.wrongCard(w)
		default:
			return s.leave(w)
		}
		return s.move(Opening).ask(nil, Effect{Do: DoOpen})
	}
	return s, nil
}

// wrongCard waits until it is taken away: the right card may be in the other hand.
func (s State) wrongCard(w Message) (State, []Effect) {
	return s.move(WrongCard).withMessage(w), []Effect{{Do: DoForget}, {Do: DoTone, Tone: ToneError}}
}

// refusalOf says why a card cannot be renewed here; NoMessage when it can.
func refusalOf(e Event) Message {
	switch {
	case e.Token == TokenAndroid || e.Token == TokeniPhone:
		return MsgPhone
	case e.Token != TokenCard, !e.Trusted:
		return MsgWrongCard
	case !e.HasSign:
		return MsgNoSign
	case e.Auth == 0 && e.Sign == 0:
		return MsgBothBlocked
	}
	return NoMessage
}

func (s State) opening(e Event) (State, []Effect) {
	switch e.Kind {
	case Refused:
		s.Tries = e.tries() // where an unlock used the reservation up, they say that it worked
		return s.leave(e.Message)
	case CardBad:
		return s.interrupted(e.Message)
	case Looked:
		return s.looked(e)
	case Opened:
		if e.Flow != FlowP && e.Flow != FlowU {
			return s.leave(MsgContract) // a renewal that this kiosk does not know
		}
		s.Flow, s.Factor, s.Codes = e.Flow, e.Factor, e.Codes
		s.Tries, s.Earlier = e.tries(), EarlierCertain
		if e.Doubt {
			s.Earlier = EarlierDoubt
		}
		switch {
		case s.proofTries() == 0:
			return s.leave(MsgProofBlocked)
		case s.Factor == FactorCode && s.Codes <= 0: // a code screen would ask for what cannot be right any more
			return s.leave(MsgCodeVoid)
		}
		return s.move(Plan), nil
	}
	return s, nil
}

func (s State) plan(e Event) (State, []Effect) {
	if e.Kind != Pressed {
		return s, nil
	}
	switch {
	case e.Button == ButtonReset, e.Button == ButtonOK && !s.canUnlock():
		s.Act = Reset
	case e.Button == ButtonUnlock && s.canUnlock():
		s.Act = Unlock
	default:
		return s, nil
	}
	if s.Factor == FactorReservation {
		return s.move(CodeAsked).ask(nil, Effect{Do: DoCode})
	}
	return s.move(Code), nil
}

func (s State) code(e Event) (State, []Effect) {
	if e.Kind != Pressed || e.Button != ButtonOK {
		return s, nil
	}
	if !s.typed(e) {
		return s.withMessage(MsgForm), nil
	}
	return s.move(CodeAsked).ask(nil, Effect{Do: DoCode})
}

func (s State) codeAsked(e Event) (State, []Effect) {
	switch e.Kind {
	case CodeRight:
		s, fx := s.wipe(LiveCode, nil)
		if s.Act == Unlock {
			return s.move(Confirm), fx
		}
		return s.move(NewSecret), fx
	case CodeWrong:
		if s.Codes = e.Left; s.Codes <= 0 || s.Factor == FactorReservation {
			return s.leave(MsgCodeVoid)
		}
		s, fx := s.wipe(LiveCode, nil)
		return s.move(Code).withMessage(MsgWrongCode), append(fx, Effect{Do: DoTone, Tone: ToneError})
	case Refused:
		return s.leave(e.Message)
	}
	return s, nil
}

func (s State) newSecret(e Event) (State, []Effect) {
	if e.Kind != Pressed || e.Button != ButtonOK {
		return s, nil
	}
	if !s.typed(e) {
		return s.withMessage(MsgForm), nil
	}
	return s.move(Again), nil
}

func (s State) again(e Event) (State, []Effect) {
	if e.Kind != Pressed {
		return s, nil
	}
	switch {
	case e.Button == ButtonBack:
		s, fx := s.wipe(LiveNew|LiveAgain, nil)
		return s.move(NewSecret), fx
	case e.Button != ButtonOK:
		return s, nil
	case e.Same && s.typed(e):
		s.Misses = 0
		s, fx := s.wipe(LiveAgain, nil)
		return s.move(Confirm), fx
	}
	if s.Misses++; s.Misses < MaxMisses {
		s, fx := s.wipe(LiveAgain, nil)
		return s.move(Again).withMessage(MsgMismatch), append(fx, Effect{Do: DoTone, Tone: ToneError})
	}
	s.Misses = 0
	s, fx := s.wipe(LiveNew|LiveAgain, nil)
	return s.move(NewSecret).withMessage(MsgMismatch), append(fx, Effect{Do: DoTone, Tone: ToneError})
}

func (s State) confirm(e Event) (State, []Effect) {
	if e.Kind != Pressed {
		return s, nil
	}
	if e.Button == ButtonOK {
		return s.toProof(NoMessage), nil
	}
	if e.Button == ButtonBack && s.Act == Reset {
		s, fx := s.wipe(LiveNew, nil)
		return s.move(NewSecret), fx
	}
	return s, nil
}

// toProof asks for the proof secret, or first announces that the try would be
// the last one. A counter that the card did not tell is taken for one.
func (s State) toProof(w Message) State {
	s.Warned = false
	if s.proofTries() > 1 {
		return s.move(Proof).withMessage(w)
	}
	return s.move(LastTry).withMessage(MsgLastTry)
}

func (s State) lastTry(e Event) (State, []Effect) {
	if e.Kind == Pressed && e.Button == ButtonOK {
		s.Warned = true
		return s.move(Proof).withMessage(MsgLastTry), nil
	}
	return s, nil
}
