package staff

import "multicopy.example/kiosk"

// New codes for a role.

// enrols reports whether what is done is an enrolment.
func (s State) enrols() bool {
	return s.Begun == Doing && (s.Task == kiosk.StaffEnrolClerk || s.Task == kiosk.StaffEnrolTechnician)
}

// mayEnrol: by the other role where it has codes; on a machine without any, by the
// installer. The operator's code is asked for in either case.
func (s State) mayEnrol(r kiosk.Role) bool {
	if s.Enrolled.Has(other(r)) {
		return s.Role == other(r)
	}
	return s.Role == kiosk.NoRole && !s.Enrolled.Has(r)
}

func (s State) enrolWho(e Event) (State, []Effect) {
	if e.pressed(ButtonBack) {
		return s.start(), nil
	}
	role, ok := chosen(e)
	if !ok {
		return s, nil
	}
	if !s.mayEnrol(role) {
		return s.with(NoteOther), nil
	}
	s.Asked = role
	return s.move(OperatorCode), nil
}

func (s State) operatorCode(e Event) (State, []Effect) {
	return s.entry(e, func(s State) (State, []Effect) { return s.attempt(kiosk.StaffOperator, OperatorComparing) })
}

func (s State) operatorComparing(e Event) (State, []Effect) {
	if e.Kind != Compared {
		return s, nil
	}
	s, fx := s.tried(e.Verdict)
	if e.Verdict != Right {
		s.Asked = kiosk.NoRole
		return s.move(EnrolWho).with(e.Verdict.note()), fx
	}
	return s.move(NewOwn), fx
}

func (s State) newOwn(e Event) (State, []Effect) {
	return s.entry(e, func(s State) (State, []Effect) { return s.move(NewAgain), nil })
}

func (s State) newAgain(e Event) (State, []Effect) {
	return s.entry(e, func(s State) (State, []Effect) {
		if !e.Same {
			s, fx := s.wipe(LiveAll, nil)
			return s.move(NewOwn).with(NoteMismatch), fx
		}
		s = s.move(Enrolling)
		s.Task, s.Begun = kiosk.StaffEnrolTechnician, Doing
		if s.Asked == kiosk.Clerk {
			s.Task = kiosk.StaffEnrolClerk
		}
		return s.ask([]Effect{line(kiosk.EntryStaffDoing, s.Role, s.Task, kiosk.NoOutcome, kiosk.NoMessage)},
			Effect{Do: DoMake, Role: s.Asked})
	})
}

func (s State) enrolling(e Event) (State, []Effect) {
	if e.Kind != Made {
		return s, nil
	}
	if e.Outcome != kiosk.Done {
		return s.giveUp(NoteFailed)
	}
	s, fx := s.wipe(LiveAll, nil)
	return s.move(ShowQR), fx
}

// showQR is shown once: the way back gives the enrolment up.
func (s State) showQR(e Event) (State, []Effect) {
	switch {
	case e.pressed(ButtonOK):
		return s.move(ConfirmCode), nil
	case e.pressed(ButtonBack):
		return s.giveUp(NoteFailed)
	}
	return s, nil
}

func (s State) confirmCode(e Event) (State, []Effect) {
	if e.pressed(ButtonBack) {
		return s.giveUp(NoteFailed)
	}
	return s.entry(e, func(s State) (State, []Effect) {
		return s.move(Confirming).ask(nil, Effect{Do: DoConfirm, Role: s.Asked})
	})
}

func (s State) confirming(e Event) (State, []Effect) {
	if e.Kind != Compared {
		return s, nil
	}
	if e.Verdict == Right {
		s, fx := s.wipe(LiveAll, nil)
		s.Begun = NotBegun
		s.Enrolled |= 1 << s.Asked
		return s.start().with(NoteDone), append(fx, line(kiosk.EntryStaffDid, s.Role, s.Task, kiosk.Done, kiosk.NoMessage))
	}
	if s.Misses++; s.Misses >= MaxConfirms {
		return s.giveUp(e.Verdict.note())
	}
	s, fx := s.wipe(LiveAll, nil)
	return s.move(ConfirmCode).with(e.Verdict.note()), fx
}

// giveUp forgets the new codes; the old ones stay good.
func (s State) giveUp(n Note) (State, []Effect) {
	s, fx := s.wipe(LiveAll, nil)
	s.Begun = NotBegun
	fx = append(fx, Effect{Do: DoAbandon}, line(kiosk.EntryStaffDid, s.Role, s.Task, kiosk.Failed, kiosk.NoMessage))
	return s.start().with(n), fx
}
