package staff

import "multicopy.example/kiosk"

// Step is the whole of maintenance. It is total: any Event in any State has an
// answer, and most are "nothing changes". It is pure: the loop carries out the
// effects in their order.
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
	switch e.Kind {
	case NoEvent:
		return s, nil
	case Opened:
		return s.opened(e)
	case TimerFired:
		if e.Op != s.Op || s.Place == Closed {
			return s, nil
		}
		return s.leave(kiosk.MsgTimeout)
	case TimeUp:
		return s.timeUp()
	case DoorMoved:
		return s.doorMoved(e.Door)
	case RecordLost:
		return s.recordLost()
	case CountRefused:
		return s.countRefused(e)
	case KeyPressed:
		return s.keyPressed(), nil
	case Pressed:
		if !s.Offers(e.Button) {
			return s, nil
		}
		if e.Button == ButtonLeave {
			return s.leave(kiosk.MsgStopped)
		}
	}
	next, fx := s.row().answer(s, e)
	if next.Over && !next.row().busy {
		return next.leaveAfter(fx, kiosk.MsgTimeout)
	}
	return next, fx
}

func (s State) ignore(Event) (State, []Effect) { return s, nil }

// move goes to another place. Whatever was asked from the old one is stale from now
// on.
func (s State) move(p Place) State {
	s.Place, s.Note = p, NoNote
	s.Op++
	return s
}

func (s State) with(n Note) State {
	s.Note = n
	return s
}

// start is the page that a role begins on; Look without a login.
func (s State) start() State {
	s.Asked, s.Half, s.Task, s.Chosen, s.Pick, s.Touched, s.Misses = kiosk.NoRole, kiosk.NoRole, kiosk.NoStaffTask, kiosk.NoStaffTask, NoReason, 0, 0
	switch s.Role {
	case kiosk.Clerk:
		return s.move(ClerkHome)
	case kiosk.Technician:
		return s.move(TechnicianHome)
	}
	return s.move(Look)
}

// ask appends an effect that the state now waits for.
func (s State) ask(fx []Effect, e Effect) (State, []Effect) {
	e.Op = s.Op
	return s, append(fx, e)
}

// wipe erases codes and forgets that they were live.
func (s State) wipe(c Codes, fx []Effect) (State, []Effect) {
	if c &= s.Live; c != NoCodes {
		s.Live &^= c
		fx = append(fx, Effect{Do: DoWipe, Codes: c})
	}
	return s, fx
}

// line is a record of maintenance.
func line(k kiosk.EntryKind, r kiosk.Role, t kiosk.StaffTask, o kiosk.Outcome, w kiosk.Message) Effect {
	return Effect{Do: DoRecord, Entry: kiosk.Entry{Kind: k, Before: -1, After: -1, Role: r, Task: t, Outcome: o, Message: w}}
}

func (s State) opened(e Event) (State, []Effect) {
	if s.Place != Closed {
		return s, nil
	}
	s = State{Op: s.Op, Enrolled: e.Enrolled, Door: e.Door, Sign: e.Sign}
	return s.move(Look), []Effect{{Do: DoStay}}
}

func (s State) keyPressed() State {
	if c := s.Typing(); c != NoCodes {
		s.Live |= c
		s.Note = NoNote
	}
	return s
}

// good reports whether the entry that OK was pressed on may be used.
func (s State) good(e Event) bool { return !e.Bad && s.Live&s.Typing() != NoCodes }

// doorMoved: what waits for the fresh code waits for the open door too.
func (s State) doorMoved(open bool) (State, []Effect) {
	if s.Place == Closed {
		return s, nil
	}
	s.Door = open
	if s.Place == FreshCode && !open {
		s, fx := s.wipe(LiveAll, nil)
		return s.move(Danger).with(NoteDoor), fx
	}
	return s, nil
}

// timeUp ends the mode; what is under way is let finish.
func (s State) timeUp() (State, []Effect) {
	if s.Place == Closed {
		return s, nil
	}
	if s.row().busy {
		s.Over = true
		return s, nil
	}
	return s.leave(kiosk.MsgTimeout)
}

// leave is the one way out.
func (s State) leave(w kiosk.Message) (State, []Effect) { return s.leaveAfter(nil, w) }

// leaveAfter erases first what is typed, for a record that fails cancels what stands
// behind it.
func (s State) leaveAfter(fx []Effect, w kiosk.Message) (State, []Effect) {
	s, wiped := s.wipe(LiveAll, nil)
	fx = append(wiped, fx...)
	s, fx = s.close(fx)
	if s.Role != kiosk.NoRole {
		fx = append(fx, line(kiosk.EntryStaffDid, s.Role, kiosk.StaffLeave, kiosk.Done, w))
	}
	return State{Op: s.Op}.move(Closed), fx
}

// close ends in the ledger what was begun there and will not be waited for.
func (s State) close(fx []Effect) (State, []Effect) {
	switch s.Begun {
	case Trying:
		fx = append(fx, line(kiosk.EntryStaffTried, s.who(), s.Task, kiosk.Unknown, kiosk.NoMessage))
	case Doing:
		o := kiosk.Unknown
		if s.enrols() {
			fx = append(fx, Effect{Do: DoAbandon})
			if s.Place != Confirming { // the old codes are certainly the good ones
				o = kiosk.Failed
			}
		}
		fx = append(fx, line(kiosk.EntryStaffDid, s.Role, s.Task, o, kiosk.NoMessage))
	}
	s.Begun = NotBegun
	return s, fx
}

// recordLost: without its line nothing is done, and no login stands.
func (s State) recordLost() (State, []Effect) {
	if s.Place == Closed {
		return s, nil
	}
	s, fx := s.wipe(LiveAll, nil)
	if s.enrols() {
		fx = append(fx, Effect{Do: DoAbandon})
	}
	s = State{Op: s.Op, Enrolled: s.Enrolled, Door: s.Door, Sign: s.Sign}
	return s.move(Refused).with(NoteNoRecord), fx
}
