package staff

import (
	"time"

	"multicopy.example/kiosk"
)

// What staff can have done: one row each.
type act struct {
	page     Place         // where it is begun, and where its result leads back to
	who      Roles         // who may have it done
	danger   bool          // it wants the door open and a fresh one-time password
	deadline time.Duration // shorter than the idle time of Working
	back     Place         // where its result leads to, where that is not page
}

var acts = map[kiosk.StaffTask]act{
	kiosk.StaffSignUp:   {page: SignReasons, who: loggedIn, deadline: 10 * time.Second},
	kiosk.StaffSignDown: {page: SignReasons, who: loggedIn, deadline: 10 * time.Second},
	kiosk.StaffPrint:    {page: TestPage, who: loggedIn, deadline: 30 * time.Second},
	kiosk.StaffTone:     {page: TestPage, who: loggedIn, deadline: 10 * time.Second},
	kiosk.StaffRestart:  {page: RestartPage, who: loggedIn, deadline: 30 * time.Second},
	kiosk.StaffSelfTest: {page: SelfTests, who: technicians, deadline: 120 * time.Second},
	kiosk.StaffTouch:    {page: TouchGrid, who: technicians, deadline: 10 * time.Second, back: SelfTests},
	kiosk.StaffFlush:    {page: Queue, who: technicians, deadline: 120 * time.Second},
	kiosk.StaffReport:   {page: Report, who: technicians, deadline: 60 * time.Second},
	kiosk.StaffExport:   {page: Danger, who: technicians, danger: true, deadline: 120 * time.Second},
	kiosk.StaffUpdate:   {page: Danger, who: technicians, danger: true, deadline: 150 * time.Second},
	kiosk.StaffReenrol:  {page: Danger, who: technicians, danger: true, deadline: 60 * time.Second},
	kiosk.StaffWipe:     {page: Danger, who: technicians, danger: true, deadline: 60 * time.Second},
}

// Deadline is how long the port may take for an act, 0 for what is none.
func Deadline(t kiosk.StaffTask) time.Duration { return acts[t].deadline }

// Acts are the acts that a role may begin at a place, in the order of their numbers.
func Acts(p Place, r kiosk.Role) (all []kiosk.StaffTask) {
	for _, t := range kiosk.StaffTasks() {
		if a, ok := acts[t]; ok && a.page == p && a.who.Has(r) {
			all = append(all, t)
		}
	}
	return all
}

// pages are where the buttons of a role's first page lead.
var pages = map[Button]Place{
	ButtonSign: SignReasons, ButtonForgotten: Forgotten, ButtonTest: TestPage, ButtonRestart: RestartPage, ButtonEnrol: EnrolWho,
	ButtonSelfTests: SelfTests, ButtonQueue: Queue, ButtonEvents: Events, ButtonConfig: Config, ButtonReport: Report, ButtonDanger: Danger,
}

// Leads is where a button of a role's first page leads; false for the other buttons.
func (b Button) Leads() (Place, bool) {
	p, ok := pages[b]
	return p, ok
}

func (s State) home(e Event) (State, []Effect) {
	if p, ok := pages[e.Button]; ok && e.Kind == Pressed {
		return s.move(p), nil
	}
	return s, nil
}

// page is a page with acts, with something to read, or both.
func (s State) page(e Event) (State, []Effect) {
	switch {
	case e.pressed(ButtonBack):
		return s.start(), nil
	case e.pressed(ButtonDanger):
		return s.move(Danger), nil
	case e.pressed(ButtonGrid):
		return s.move(TouchGrid), nil
	case e.pressed(ButtonReason) && e.Reason > NoReason && e.Reason < Reasons:
		s.Pick = e.Reason
		return s.begin(nil, kiosk.StaffSignUp)
	case e.pressed(ButtonTask) && e.Task != kiosk.StaffSignUp && s.may(e.Task):
		return s.begin(nil, e.Task)
	}
	return s, nil
}

