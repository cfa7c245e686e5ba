package staff

import "multicopy.example/kiosk"

// A transition is one step: state, account, event, and what came of them.
type transition struct {
	s  State
	w  oracle
	e  Event
	n  State
	fx []Effect
	x  oracle
}

func (t *transition) does(d Do) bool {
	for _, f := range t.fx {
		if f.Do == d {
			return true
		}
	}
	return false
}

func (t *transition) records(k kiosk.EntryKind) (list []kiosk.Entry) {
	for _, f := range t.fx {
		if f.Do == DoRecord && f.Entry.Kind == k {
			list = append(list, f.Entry)
		}
	}
	return list
}

// behind reports whether each effect d stands right behind one that is so.
func (t *transition) behind(d Do, so func(before, f Effect) bool) bool {
	for i, f := range t.fx {
		if f.Do == d && (i == 0 || !so(t.fx[i-1], f)) {
			return false
		}
	}
	return true
}

// answered reports whether the event is the reply that is waited for.
func (t *transition) answered(d Do) bool {
	return t.w.pending == d && answers[d] == t.e.Kind && t.e.Op == t.s.Op
}

var dangerous = map[kiosk.StaffTask]bool{kiosk.StaffExport: true, kiosk.StaffUpdate: true, kiosk.StaffReenrol: true, kiosk.StaffWipe: true}

var ofTechnicians = map[kiosk.StaffTask]bool{kiosk.StaffSelfTest: true, kiosk.StaffTouch: true, kiosk.StaffFlush: true, kiosk.StaffReport: true}

type invariant struct {
	name  string
	holds func(t *transition) bool
}

