package kiosk

// What the clock does: timers, extensions, the cap of a visit. Silence alone
// leads home, or to the take-card place holding nothing while a card stays.

func (s State) timerFired(e Event) (State, []Effect) {
	if s.Place >= Places || e.Timer != s.Timer || int(s.Timer) >= len(timers[s.Place]) {
		return s, nil // a timer that was overtaken
	}
	m := timers[s.Place][s.Timer]
	s.Timer++
	switch m.does {
	case timerWipe:
		return s.wipe(s.typing(), nil)
	case timerTone:
		return s, []Effect{{Do: DoTone, Tone: ToneTake}}
	case timerLamp:
		return s, []Effect{{Do: DoLamp, On: true}, {Do: DoTone, Tone: ToneTake}}
	case timerRepeat:
		return s.repeatRequest()
	case timerLeave:
		return s.silence()
	}
	return s, nil // markWarn and markRed are only looked at
}

// passed reports whether a timer with that action has fired.
func (s State) passed(w timerAction) bool {
	for _, m := range timers[s.Place][:min(int(s.Timer), len(timers[s.Place]))] {
		if m.does == w {
			return true
		}
	}
	return false
}

func (s State) repeatRequest() (State, []Effect) {
	switch s.Place {
	case Idle:
		return s.askAgain(Effect{Do: DoHealth})
	case OutOfService: // the next timer is the last one: what was begun may take its time
		s, fx := s.askAgain(Effect{Do: DoRecover})
		s.Timer = 1
		return s, fx
	default: // Starting
		return s.askAgain(Effect{Do: DoRecover})
	}
}

// silence ends the place when nobody touched anything and nobody answered.
func (s State) silence() (State, []Effect) {
	switch s.Place {
	case PageWhich, PageNeither, Thanks, Staff:
		return s.home()
	case Telling:
		return s.takeCard(nil, s.Message)
	case Reading:
		return s.leave(MsgCardFault)
	case Opening, CodeAsked:
		return s.leave(MsgNetwork)
	case Signing, Proving, Granting:
		return s.refusedLate(MsgNetwork)
	case Writing:
		return s.wrote(Unknown, MsgUnknown)
	case Settling:
		return s.settled(nil, false)
	case DoubtCard, DoubtReading, DoubtAgain:
		return s.leave(MsgUnknown)
	case Verifying:
		return s.leave(MsgCardFault)
	}
	return s.leave(MsgTimeout)
}

// typing is the secret that the place's pad types into.
func (s State) typing() LiveSecrets {
	switch s.Place {
	case Code:
		return LiveCode
	case NewSecret:
		return LiveNew
	case Again:
		return LiveAgain
	case Proof:
		return LiveProof
	}
	return LiveNone
}

// keyPressed: a key of the pad has changed the secret. Nobody learns which.
func (s State) keyPressed() (State, []Effect) {
	h := s.typing()
	if h == LiveNone {
		return s, nil
	}
	s.Live |= h
	s.Timer = 0
	if s.Message != MsgLastTry {
		s.Message = NoMessage
	}
	return s, nil
}

// extendable reports whether a touch may extend the place: not where a new
// secret or the proof stands typed, in a shop, with nobody in front of it, and
// not on the page before the last try, where the new secret is held and the
// next finger may be somebody else's.
func extendable(p Place) bool {
	return p != NewSecret && p != Again && p != LastTry && p != Proof
}

func (s State) stay() (State, []Effect) {
	if !s.warned() || !extendable(s.Place) || s.Renewed >= MaxExtensions {
		return s, nil
	}
	s.Renewed++
	s.Timer = 0
	return s, []Effect{{Do: DoExtend}}
}

// settings change the language or the size of the text until a card is read.
func (s State) settings(b Button) State {
	switch s.Place {
	case Idle, PageWhich, PageNeither, Needs, PlaceCard:
	default:
		return s
	}
	if b == ButtonLang {
		s.Lang = (s.Lang + 1) % Langs
	} else {
		s.Size = (s.Size + 1) % Sizes
	}
	s.Timer = 0
	return s
}

// visitOver ends a visit that took too long. A burst is let finish.
func (s State) visitOver() (State, []Effect) {
	if s.canEnd() {
		return s.leave(MsgTimeout)
	}
	switch s.Place {
	case Reading, Opening, CodeAsked, Verifying, Signing, Proving, Granting, Writing, Settling:
		s.Over = true
	}
	return s, nil
}

// canEnd reports whether a visit that took too long ends here: nothing is
// under way that somebody must know the end of.
func (s State) canEnd() bool {
	switch s.Place {
	case Needs, PlaceCard, Plan, Code, NewSecret, Again, Confirm, LastTry, Proof,
		DoubtCard, DoubtReading, DoubtAgain: // what is in doubt is on disk and told already
		return true
	}
	return false
}
