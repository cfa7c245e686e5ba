package kiosk

// What the clock does: timers, extensions, the cap of a visit. Silence alone
// leads home, or to the take-card place holding nothing while a card stays.

func (s State) timerFired(e Event) (State, []Effect) {
	row := s.row()
	if e.Timer != s.Timer || int(s.Timer) >= len(row.timers) {
		return s, nil // a timer that was overtaken
	}
	does := row.timers[s.Timer].does
	s.Timer++
	switch does {
	case timerWipe:
		return s.erased()
	case timerTone:
		return s, []Effect{{Do: DoTone, Tone: ToneTake}}
	case timerLamp:
		return s, []Effect{{Do: DoLamp, On: true}, {Do: DoTone, Tone: ToneTake}}
	case timerRepeat:
		return row.repeat(s)
	case timerLeave:
		return row.silence(s)
	}
	return s, nil // timerWarn and timerLoud are only looked at
}

func (s State) healthAgain() (State, []Effect) {
	s.Timer = 0
	if s.Untouched++; s.Untouched >= MaxUntouched { // who chose them has gone
		s.Untouched, s.Choosing, s.Lang, s.Size, s.Theme = 0, NoChoice, Japanese, SizeNormal, s.Shop.Theme
		s.Volume, s.Dark = s.Shop.Volume, false
	}
	return s.askAgain(Effect{Do: DoHealth})
}

func (s State) recoverAgain() (State, []Effect) {
	s.Timer = 0
	return s.askAgain(Effect{Do: DoRecover})
}

// recoverSlowly leaves the next timer, the last one, to run: a recovery that
// was begun may take its time.
func (s State) recoverSlowly() (State, []Effect) {
	s, fx := s.recoverAgain()
	s.Timer = 1
	return s, fx
}

// erased: what stood on the screen was left alone for too long. The person is told,
// and not left to wonder at empty boxes.
func (s State) erased() (State, []Effect) {
	s, fx := s.wipe(s.Typing(), nil)
	if len(fx) > 0 {
		s.Message = MsgErased
	}
	return s, fx
}

// keyPressed: a key of the pad has changed the secret. Which key is not said.
func (s State) keyPressed() (State, []Effect) {
	h := s.Typing()
	if h == LiveNone {
		return s, nil
	}
	s.Live |= h
	s.Timer = 0
	if s.Message != MsgLastTry {
		s.Message = NoMessage
	}
	return s, []Effect{{Do: DoExtend}}
}

// pageTurned: a person reads on, which is a touch and no answer. It moves the
// visit's cap where a touch may: not where a secret of the card is typed or held.
func (s State) pageTurned() (State, []Effect) {
	if !s.Place.HearsPages() {
		return s, nil
	}
	s.Timer = 0
	if !s.Place.InVisit() || s.row().noStay {
		return s, nil
	}
	return s, []Effect{{Do: DoExtend}}
}

func (s State) stay() (State, []Effect) {
	if !s.warned() || s.row().noStay || s.Renewed >= MaxExtensions {
		return s, nil
	}
	s.Renewed++
	s.Timer = 0
	return s, []Effect{{Do: DoExtend}}
}

// resize changes the size of the text until a card is read.
func (s State) resize(b Button) State {
	if !s.row().sizes {
		return s
	}
	switch b {
	case ButtonSmaller:
		s.Size = max(s.Size-1, SizeSmall)
	case ButtonLarger:
		s.Size = min(s.Size+1, SizeLargest)
	}
	s.Timer = 0
	return s
}

// visitOver ends a visit that took too long. A burst is let finish.
func (s State) visitOver() (State, []Effect) {
	switch s.row().cap {
	case capEnds:
		return s.leave(MsgTimeout)
	case capWaits:
		s.Over = true
	}
	return s, nil
}