// touchGrid marks the cells that are touched. It ends by itself with the last one; one
// that does not react is told by ending it before.
func (s State) touchGrid(e Event) (State, []Effect) {
	if !e.pressed(ButtonCell) || e.Cell >= GridCells {
		return s.page(e)
	}
	if s.Touched |= 1 << e.Cell; s.Touched == AllCells {
		return s.begin(nil, kiosk.StaffTouch)
	}
	return s, nil
}

// may reports whether the act is begun here, and by this role.
func (s State) may(t kiosk.StaffTask) bool {
	a, ok := acts[t]
	return ok && a.page == s.Place && a.who.Has(s.Role)
}

// begin records an act and has it done.
func (s State) begin(fx []Effect, t kiosk.StaffTask) (State, []Effect) {
	s = s.move(Working)
	s.Task, s.Begun = t, Doing
	return s.ask(append(fx, line(kiosk.EntryStaffDoing, s.Role, t, kiosk.NoOutcome, kiosk.NoMessage)),
		Effect{Do: DoAct, Role: s.Role, Task: t, Reason: s.Pick, Cells: s.Touched})
}

func (s State) working(e Event) (State, []Effect) {
	if e.Kind != Acted {
		return s, nil
	}
	fx := []Effect{line(kiosk.EntryStaffDid, s.Role, s.Task, e.Outcome, kiosk.NoMessage)}
	if s.Task == kiosk.StaffExport && e.Outcome == kiosk.Done {
		fx[0].Entry.Digest = e.Digest
	}
	s.Begun = NotBegun
	switch {
	case e.Outcome != kiosk.Done:
	case s.Task == kiosk.StaffSignUp:
		s.Sign = s.Pick
	case s.Task == kiosk.StaffSignDown:
		s.Sign = NoReason
	}
	s.Pick, s.Chosen, s.Touched = NoReason, kiosk.NoStaffTask, 0
	return s.move(Result).with(noteOf(e)), fx
}

// noteOf is what the screen says of an act: why it failed, where the port knows that.
func noteOf(e Event) Note {
	switch {
	case e.Outcome == kiosk.Done:
		return NoteDone
	case e.Outcome == kiosk.Unknown:
		return NoteUnknown
	case e.Note.Refusal():
		return e.Note
	}
	return NoteFailed
}

// result leads back to where the act was begun.
func (s State) result(e Event) (State, []Effect) {
	if !e.pressed(ButtonOK) {
		return s, nil
	}
	a := acts[s.Task]
	p := a.page
	if a.back != Closed {
		p = a.back
	}
	s = s.start()
	return s.move(p), nil
}

// danger asks for the fresh code of what cannot be taken back, with the door open.
func (s State) danger(e Event) (State, []Effect) {
	switch {
	case e.pressed(ButtonBack):
		return s.start(), nil
	case !e.pressed(ButtonTask) || !s.may(e.Task):
		return s, nil
	case !s.Door:
		return s.with(NoteDoor), nil
	}
	s.Chosen = e.Task
	return s.move(FreshCode), nil
}

func (s State) freshCode(e Event) (State, []Effect) {
	return s.entry(e, func(s State) (State, []Effect) { return s.attempt(kiosk.StaffFresh, FreshComparing) })
}

// freshComparing begins the act with the same step that says that the code is right:
// a fresh code is good for one act and for nothing later.
func (s State) freshComparing(e Event) (State, []Effect) {
	if e.Kind != Compared {
		return s, nil
	}
	s, fx := s.tried(e.Verdict)
	switch {
	case e.Verdict != Right:
		s.Chosen = kiosk.NoStaffTask
		return s.move(Danger).with(e.Verdict.note()), fx
	case !s.Door:
		s.Chosen = kiosk.NoStaffTask
		return s.move(Danger).with(NoteDoor), fx
	case s.Over: // it would begin after the ten minutes
		return s.move(Danger), fx
	}
	return s.begin(fx, s.Chosen)
}
