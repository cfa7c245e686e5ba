package staff

import (
	"math/bits"

	"multicopy.example/kiosk"
)

// An oracle is an account of what has really happened, kept beside the state and
// without asking it.
type oracle struct {
	pending  Do              // the effect that waits for its reply
	task     kiosk.StaffTask // … of a comparison or an act
	role     kiosk.Role      // … of a comparison, or of new codes
	in       kiosk.Role      // who proved to be there, and has not left
	half     kiosk.Role      // whose own code was right at a wrong clock
	operator bool            // the operator's code was right, and no codes were made with it
	trying   bool            // the ledger has an attempt without its end
	doing    bool            // … an act
	payload  bool            // new codes that are not confirmed
	touched  Cells           // cells that were touched since the grid was opened
	lost     bool            // the step before met a record that could not be kept
}

// after is the account after a step of which these effects were carried out.
func (w oracle) after(s State, e Event, n State, fx []Effect) oracle {
	if answers[w.pending] == e.Kind && e.reply() && e.Op == s.Op {
		w.replied(e)
	}
	if n.Op != s.Op {
		w.pending = 0
	}
	w.touched |= cellOf(s, e)
	if n.Place != TouchGrid {
		w.touched = 0
	}
	w.lost = false
	for _, f := range fx {
		w.did(f)
	}
	if e.Kind == RecordLost {
		w.trying, w.doing = false, false
	}
	if e.Kind == RecordLost || n.Place == Closed {
		w.in, w.half, w.operator = kiosk.NoRole, kiosk.NoRole, false
	}
	if n.Place == Look { // a person walked away from what was proved
		w.half, w.operator = kiosk.NoRole, false
	}
	return w
}

// cellOf is the cell that a touch meets; none of a touch of anything else.
func cellOf(s State, e Event) Cells {
	if s.Place == TouchGrid && e.pressed(ButtonCell) && e.Place == TouchGrid && e.Cell < GridCells {
		return 1 << e.Cell
	}
	return 0
}

func (w *oracle) replied(e Event) {
	switch {
	case w.pending == DoMake && e.Outcome == kiosk.Done:
		w.payload = true
	case w.pending == DoConfirm && e.Verdict == Right:
		w.payload = false
	case w.pending != DoCompare:
	case w.task == kiosk.StaffOperator:
		w.operator = e.Verdict == Right
	case w.task == kiosk.StaffFresh:
	case e.Verdict == Right, e.Verdict == ClockAgreed && w.task == kiosk.StaffBoth && w.half != kiosk.NoRole && w.half != w.role:
		w.in, w.half = w.role, kiosk.NoRole
	case e.Verdict == ClockOff || e.Verdict == ClockAgreed:
		w.half = w.role
	}
}

func (w *oracle) did(f Effect) {
	switch f.Do {
	case DoRecord:
		switch f.Entry.Kind {
		case kiosk.EntryStaffTrying:
			w.trying = true
		case kiosk.EntryStaffTried:
			w.trying = false
		case kiosk.EntryStaffDoing:
			w.doing = true
		case kiosk.EntryStaffDid:
			if f.Entry.Task == kiosk.StaffLeave {
				w.in = kiosk.NoRole
			} else {
				w.doing = false
			}
		}
	case DoAbandon:
		w.payload = false
	case DoMake:
		w.operator = false
	}
	if f.Do.Asks() {
		w.pending, w.task, w.role = f.Do, f.Task, f.Role
	}
}

// answers are what a port replies to an effect; a reply of another kind is a mistake
// of the loop, and tried too.
var answers = [doCount]Kind{DoCompare: Compared, DoTime: TimeTold, DoMake: Made, DoConfirm: Compared, DoAct: Acted}

// each is everything that can happen in a state.
func each(s State, f func(Event)) {
	say := func(e Event) {
		e.Op = s.Op
		f(e)
		if e.reply() {
			e.Op--
			f(e)
		}
	}
	for _, e := range alphabet {
		e.Place = s.Place
		say(e)
	}
	// One cell is as good as another: the first that is marked, the first that is not,
	// and one that is not there.
	say(Event{Kind: Pressed, Button: ButtonCell, Place: s.Place, Cell: uint8(bits.TrailingZeros32(uint32(s.Touched)) % 32)})
	say(Event{Kind: Pressed, Button: ButtonCell, Place: s.Place, Cell: uint8(bits.TrailingZeros32(uint32(^s.Touched)))})
	say(Event{Kind: Pressed, Button: ButtonCell, Place: s.Place, Cell: GridCells})
	say(Event{})
	f(Event{Kind: TimerFired, Op: s.Op})
	f(Event{Kind: TimerFired, Op: s.Op - 1})
	f(Event{Kind: Pressed, Button: ButtonLeave, Place: (s.Place + 1) % Places})
	f(Event{Kind: Pressed, Button: ButtonOK, Place: (s.Place + Places - 1) % Places})
	f(Event{Kind: KeyPressed, Place: (s.Place + 1) % Places})
}

// alphabet is every event that a port, a person or a clock can make, but for what
// each fills in.
var alphabet = func() (all []Event) {
	for _, who := range []Roles{0, clerks, technicians, loggedIn} {
		all = append(all, Event{Kind: Opened, Enrolled: who}, Event{Kind: Opened, Enrolled: who, Door: true, Sign: ReasonPaper})
	}
	for b := ButtonLeave; b < buttonCount; b++ {
		all = append(all, Event{Kind: Pressed, Button: b})
	}
	all = append(all, Event{Kind: Pressed, Button: ButtonOK, Bad: true}, Event{Kind: Pressed, Button: ButtonOK, Same: true})
	for r := NoReason; r <= Reasons; r++ {
		all = append(all, Event{Kind: Pressed, Button: ButtonReason, Reason: r})
	}
	for _, t := range append(kiosk.StaffTasks(), kiosk.StaffTouch+1) {
		all = append(all, Event{Kind: Pressed, Button: ButtonTask, Task: t})
	}
	all = append(all, Event{Kind: KeyPressed}, Event{Kind: TimeUp}, Event{Kind: DoorMoved, Door: true}, Event{Kind: DoorMoved},
		Event{Kind: TimeTold, Sure: true}, Event{Kind: TimeTold})
	for v := range verdictCount {
		all = append(all, Event{Kind: Compared, Verdict: v})
	}
	for _, o := range []kiosk.Outcome{kiosk.Done, kiosk.Failed, kiosk.Unknown} {
		all = append(all, Event{Kind: Made, Outcome: o}, Event{Kind: Acted, Outcome: o}, Event{Kind: Acted, Outcome: o, Digest: [32]byte{1}})
		all = append(all, Event{Kind: Acted, Outcome: o, Note: NoteNoStick}, Event{Kind: Acted, Outcome: o, Note: NoteDone})
	}
	for n := NoteUnknown; n <= Notes; n++ {
		all = append(all, Event{Kind: Acted, Outcome: kiosk.Failed, Note: n})
	}
	return all
}()
