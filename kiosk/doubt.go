package kiosk

// A write whose answer was lost. The same card, back on the reader while the
// secrets are still held, settles it: by its counter where that was below
// full, by writing the same value once more where it was not.

func (s State) doubtCard(e Event) (State, []Effect) {
	switch e.Kind {
	case CardIn: // whatever the ledger says to new visits: this one writes to its end
		s.Card = true
		return s.move(DoubtReading).ask([]Effect{{Do: DoTone, Tone: ToneRead}}, Effect{Do: DoRead})
	case CardBad:
		if e.Message == MsgReader {
			return s.noReader()
		}
		return s.withMessage(e.Message).askAgain(Effect{Do: DoWait})
	}
	return s, nil
}

func (s State) doubtReading(e Event) (State, []Effect) {
	switch e.Kind {
	case CardBad:
		if e.Message == MsgReader {
			return s.noReader()
		}
		s.Card = e.Message != MsgRemoved // one that cannot be read still lies there
		return s.backToDoubt(MsgUnknown)
	case CardRead:
		if !e.Same { // nothing of this visit touches another card
			return s.backToDoubt(MsgOtherCard)
		}
		return s.settleByCounter(e)
	}
	return s, nil
}

// backToDoubt waits for the visit's card once more. Whatever lies there now
// has to be taken before the kiosk is free again, whosever it is.
func (s State) backToDoubt(w Message) (State, []Effect) {
	return s.move(DoubtCard).withMessage(w).ask(nil, Effect{Do: DoWait})
}

func (s State) settleByCounter(e Event) (State, []Effect) {
	before, now, full := s.targetTries(), e.tries().Of(s.Flow.Target()), s.Flow.Target().Full()
	proof := e.tries().Of(s.Flow.Proof())
	switch {
	case before >= 0 && before < full && now == full:
		return s.wrote(Done, NoMessage)
	case before >= 0 && before < full && now == before:
		return s.wrote(Failed, MsgNotWritten)
	case before == full && now == full && s.Fresh && s.Grants < MaxGrants && proof == s.Flow.Proof().Full():
		s.Tries = s.Tries.With(s.Flow.Proof(), proof)
		return s.move(DoubtAgain), nil
	}
	return s.leave(MsgUnknown)
}

// doubtAgain waits for an OK of its own, for VERIFY may spend a try and none
// is ever spent unasked.
func (s State) doubtAgain(e Event) (State, []Effect) {
	if e.Kind == Pressed && e.Button == ButtonOK {
		s.Fresh = false // one answer of Settle, one repetition
		return s.verify()
	}
	return s, nil
}
