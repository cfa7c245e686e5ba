package staff

import "multicopy.example/kiosk"

// guard stands behind every step, in production too, as kiosk's does: a state that
// was never reached must not let a person in, or have something done.
func guard(prev State, e Event, next State, fx []Effect) {
	if broken := breach(prev, e, next, fx); broken != "" {
		panic("staff: " + broken + ", at " + prev.Place.String() + " on " + e.Kind.String())
	}
}

// breach names the promise that a step breaks; "" when it keeps them all.
func breach(prev State, e Event, next State, fx []Effect) string {
	if next.Place == Closed && next != (State{Op: next.Op}) {
		return "closed holds something"
	}
	if !next.row().who.Has(next.Role) {
		return "a role is where it may not be"
	}
	if next.Role != prev.Role && next.Role != kiosk.NoRole && (e.Kind != Compared || prev.Place != Comparing) {
		return "a login without its codes"
	}
	for i, f := range fx {
		switch f.Do {
		case DoCompare:
			if i < 2 || fx[i-1].Do != DoCount || fx[i-2].Do != DoRecord || fx[i-2].Entry.Kind != kiosk.EntryStaffTrying {
				return "an attempt is compared before it is recorded and counted"
			}
		case DoAct:
			a := acts[f.Task]
			if i < 1 || fx[i-1].Do != DoRecord || fx[i-1].Entry.Kind != kiosk.EntryStaffDoing || fx[i-1].Entry.Task != f.Task {
				return "an act without its record right before it"
			}
			if !a.who.Has(prev.Role) || a.danger && (!prev.Door || e.Kind != Compared || e.Verdict != Right) {
				return "an act of a role that may not have it done"
			}
		}
		if f.Do.Asks() && (f.Op != next.Op || i != len(fx)-1) {
			return "a question that the state does not wait for"
		}
	}
	return ""
}
