package verdict

import "testing"

var hints = []Code{NoFace, Two, Dark, Small, Unclear}

// bits sets each bool of a list in each way.
func bits(set []*bool, f func()) {
	for n := range 1 << len(set) {
		for i, b := range set {
			*b = n>>i&1 == 1
		}
		f()
	}
}

// TestATryBeginsWithEverythingAndWithNothingLess: each missing thing has its code, in the
// order in which they are looked at.
func TestATryBeginsWithEverythingAndWithNothingLess(t *testing.T) {
	var try Try
	all, met := []*bool{&try.Matcher, &try.Proved, &try.OfCard, &try.Left, &try.Face}, map[Code]int{}
	bits(all, func() {
		want := GoOn
		for i, code := range []Code{Unavailable, Proof, Card, Counter, Photo} {
			if !*all[i] {
				want = code
				break
			}
		}
		if got := Open(try); got != want {
			t.Errorf("%+v: %q, want %q", try, got, want)
		}
		met[Open(try)]++
	})
	if len(met) != 6 || met[GoOn] != 1 {
		t.Errorf("met: %v", met)
	}
}

// TestNoReservationWithoutEveryFact: of all frames there are, one kind makes a reservation.
func TestNoReservationWithoutEveryFact(t *testing.T) {
	var f Frame
	met := map[Code]int{}
	all := []*bool{&f.Known, &f.Next, &f.InTime, &f.Left, &f.Ended, &f.Counted, &f.Live, &f.Match}
	for _, f.Shows = range append([]Code{GoOn, "another"}, hints...) {
		bits(all, func() {
			got := See(f)
			met[got]++
			every := f.Shows == GoOn
			for _, b := range all {
				every = every && *b
			}
			rule := func(holds bool, says string) {
				if !holds {
					t.Fatalf("%s: %+v: %q", says, f, got)
				}
			}
			rule((got == Match) == every, "a reservation without every fact, or none with them")
			rule((f.Known && f.Next) || got == Replay, "a frame that is not the next of an open try is looked at")
			rule(!f.Known || !f.Next || f.InTime || got == TimeOut, "time does not run out")
			rule(got.Hint() == (f.Known && f.Next && f.InTime && f.Left && f.Shows != GoOn), "a hint at another moment")
			rule(got != NoMatch || f.Live && f.Counted && f.Ended, "told that it is another before it was live")
			rule(got != GoOn || !f.Ended, "a verdict that is not told")
			rule(!(f.Known && f.Next && f.InTime && !f.Left) || got == Counter, "a fourth miss")
		})
	}
	for _, code := range append([]Code{GoOn, Match, Counter, Replay, TimeOut, NotLive, NoMatch}, hints...) {
		if met[code] == 0 {
			t.Errorf("%q is never said", code)
		}
	}
	if len(met) != 12 {
		t.Errorf("%d codes: %v", len(met), met)
	}
	if See(Frame{}) != Replay || Open(Try{}) != Unavailable {
		t.Error("what is not known is taken for true")
	}
}
