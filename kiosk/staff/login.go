package staff

import "multicopy.example/kiosk"

// What happens without a login, and with codes.

func (s State) look(e Event) (State, []Effect) {
	switch {
	case e.pressed(ButtonLogin):
		return s.move(ChooseRole), nil
	case e.pressed(ButtonForgotten):
		return s.move(Forgotten), nil
	case e.pressed(ButtonEnrol) && s.Enrolled == 0: // the installer
		return s.move(EnrolWho), nil
	case e.pressed(ButtonEnrol):
		return s.with(NoteOther), nil
	}
	return s, nil
}

func (s State) chooseRole(e Event) (State, []Effect) {
	if e.pressed(ButtonBack) {
		return s.start(), nil
	}
	if role, ok := chosen(e); ok {
		return s.login(role, kiosk.StaffLogin), nil
	}
	return s, nil
}

// chosen is the role that was pressed.
func chosen(e Event) (kiosk.Role, bool) {
	switch {
	case e.pressed(ButtonClerk):
		return kiosk.Clerk, true
	case e.pressed(ButtonTechnician):
		return kiosk.Technician, true
	}
	return kiosk.NoRole, false
}

// login asks for the codes of a role.
func (s State) login(r kiosk.Role, t kiosk.StaffTask) State {
	if !s.Enrolled.Has(r) {
		return s.with(NoteNoCodes)
	}
	s.Asked, s.Task = r, t
	return s.move(OwnCode)
}

func (s State) ownCode(e Event) (State, []Effect) {
	return s.entry(e, func(s State) (State, []Effect) { return s.move(Code), nil })
}

func (s State) code(e Event) (State, []Effect) {
	return s.entry(e, func(s State) (State, []Effect) { return s.attempt(s.Task, Comparing) })
}

// entry is a pad of a login: OK goes on, Back erases what was typed.
func (s State) entry(e Event, next func(State) (State, []Effect)) (State, []Effect) {
	switch {
	case e.pressed(ButtonOK) && s.good(e):
		return next(s)
	case e.pressed(ButtonOK):
		return s.with(NoteForm), nil
	case e.pressed(ButtonBack):
		s, fx := s.wipe(LiveAll, nil)
		return s.start(), fx
	}
	return s, nil
}

// attempt records, counts and compares, in this order: a loss of power between any
// two leaves a line and a count that are as high as the comparisons, or higher.
func (s State) attempt(t kiosk.StaffTask, at Place) (State, []Effect) {
	s = s.move(at)
	s.Task, s.Begun = t, Trying
	return s.ask([]Effect{
		line(kiosk.EntryStaffTrying, s.who(), t, kiosk.NoOutcome, kiosk.NoMessage),
		{Do: DoCount, Role: s.who(), Task: t},
	}, Effect{Do: DoCompare, Role: s.who(), Task: t})
}

// who is the role of an attempt: the one whose codes are typed, or that is logged in.
func (s State) who() kiosk.Role {
	if s.Task == kiosk.StaffLogin || s.Task == kiosk.StaffBoth {
		return s.Asked
	}
	return s.Role
}

// tried erases the codes and records what came of the attempt.
func (s State) tried(v Verdict) (State, []Effect) {
	s, fx := s.wipe(LiveAll, nil)
	s.Begun = NotBegun
	o, w := kiosk.Failed, kiosk.NoMessage
	switch {
	case s.letsIn(v):
		o = kiosk.Done
	case v == ClockOff || v == ClockAgreed:
		w = kiosk.MsgClock
	case v == Used:
		w = kiosk.MsgCodeVoid
	default:
		w = kiosk.MsgWrongCode
	}
	return s, append(fx, line(kiosk.EntryStaffTried, s.who(), s.Task, o, w))
}

// letsIn reports whether the verdict is good for what was tried: at a wrong clock
// only where both roles were asked for.
func (s State) letsIn(v Verdict) bool {
	return v == Right || v == ClockAgreed && s.Task == kiosk.StaffBoth
}

// note is what is said of a verdict that does not let in.
func (v Verdict) note() Note {
	switch v {
	case Used:
		return NoteUsed
	case ClockOff:
		return NoteClock
	}
	return NoteWrong
}

func (s State) comparing(e Event) (State, []Effect) {
	if e.Kind != Compared {
		return s, nil
	}
	s, fx := s.tried(e.Verdict)
	switch {
	case s.letsIn(e.Verdict):
		s.Role, s.Over = s.Asked, false
		return s.start(), append(fx, Effect{Do: DoStay})
	case e.Verdict == ClockOff || e.Verdict == ClockAgreed:
		s.Half = s.Asked
		return s.move(ClockWrong), fx
	}
	return s.move(Refused).with(e.Verdict.note()), fx
}

// countRefused: the attempt was not counted, and so not compared.
func (s State) countRefused(e Event) (State, []Effect) {
	if s.Begun != Trying {
		return s, nil
	}
	s, fx := s.wipe(LiveAll, nil)
	s.Begun = NotBegun
	w := kiosk.NoMessage
	switch e.Note {
	case NoteWait:
		w = kiosk.MsgBusy
	case NoteNoCount:
		w = kiosk.MsgLedger
	}
	fx = append(fx, line(kiosk.EntryStaffTried, s.who(), s.Task, kiosk.Failed, w))
	switch s.Task {
	case kiosk.StaffFresh:
		s.Chosen = kiosk.NoStaffTask
		s = s.move(Danger)
	case kiosk.StaffOperator:
		s.Asked = kiosk.NoRole
		s = s.move(EnrolWho)
	default:
		s = s.move(Refused)
	}
	return s.with(e.Note), fx
}

func (s State) refused(e Event) (State, []Effect) {
	if e.pressed(ButtonOK) {
		return s.start(), nil
	}
	return s, nil
}

// clockWrong has its own ways in: both roles one after the other, or the authority's
// time.
func (s State) clockWrong(e Event) (State, []Effect) {
	switch {
	case e.pressed(ButtonBoth):
		return s.login(other(s.Half), kiosk.StaffBoth), nil
	case e.pressed(ButtonTime):
		return s.move(AskingTime).ask(nil, Effect{Do: DoTime})
	case e.pressed(ButtonBack):
		return s.start(), nil
	}
	return s, nil
}

func (s State) askingTime(e Event) (State, []Effect) {
	switch {
	case e.Kind != TimeTold:
		return s, nil
	case e.Sure:
		return s.start().with(NoteTime), nil
	}
	return s.move(ClockWrong).with(NoteNoTime), nil
}
