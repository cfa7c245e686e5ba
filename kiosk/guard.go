package kiosk

// guard stands behind every step, in production too. The walk proves that no
// reachable state breaks what is promised here; a flipped bit, or a state that
// was built by mistake, is not a reachable state. Then the kiosk must not do
// what comes next: the panic unwinds the loop before the first effect is
// carried out, the loop erases every secret on the way (run.Loop.Run), the
// process ends and is started again, and recovery closes what the ledger says
// is open. The card on the reader loses its power with the process.
//
// Only what one step shows of itself is looked at here, and costs a few
// nanoseconds. What depends on the whole visit is proved by the walk
// alone.
func guard(prev State, e Event, next State, fx []Effect) {
	if broken := breach(prev, e, next, fx); broken != "" {
		panic("kiosk: " + broken + ", at " + prev.Place.String() + " on " + e.Kind.String())
	}
}

// breach names the promise that a step breaks; "" when it keeps them all.
func breach(prev State, e Event, next State, fx []Effect) string {
	if next.row().quiet && (next.Live != LiveNone || next.Intent != NoIntent) {
		return "a quiet place holds something"
	}
	if next == prev && len(fx) == 0 {
		return ""
	}
	if e.reply() && e.Op != prev.Op {
		return "a stale reply changes something"
	}
	if next.Grants > MaxGrants {
		return "more grants are asked for than a visit may have"
	}
	return breachOf(prev, e, next, fx)
}

// breachOf goes through the effects in their order, as the loop will.
func breachOf(prev State, e Event, next State, fx []Effect) string {
	open, wiped := prev.Intent, LiveNone
	for i, f := range fx {
		var before Entry // the line right before this effect
		if i > 0 && fx[i-1].Do == DoRecord {
			before = fx[i-1].Entry
		}
		switch {
		case f.Do.Irreversible() && before.Kind != f.Do.row().record:
			return "an irreversible effect without its record right before it"
		case f.Do == DoSettle && (before.Kind != EntryOutcome || before.Outcome != f.Outcome):
			return "an outcome is told before it is on disk"
		case f.Do == DoVerify && prev.proofTries() <= 1 && !prev.Warned:
			return "the last try is spent unannounced"
		case f.Do == DoVerify && (e.Kind != Pressed || e.Button != ButtonOK):
			return "a try is spent unasked"
		case f.Do.Asks() && (f.Op != next.Op || i != len(fx)-1):
			return "a question that the state does not wait for"
		case f.Do == DoWipe:
			wiped |= f.Secrets
		case f.Do == DoRecord:
			begins, closes := f.Entry.Kind.Intent(), f.Entry.Kind.Closes(open)
			if begins != NoIntent && open != NoIntent && !closes {
				return "an act is begun over one without an outcome"
			}
			if begins != NoIntent || closes {
				open = begins
			}
		}
	}
	if prev.Live&^next.Live&^wiped != LiveNone {
		return "a secret is forgotten without its wipe"
	}
	if next.Intent != open && e.Kind != LedgerLost { // then recovery closes it
		return "an intent is dropped without its outcome"
	}
	return ""
}