// The invariants. Each has a name, because every hand-made mistake in
// cmd/proving/mutants says which of them kills it.
var invariants = []invariant{
	{"a comparison stands right behind its count, and that behind its record", func(t *transition) bool {
		return t.behind(DoCompare, func(b, f Effect) bool { return b.Do == DoCount && b.Role == f.Role && b.Task == f.Task }) &&
			t.behind(DoCount, func(b, f Effect) bool {
				return b.Do == DoRecord && b.Entry.Kind == kiosk.EntryStaffTrying && b.Entry.Role == f.Role && b.Entry.Task == f.Task
			})
	}},
	{"a role that has to wait is not compared", func(t *transition) bool {
		return t.e.Kind != CountRefused || !t.does(DoCompare) && t.x.pending == 0
	}},
	{"codes are compared once they are typed", func(t *transition) bool {
		for _, f := range t.fx {
			if f.Do == DoCompare && t.s.Live&LiveCode == 0 || f.Do == DoConfirm && t.s.Live&LiveCode == 0 {
				return false
			}
			both := f.Task == kiosk.StaffLogin || f.Task == kiosk.StaffBoth
			if f.Do == DoCompare && (t.e.Bad || !t.e.pressed(ButtonOK) || both && t.s.Live&LiveOwn == 0) {
				return false
			}
		}
		return true
	}},
	{"a role is logged in by its own right codes alone", func(t *transition) bool { return t.n.Role == t.x.in }},
	{"an act has its record right before it", func(t *transition) bool {
		return t.behind(DoAct, func(b, f Effect) bool {
			return b.Do == DoRecord && b.Entry.Kind == kiosk.EntryStaffDoing && b.Entry.Task == f.Task && b.Entry.Role == f.Role
		})
	}},
	{"an act is done for a role that may have it done", func(t *transition) bool {
		for _, f := range t.fx {
			if f.Do == DoAct && (t.w.in == kiosk.NoRole || f.Role != t.w.in || (ofTechnicians[f.Task] || dangerous[f.Task]) && t.w.in != kiosk.Technician) {
				return false
			}
		}
		return true
	}},
	{"what is dangerous wants the door open and a fresh code", func(t *transition) bool {
		for _, f := range t.fx {
			if f.Do == DoAct && dangerous[f.Task] &&
				(!t.s.Door || !t.answered(DoCompare) || t.w.task != kiosk.StaffFresh || t.e.Verdict != Right || f.Task != t.s.Chosen) {
				return false
			}
		}
		return true
	}},
	{"new codes need the operator and the other role", func(t *transition) bool {
		for _, f := range t.fx {
			if f.Do != DoMake {
				continue
			}
			other := kiosk.Clerk + kiosk.Technician - f.Role
			if !t.w.operator || f.Role == kiosk.NoRole || t.w.in == f.Role || t.w.in == kiosk.NoRole && t.s.Enrolled != 0 || t.s.Enrolled.Has(other) && t.w.in != other {
				return false
			}
		}
		return true
	}},
	{"new codes are typed twice alike", func(t *transition) bool {
		return !t.does(DoMake) || t.e.Same && !t.e.Bad && t.s.Live&(LiveOwn|LiveAgain) == LiveOwn|LiveAgain
	}},
	{"the QR code is shown once", func(t *transition) bool {
		return t.n.Place != ShowQR || t.s.Place == ShowQR || t.answered(DoMake) && t.e.Outcome == kiosk.Done
	}},
	{"new codes that are not confirmed are forgotten", func(t *transition) bool {
		return !t.x.payload || t.n.Place == ShowQR || t.n.Place == ConfirmCode || t.n.Place == Confirming
	}},
	{"what the ledger has begun it has the end of", func(t *transition) bool {
		return t.e.Kind == RecordLost || t.x.trying == (t.n.Begun == Trying) && t.x.doing == (t.n.Begun == Doing)
	}},
	{"the ledger says of an attempt what came of it", func(t *transition) bool {
		for _, r := range t.records(kiosk.EntryStaffTried) {
			good := t.answered(DoCompare) && (t.e.Verdict == Right || t.e.Verdict == ClockAgreed && t.w.task == kiosk.StaffBoth)
			if t.e.Kind != Compared && t.e.Kind != CountRefused {
				if r.Outcome != kiosk.Unknown {
					return false
				}
			} else if good != (r.Outcome == kiosk.Done) || r.Outcome == kiosk.Unknown {
				return false
			}
		}
		return true
	}},
	{"the ledger says of an act what came of it", func(t *transition) bool {
		for _, r := range t.records(kiosk.EntryStaffDid) {
			if r.Task != kiosk.StaffLeave && t.answered(DoAct) && r.Outcome != t.e.Outcome ||
				r.Task != kiosk.StaffLeave && r.Outcome == kiosk.Done && !t.answered(DoAct) && !(t.answered(DoConfirm) && t.e.Verdict == Right) {
				return false
			}
		}
		return true
	}},
	{"a login ends in the ledger", func(t *transition) bool {
		left := len(t.records(kiosk.EntryStaffDid)) > 0 && t.records(kiosk.EntryStaffDid)[len(t.records(kiosk.EntryStaffDid))-1].Task == kiosk.StaffLeave
		return t.s.Role == kiosk.NoRole || t.n.Role == t.s.Role || left || t.e.Kind == RecordLost
	}},
	{"closed forgets all", func(t *transition) bool { return t.n.Place != Closed || t.n == State{Op: t.n.Op} }},
	{"a code leaves Live only with its wipe", func(t *transition) bool {
		var wiped Codes
		for _, f := range t.fx {
			if f.Do == DoWipe {
				wiped |= f.Codes
			}
		}
		return t.s.Live&^t.n.Live&^wiped == NoCodes
	}},
	{"codes are erased before a record can fail", func(t *transition) bool {
		recorded := false
		for _, f := range t.fx {
			if recorded = recorded || f.Do == DoRecord; recorded && (f.Do == DoWipe || f.Do == DoAbandon && t.n.Place != Closed) {
				return false
			}
		}
		return true
	}},
	{"codes live where they are typed and compared", func(t *transition) bool {
		var may Codes
		switch t.n.Place {
		case OwnCode, NewOwn:
			may = LiveOwn
		case Code, Comparing:
			may = LiveOwn | LiveCode
		case NewAgain, Enrolling:
			may = LiveOwn | LiveAgain
		case FreshCode, FreshComparing, OperatorCode, OperatorComparing, ConfirmCode, Confirming:
			may = LiveCode
		}
		return t.n.Live&^may == NoCodes
	}},
	{"an answer that is not waited for changes nothing", func(t *transition) bool {
		awaited := t.e.Op == t.s.Op && answers[t.w.pending] == t.e.Kind
		return !t.e.reply() || awaited || t.n == t.s && len(t.fx) == 0
	}},
	{"a press meant for another screen changes nothing", func(t *transition) bool {
		return !t.e.touch() || t.e.Place == t.s.Place || t.n == t.s && len(t.fx) == 0
	}},
	{"what is not offered changes nothing", func(t *transition) bool {
		return t.e.Kind != Pressed || t.s.Offers(t.e.Button) || t.n == t.s && len(t.fx) == 0
	}},
	{"leaving is always possible", func(t *transition) bool {
		return !t.e.pressed(ButtonLeave) || t.e.Place != t.s.Place || t.n.Place == Closed
	}},
	{"silence leads home", func(t *transition) bool {
		return t.e.Kind != TimerFired || t.e.Op != t.s.Op || t.n.Place == Closed
	}},
	{"an overtaken silence changes nothing", func(t *transition) bool {
		return t.e.Kind != TimerFired || t.e.Op == t.s.Op || t.n == t.s && len(t.fx) == 0
	}},
	{"after ten minutes nothing goes on but what is under way", func(t *transition) bool {
		if t.e.Kind == TimeUp && t.n.Place != Closed && !t.n.Over {
			return false
		}
		return !t.n.Over || t.n.Busy() && !(t.s.Over && t.does(DoAct))
	}},
	{"the ten minutes begin with an opening or a login alone", func(t *transition) bool {
		begins := t.e.Kind == Opened && t.s.Place == Closed || t.n.Role != kiosk.NoRole && t.n.Role != t.s.Role
		return t.does(DoStay) == begins
	}},
	{"each place has those who may be there", func(t *transition) bool {
		p := t.n.Place
		switch {
		case p == Closed || p == Look || p >= ChooseRole && p <= AskingTime:
			return t.n.Role == kiosk.NoRole
		case p == ClerkHome:
			return t.n.Role == kiosk.Clerk
		case p == TechnicianHome || p >= SelfTests && p <= FreshComparing || p == TouchGrid:
			return t.n.Role == kiosk.Technician
		case p >= SignReasons && p <= RestartPage || p == Working || p == Result:
			return t.n.Role != kiosk.NoRole
		}
		return true
	}},
	{"one question at most, the last effect, with the state's number", func(t *transition) bool {
		for i, f := range t.fx {
			if f.Do.Asks() && (i != len(t.fx)-1 || f.Op != t.n.Op) {
				return false
			}
		}
		return true
	}},
	{"each move and each question has a new number", func(t *transition) bool {
		asks := len(t.fx) > 0 && t.fx[len(t.fx)-1].Do.Asks()
		return t.n.Op >= t.s.Op && (t.n.Op > t.s.Op || t.n.Place == t.s.Place && !asks)
	}},
	{"an answer that is waited for is taken", func(t *transition) bool {
		return !t.e.reply() || t.e.Op != t.s.Op || answers[t.w.pending] != t.e.Kind || t.n.Op > t.s.Op
	}},
	{"a busy place waits for a port, and no other does", func(t *transition) bool {
		return t.n.Busy() == (t.x.pending != 0) || t.x.lost || t.e.Kind == NoEvent
	}},
	{"the sign says what was last put up", func(t *transition) bool {
		if t.n.Place == Closed || t.e.Kind == Opened {
			return true
		}
		if t.answered(DoAct) && t.e.Outcome == kiosk.Done && (t.w.task == kiosk.StaffSignUp || t.w.task == kiosk.StaffSignDown) {
			return t.n.Sign == t.s.Pick
		}
		return t.n.Sign == t.s.Sign
	}},
	{"the ledger has the digest of an export, and of nothing else", func(t *transition) bool {
		for _, f := range t.fx {
			var want [32]byte
			if f.Do == DoRecord && f.Entry.Kind == kiosk.EntryStaffDid && f.Entry.Task == kiosk.StaffExport && t.answered(DoAct) && t.e.Outcome == kiosk.Done {
				want = t.e.Digest
			}
			if f.Entry.Digest != want {
				return false
			}
		}
		return true
	}},
	{"a cell is marked by its own touch alone", func(t *transition) bool {
		if t.n.Place == TouchGrid && t.s.Place == TouchGrid {
			return t.n.Touched == t.s.Touched|cellOf(t.s, t.e)
		}
		return t.n.Place != TouchGrid || t.n.Touched == 0
	}},
	{"the grid is told as it was touched", func(t *transition) bool {
		for _, f := range t.fx {
			if f.Do == DoAct && f.Task == kiosk.StaffTouch && f.Cells != t.w.touched|cellOf(t.s, t.e) || f.Task != kiosk.StaffTouch && f.Cells != 0 {
				return false
			}
		}
		return true
	}},
	{"the grid ends by itself with its last cell", func(t *transition) bool {
		return cellOf(t.s, t.e) == 0 || t.does(DoAct) == (t.w.touched|cellOf(t.s, t.e) == AllCells)
	}},
	{"the screen says of an act what came of it", func(t *transition) bool {
		if !t.answered(DoAct) || t.n.Place != Result {
			return true
		}
		switch t.e.Outcome {
		case kiosk.Done:
			return t.n.Note == NoteDone
		case kiosk.Unknown:
			return t.n.Note == NoteUnknown
		}
		if t.e.Note.Refusal() {
			return t.n.Note == t.e.Note
		}
		return t.n.Note == NoteFailed
	}},
}

func broken(t *transition) string {
	for _, i := range invariants {
		if !i.holds(t) {
			return i.name
		}
	}
	return ""
}
