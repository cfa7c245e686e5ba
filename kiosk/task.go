package kiosk

// Task is something that a person does in a visit. The screen counts these, and
// not what the program does meanwhile.
type Task uint8

const (
	NoTask       Task = iota // outside of a visit
	TaskCard                 // put the card on the reader
	TaskCheck                // read what will be done, and choose
	TaskCode                 // type the one-time password; none where the reservation alone is enough
	TaskNew                  // choose the new secret; none where the old one is kept
	TaskProof                // type the proof secret, and leave the card there
	TaskPhone                // look at the phones, and hold one; of flow L alone
	TaskConsents             // look at what was agreed to, and withdraw one; of flows C and W alone
	TaskTake                 // take the card

	Tasks // the number after the last
)

// asked reports whether this visit has the task at all.
func (s State) asked(t Task) bool {
	switch t {
	case TaskCode:
		return s.Factor == FactorCode && !s.Flow.Looks()
	case TaskNew:
		return s.agreed() == Reset && !s.Flow.Looks()
	case TaskPhone:
		return s.Flow == FlowL
	case TaskConsents:
		return s.Flow == FlowC || s.Flow == FlowW
	}
	return true
}

// agreed is the act, also where the plan leaves no other.
func (s State) agreed() Act {
	if s.Act == NoAct && s.Flow != NoFlow && !s.canUnlock() {
		return Reset
	}
	return s.Act
}

// task is the one that the place belongs to. The password of a withdrawal is typed in the
// task that shows the list.
func (s State) task() Task {
	if at := s.row().task; s.Flow != FlowW || at != TaskProof {
		return at
	}
	return TaskConsents
}

// undecided reports whether it can still change at that task how many there are.
func (s State) undecided(at Task) bool {
	if s.Flow.Looks() {
		return at < TaskProof // who looks may want no more
	}
	return s.agreed() == NoAct
}

// Progress is which of a visit's tasks is under way, from 1, and of how many; of is
// 0 while the authority or the person can still change how many there are. Both are
// 0 outside of a visit, and where one ends without having done what it was for: the
// tasks that were left out were not done.
func (s State) Progress() (no, of uint8) {
	at := s.task()
	if at == NoTask || at == TaskTake && s.Result != Done {
		return 0, 0
	}
	for t := TaskCard; t < Tasks; t++ {
		if s.asked(t) {
			if of++; t <= at { // where the task is not asked for, the one before it is the last that was done
				no = of
			}
		}
	}
	if s.undecided(at) {
		of = 0
	}
	return no, of
}
