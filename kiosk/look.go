package kiosk

// Flow L: what lies on the reader and whether it is good, and a lost phone whose
// certificates are to be held. Neither renews anything, and no reservation is needed.
// What lies there is told without a try; a person's phones after the 4-digit PIN.

// mayLook: the hours are those of renewals; a phone is lost, and a consent regretted, at any hour.
func (s State) mayLook() bool { return s.Health == NoMessage || s.Health == MsgHours }

// lookAt goes as far as it can without a secret. A phone keeps its certificates behind
// one, so it is told by its kind and its tries alone.
func (s State) lookAt(e Event) (State, []Effect) {
	switch {
	case e.Token == TokenAndroid || e.Token == TokeniPhone:
		s.Found, s.Tries = FoundPhone, e.tries()
		return s.move(Lying), nil
	case e.Token != TokenCard, !e.Trusted:
		return s.wrongCard(MsgWrongCard)
	}
	return s.move(Opening).ask(nil, Effect{Do: DoLook})
}

func (s State) looked(e Event) (State, []Effect) {
	s.Tries, s.Found = e.tries(), FoundDead
	if e.Found == FoundCard {
		s.Found = FoundCard
	}
	return s.move(Lying), nil
}

// lying: who has a card that is good can go on to the phones, or the consents; all others
// have seen what there is to see.
func (s State) lying(e Event) (State, []Effect) {
	switch {
	case e.Kind != Pressed || e.Button != ButtonOK:
		return s, nil
	case s.Found != FoundCard:
		return s.leave(MsgLooked)
	case s.proofTries() == 0:
		return s.leave(MsgProofBlocked)
	}
	return s.toProof(NoMessage), nil
}

// lookTaken: who takes the card has seen enough.
func (s State) lookTaken() (State, []Effect) {
	s.Card = false
	return s.leave(MsgLooked)
}

func (s State) seeing(e Event) (State, []Effect) {
	switch {
	case e.Kind == Refused:
		return s.interrupted(e.Message)
	case e.Kind != Seen:
		return s, nil
	case s.Flow == FlowC:
		return s.move(Listing).ask(nil, Effect{Do: DoList})
	case e.Found == FoundGood:
		s.Live, s.Found = s.Live|LiveList, FoundGood
		return s.move(Shown), nil
	case e.Found == FoundHeld:
		s.Live, s.Found = s.Live|LiveList, FoundHeld
		return s.move(Shown).withMessage(MsgHeldBefore), nil
	}
	return s.leave(MsgNoPhone)
}

func (s State) shown(e Event) (State, []Effect) {
	switch {
	case e.Kind != Pressed || e.Button != ButtonOK:
		return s, nil
	case s.Found != FoundGood:
		return s.leave(MsgLooked)
	}
	return s.move(HoldAsk), nil
}

func (s State) holdAsk(e Event) (State, []Effect) {
	switch {
	case e.Kind == Pressed && e.Button == ButtonBack:
		return s.move(Shown), nil
	case e.Kind == Pressed && e.Button == ButtonOK:
		s.Spent = true
		s, fx := s.move(Holding).record(nil, Entry{Kind: EntryHolding, Before: -1, After: -1})
		return s.ask(fx, Effect{Do: DoHold})
	}
	return s, nil
}

func (s State) holding(e Event) (State, []Effect) {
	if e.Kind != Held {
		return s, nil
	}
	return s.held(e.Outcome, e.Message)
}

// holdUnanswered: it may be held. Holding it again does no harm, and the next look says
// how it is, so there is nothing to settle.
func (s State) holdUnanswered() (State, []Effect) { return s.held(Unknown, NoMessage) }

func (s State) held(o Outcome, why Message) (State, []Effect) {
	return s.came(Entry{Kind: EntryHeld, Outcome: o, Message: why}, MsgHeldNow, MsgHoldUnknown)
}

// came records what came of a hold or a withdrawal, and tells it. What is neither done nor failed is unknown.
func (s State) came(e Entry, done, unknown Message) (State, []Effect) {
	e.Before, e.After = -1, -1
	tell := e.Message
	switch e.Outcome {
	case Done:
		s.Result, e.Message, tell = Done, NoMessage, done
	case Failed:
	default:
		e.Outcome, e.Message, tell = Unknown, NoMessage, unknown
	}
	s, fx := s.record(nil, e)
	return s.leaveAfter(fx, tell)
}

// OnReader is what was read of what lies on the reader in flow L.
type OnReader struct {
	Token      Token
	User, Sign CertState // of a card
}

// FoundAmong is what a list comes to, and the phone of it that can be held.
func FoundAmong(all []Phone) (found Found, hold Phone) {
	for _, p := range all {
		if p.CanBeHeld() {
			return FoundGood, p
		}
		found = FoundHeld
	}
	return found, hold
}
