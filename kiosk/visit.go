package kiosk

// The visit from the attract screen to the proof: screens 0 to 9. Nothing here
// spends a try or asks for anything irreversible.

func (s State) starting(e Event) (State, []Effect) {
	switch e.Kind {
	case Recovered:
		return s.move(Starting).ask(nil, Effect{Do: DoHealth})
	case Unwell:
		if s.Health = WordReader; e.Word == WordLedger {
			s.Health = WordLedger
		}
		return s.home()
	case Healthy:
		s.Health = e.Word
		return s.home()
	}
	return s, nil
}

func (s State) idle(e Event) (State, []Effect) {
	switch {
	case e.Kind == Healthy:
		if s.Health = e.Word; s.broken() {
			return s.home()
		}
		return s, nil
	case e.Kind != Pressed:
		return s, nil
	case e.Button == ButtonWhich:
		return s.move(PageWhich), nil
	case e.Button == ButtonNone:
		return s.move(PageNeither), nil
	case e.Button == ButtonOK && s.Health == NoWord:
		return s.move(Needs), nil
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
		if s.Card = true; e.Word != NoWord { // no room for what this visit would have to write
			s.Health = e.Word
			return s.leave(e.Word)
		}
		return s.move(Reading).ask(nil, Effect{Do: DoRead})
	case CardBad:
		if e.Word == WordReader {
			return s.noReader()
		}
		return s.said(e.Word).askAgain(Effect{Do: DoWait})
	}
	return s, nil
}

// reading refuses everything cheap before anything is asked of anybody: what
// it is, which certificates exist, which tries are left.
func (s State) reading(e Event) (State, []Effect) {
	switch e.Kind {
	case CardBad:
		return s.bad(e.Word)
	case CardRead:
		if w := unfit(e); w != NoWord {
			return s.leave(w)
		}
		return s.move(Opening).ask([]Effect{{Do: DoTone, Tone: ToneRead}}, Effect{Do: DoOpen})
	}
	return s, nil
}

// unfit says why a card cannot be renewed here; NoWord when it can.
func unfit(e Event) Word {
	switch {
	case e.Token == TokenAndroid || e.Token == TokeniPhone:
		return WordPhone
	case e.Token != TokenCard, !e.Trusted:
		return WordWrongCard
	case !e.HasSign:
		return WordNoSign
	case e.Auth == 0 && e.Sign == 0:
		return WordBothBlocked
	}
	return NoWord
}

func (s State) opening(e Event) (State, []Effect) {
	switch e.Kind {
	case Refused:
		return s.leave(e.Word)
	case CardBad:
		return s.bad(e.Word)
	case Opened:
		if e.Flow != FlowP && e.Flow != FlowU {
			return s.leave(WordContract) // a renewal that this kiosk does not know
		}
		s.Flow, s.Factor, s.Codes = e.Flow, e.Factor, e.Codes
		s.Tries, s.Target = e.Auth, e.Sign
		if e.Flow == FlowU {
			s.Tries, s.Target = e.Sign, e.Auth
		}
		switch {
		case s.Tries == 0:
			return s.leave(WordProofBlocked)
		case s.Factor == FactorCode && s.Codes <= 0: // a code screen would ask for what cannot be right any more
			return s.leave(WordCodeVoid)
		case s.Grants >= MaxGrants: // a card lifted and put back does not begin the count anew
			return s.leave(WordUsedReserve)
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
		return s.said(WordForm), nil
	}
	return s.move(CodeAsked).ask(nil, Effect{Do: DoCode})
}

func (s State) codeAsked(e Event) (State, []Effect) {
	switch e.Kind {
	case CodeRight:
		s, fx := s.wipe(HeldCode, nil)
		if s.Act == Unlock {
			return s.move(Confirm), fx
		}
		return s.move(NewSecret), fx
	case CodeWrong:
		if s.Codes = e.Left; s.Codes <= 0 || s.Factor == FactorReservation {
			return s.leave(WordCodeVoid)
		}
		s, fx := s.wipe(HeldCode, nil)
		return s.move(Code).said(WordWrongCode), fx
	case Refused:
		return s.leave(e.Word)
	}
	return s, nil
}

func (s State) newSecret(e Event) (State, []Effect) {
	if e.Kind != Pressed || e.Button != ButtonOK {
		return s, nil
	}
	if !s.typed(e) {
		return s.said(WordForm), nil
	}
	return s.move(Again), nil
}

func (s State) again(e Event) (State, []Effect) {
	if e.Kind != Pressed {
		return s, nil
	}
	switch {
	case e.Button == ButtonBack:
		s, fx := s.wipe(HeldNew|HeldAgain, nil)
		return s.move(NewSecret), fx
	case e.Button != ButtonOK:
		return s, nil
	case e.Same && s.typed(e):
		s.Misses = 0
		s, fx := s.wipe(HeldAgain, nil)
		return s.move(Confirm), fx
	}
	if s.Misses++; s.Misses < MaxMisses {
		s, fx := s.wipe(HeldAgain, nil)
		return s.move(Again).said(WordMismatch), fx
	}
	s.Misses = 0
	s, fx := s.wipe(HeldNew|HeldAgain, nil)
	return s.move(NewSecret).said(WordMismatch), fx
}

func (s State) confirm(e Event) (State, []Effect) {
	if e.Kind != Pressed {
		return s, nil
	}
	if e.Button == ButtonOK {
		return s.toProof(NoWord), nil
	}
	if e.Button == ButtonBack && s.Act == Reset {
		s, fx := s.wipe(HeldNew, nil)
		return s.move(NewSecret), fx
	}
	return s, nil
}

// toProof asks for the proof secret, or first announces that the try would be
// the last one. A counter that the card did not tell is taken for one.
func (s State) toProof(w Word) State {
	s.Warned = false
	if s.Tries > 1 {
		return s.move(Proof).said(w)
	}
	return s.move(LastTry).said(WordLastTry)
}

func (s State) lastTry(e Event) (State, []Effect) {
	if e.Kind == Pressed && e.Button == ButtonOK {
		s.Warned = true
		return s.move(Proof).said(WordLastTry), nil
	}
	return s, nil
}
