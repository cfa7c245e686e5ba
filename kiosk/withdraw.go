package kiosk

// Flow C: what the card's holder has agreed to, behind the 4-digit PIN; and flow W: one
// consent of that list is withdrawn, behind the signing password. Neither renews anything,
// and no reservation is needed. What a bank has got already stays with it.

// listing takes the list; and where there is none, says so.
func (s State) listing(e Event) (State, []Effect) {
	switch {
	case e.Kind == Refused:
		return s.interrupted(e.Message)
	case e.Kind != ListIn:
		return s, nil
	case e.Found == FoundNothing:
		return s.leave(MsgNoConsent)
	case e.Found != FoundConsents && e.Found != FoundReadOnly, e.Rows <= 0, e.Rows > MaxConsents:
		return s.leave(MsgContract)
	}
	s.Live, s.Found, s.Rows = s.Live|LiveList, e.Found, e.Rows
	return s.move(Listed), nil
}

// listed: a touch on a row shows its names; the others stay covered.
func (s State) listed(e Event) (State, []Effect) {
	switch {
	case e.Kind != Pressed:
		return s, nil
	case e.Button == ButtonOK:
		return s.leave(MsgLooked)
	case e.Button == ButtonPick && e.Row >= 0 && e.Row < s.Rows:
		s.Row = e.Row
		if s = s.move(OneConsent); s.Found == FoundReadOnly {
			s.Message = MsgReadOnly
		}
		return s, nil
	}
	return s, nil
}

func (s State) oneConsent(e Event) (State, []Effect) {
	switch {
	case e.Kind == Pressed && e.Button == ButtonBack:
		return s.move(Listed), nil
	case e.Kind == Pressed && e.Button == ButtonEnd && s.Found == FoundConsents:
		return s.move(WithdrawAsk), nil
	}
	return s, nil
}

// withdrawAsk: OK keeps what the card will sign, erases the list, and asks for the signing
// password.
func (s State) withdrawAsk(e Event) (State, []Effect) {
	switch {
	case e.Kind == Pressed && e.Button == ButtonBack:
		return s.move(OneConsent), nil
	case e.Kind == Pressed && e.Button == ButtonOK:
		s.Flow = FlowW
		if s.proofTries() == 0 {
			return s.leave(MsgProofBlocked)
		}
		s, fx := s.wipe(LiveList, []Effect{{Do: DoKeep, Row: s.Row}})
		return s.toProof(NoMessage), fx
	}
	return s, nil
}

// withdraw asks for it, after its record, with what the card signed.
func (s State) withdraw() (State, []Effect) {
	s.Spent = true
	s, fx := s.move(Withdrawing).record(nil, Entry{Kind: EntryWithdrawing, Before: -1, After: -1})
	return s.ask(fx, Effect{Do: DoWithdraw})
}

func (s State) withdrawing(e Event) (State, []Effect) {
	switch {
	case e.Kind != Withdrawn:
		return s, nil
	case e.Outcome == Done:
		return s.withdrew(Done, NoMessage)
	case e.Outcome == Failed:
		return s.withdrew(Failed, e.Message)
	}
	return s.lookAgain()
}

// lookAgain settles a lost answer by the list: a consent that is gone from it is withdrawn.
func (s State) lookAgain() (State, []Effect) {
	return s.move(LookingAgain).ask(nil, Effect{Do: DoList})
}

func (s State) lookingAgain(e Event) (State, []Effect) {
	switch {
	case e.Kind == ListIn && e.Found == FoundGone:
		return s.withdrew(Done, NoMessage)
	case e.Kind == ListIn, e.Kind == Refused:
		return s.withdrew(Unknown, NoMessage) // it stands still: what was sent may be on its way
	}
	return s, nil
}

// withdrawUnseen: not even the list came, and the next look says how it is.
func (s State) withdrawUnseen() (State, []Effect) { return s.withdrew(Unknown, NoMessage) }

func (s State) withdrew(o Outcome, why Message) (State, []Effect) {
	return s.came(Entry{Kind: EntryWithdrawn, Outcome: o, Message: why}, MsgWithdrawn, MsgWithdrawUnknown)
}
