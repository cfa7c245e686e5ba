package kiosk

import (
	"slices"
	"testing"
)

// Defects made by hand. Each is one that a hurried change could make, and each
// must be killed by the invariant that names it: an invariant that kills
// nothing proves nothing.

// less drops the effects that f picks.
func less(f func(s State, e Event, x Effect) bool) stepper {
	return func(s State, e Event) (State, []Effect) {
		n, fx := Step(s, e)
		return n, slices.DeleteFunc(slices.Clone(fx), func(x Effect) bool { return f(s, e, x) })
	}
}

// instead changes what Step answers.
func instead(f func(s State, e Event, n State, fx []Effect) (State, []Effect)) stepper {
	return func(s State, e Event) (State, []Effect) {
		n, fx := Step(s, e)
		return f(s, e, n, fx)
	}
}

// misread changes what Step is told.
func misread(f func(s *State, e *Event)) stepper {
	return func(s State, e Event) (State, []Effect) {
		f(&s, &e)
		return Step(s, e)
	}
}

func noRecord(k EntryKind) stepper {
	return less(func(_ State, _ Event, x Effect) bool { return x.Do == DoRecord && x.Entry.Kind == k })
}

var mutants = []struct {
	name string
	step stepper
	kill string
}{
	{"verify without a record", noRecord(EntryTrying), "an irreversible effect stands right behind its record"},
	{"prove without a record", noRecord(EntryProving), "an irreversible effect stands right behind its record"},
	{"grant without a record", noRecord(EntryAsking), "an irreversible effect stands right behind its record"},
	{"write without a record", noRecord(EntryWriting), "an irreversible effect stands right behind its record"},
	{"record after the effect", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		fx = slices.Clone(fx)
		if len(fx) > 1 && fx[len(fx)-1].Do == DoWrite {
			slices.Reverse(fx)
		}
		return n, fx
	}), "an irreversible effect stands right behind its record"},
	{"outcome of the try not recorded", noRecord(EntryTried), "an intent is dropped only with its outcome on disk"},
	{"outcome of the write not recorded", noRecord(EntryOutcome), "an intent is dropped only with its outcome on disk"},
	{"intent forgotten", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if n.Place == Telling {
			n.Intent = NoIntent
			fx = slices.DeleteFunc(slices.Clone(fx), func(x Effect) bool { return x.Do == DoRecord && x.Entry.Kind != EntryEnded })
		}
		return n, fx
	}), "an intent is dropped only with its outcome on disk"},
	{"wipe forgotten", less(func(_ State, _ Event, x Effect) bool { return x.Do == DoWipe }), "a secret leaves Held only with its wipe"},
	{"new secret not wiped when proof is wrong", less(func(_ State, e Event, x Effect) bool {
		return x.Do == DoWipe && e.Kind == NotRight
	}), "a secret leaves Held only with its wipe"},
	{"secret kept while the result is told", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if n.Place == Telling {
			n.Held = s.Held
		}
		return n, fx
	}), "home holds nothing"},
	{"session not forgotten", less(func(_ State, _ Event, x Effect) bool { return x.Do == DoForget }), "home has forgotten the card and the session"},
	{"stale replies believed", misread(func(s *State, e *Event) { e.Op = s.Op }), "a stale reply changes nothing"},
	{"touches of another screen believed", misread(func(s *State, e *Event) { e.Place = s.Place }), "a touch on another screen changes nothing"},
	{"overtaken timers believed", misread(func(s *State, e *Event) { e.Mark = s.Mark }), "an overtaken timer changes nothing"},
	{"an answer swallowed", func(s State, e Event) (State, []Effect) {
		if e.Kind == NoGrant && e.Word == WordReader {
			return s, nil
		}
		return Step(s, e)
	}, "an awaited answer is taken"},
	{"last try not announced", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if n.Place == LastTry {
			n.Place = Proof
		}
		return n, fx
	}), "the last try is never spent unannounced"},
	{"try repeated without being asked", func(s State, e Event) (State, []Effect) {
		if s.Place == DoubtAgain && e.Kind == Pressed {
			e.Button = ButtonOK
		}
		return Step(s, e)
	}, "no try is spent unasked"},
	{"bad entry goes to the card", misread(func(s *State, e *Event) {
		if s.Place == Proof {
			e.Form = 0
		}
	}), "a try needs a good entry"},
	{"second entry still held at the write", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if s.Place == Again && n.Place == Confirm {
			return Step(s.move(Confirm), Event{})
		}
		return n, fx
	}), "a reset writes the confirmed secret"},
	{"another card's counter settles a doubt", misread(func(s *State, e *Event) {
		if e.Kind == CardRead {
			e.Same = true
		}
	}), "a doubt is never forgotten or talked away"},
	{"another card gets the repeated write", misread(func(s *State, e *Event) {
		if e.Kind == CardRead && s.Target == s.Flow.Target().Full() {
			e.Same = true
		}
	}), "nothing of the visit touches another card"},
	{"proof sent unsigned", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if e.Kind == Verified && len(fx) == 2 {
			n, fx := n.move(Proving).record(fx[:1], Entry{Kind: EntryProving})
			return n.ask(fx, Effect{Do: DoProve})
		}
		return n, fx
	}), "the burst is in order"},
	{"asking twice", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if len(fx) > 0 && fx[len(fx)-1].Do == DoRead {
			fx = append(slices.Clone(fx), fx[len(fx)-1])
		}
		return n, fx
	}), "at most one ask, the last effect, with the state's Op"},
	{"move without a new Op", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if s.Place == Again && n.Place == Confirm {
			n.Op = s.Op
		}
		return n, fx
	}), "Op grows with every move and every ask"},
	{"authority told before the disk", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		fx = slices.Clone(fx)
		for i := range fx {
			if fx[i].Do == DoSettle {
				fx[i].Outcome = Done
			}
		}
		return n, fx
	}), "the outcome is on disk before the authority hears it"},
	{"refused write called done", misread(func(s *State, e *Event) {
		if e.Kind == Wrote && e.Outcome == Failed {
			e.Outcome = Done
		}
	}), "done is said only of a write that is done"},
	{"done write called lost", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if e.Kind == LedgerLost && s.Result == Done && n.Place == Telling {
			n.Said = WordLedger
		}
		return n, fx
	}), "a write that is done is said to be done"},
	{"refused repetition called unchanged", func(s State, e Event) (State, []Effect) {
		if s.Place == Writing && e.Kind == Wrote && e.Outcome == Failed {
			return s.wrote(Failed, WordNotWritten)
		}
		return Step(s, e)
	}, "a doubt is never forgotten or talked away"},
	{"torn write starts the visit again", func(s State, e Event) (State, []Effect) {
		if s.Place == DoubtReading && e.Kind == CardBad {
			return s.removed()
		}
		return Step(s, e)
	}, "a doubt is never forgotten or talked away"},
	{"nothing has changed said after a spent try", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if e.Kind == NotRight {
			n.Spent = s.Spent
		}
		return n, fx
	}), "nothing has changed is said only when it is so"},
	{"begins without a reader", func(s State, e Event) (State, []Effect) {
		if s.Place == Idle && e.Kind == Pressed && e.Place == Idle && e.Button == ButtonOK {
			return s.move(Needs), nil
		}
		return Step(s, e)
	}, "a reader or ledger that is out admits nobody"},
	{"goes on after a lost record", func(s State, e Event) (State, []Effect) {
		if e.Kind == LedgerLost && s.Place == Verifying {
			return s, nil
		}
		return Step(s, e)
	}, "after a lost record no visit until recovery"},
	{"cap ignored in doubt", func(s State, e Event) (State, []Effect) {
		if s.Place == DoubtCard && e.Kind == VisitOver {
			s.Over = true
			return s, nil
		}
		return Step(s, e)
	}, "a visit that is over ends"},
	{"lamp left on", less(func(_ State, _ Event, x Effect) bool { return x.Do == DoLamp && !x.On }), "the lamp is out when the kiosk is free"},
	{"extensions without end", func(s State, e Event) (State, []Effect) {
		if e.Button == ButtonStay && e.Place == s.Place && s.warned() {
			s.Renewed, s.Mark = s.Renewed+1, 0
			return s, []Effect{{Do: DoExtend}}
		}
		return Step(s, e)
	}, "counters stay inside their bounds"},
	{"misses without end", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if s.Place == Again && n.Place == NewSecret && e.Button == ButtonOK {
			n.Misses = s.Misses + 1
		}
		return n, fx
	}), "counters stay inside their bounds"},
	{"language of the last resident", instead(func(s State, e Event, n State, fx []Effect) (State, []Effect) {
		if n.Place == Idle {
			n.Lang = s.Lang
		}
		return n, fx
	}), "the next resident finds nothing of the last"},
	{"flow that nobody knows", misread(func(s *State, e *Event) {
		if s.Place == Plan {
			s.Flow = NoFlow
		}
	}), "a visit knows its flow"},
	{"gate that opens by itself", func(s State, e Event) (State, []Effect) {
		if s.Place == TakeCard && e.Kind == Marked && e.Mark == s.Mark {
			s.Mark = 0
			return s, nil
		}
		if s.Place == Confirm && e.Kind == Marked && e.Mark == s.Mark {
			s.Mark = 0
			return s, nil
		}
		return Step(s, e)
	}, "silence alone comes round"},
	{"no mark in the burst", func(s State, e Event) (State, []Effect) {
		if s.Place == Granting && e.Kind == Marked {
			s.Mark++
			return s, nil
		}
		return Step(s, e)
	}, "silence alone is stuck"},
}

func TestEveryMutantIsKilledByItsInvariant(t *testing.T) {
	killed := map[string]bool{}
	for _, m := range mutants {
		s, fx := Start()
		k := explore(m.step, s, fx)
		if k.fault != m.kill {
			t.Errorf("%s: killed by %q, want %q\n%s", m.name, k.fault, m.kill, k.story)
		}
		killed[k.fault] = true
	}
	for _, i := range invariants {
		if !killed[i.name] {
			t.Errorf("no mutant shows what this is for: %s", i.name)
		}
	}
	t.Logf("%d mutants killed by %d invariants", len(mutants), len(killed))
}
