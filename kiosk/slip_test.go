package kiosk

import "testing"

// A printer that never answers, or fails, holds no result: OK leads on from each state
// in which one stands, and whatever else is offered there.
func TestResultGoesOnWhateverComesOfItsSlip(t *testing.T) {
	k, _ := walked()
	seen := map[Slip]int{}
	for _, n := range k.nodes {
		if n.s.Place != Telling {
			continue
		}
		seen[n.s.Slip]++
		if n.s.Choosing == ChoiceSound { // and back from there
			n.s, _ = Step(n.s, Event{Kind: Pressed, Button: ButtonBack, Place: Telling})
		}
		if on, _ := Step(n.s, Event{Kind: Pressed, Button: ButtonOK, Place: Telling}); on.Place == Telling {
			t.Fatalf("OK does nothing: %s", describe(n.s))
		}
	}
	if len(seen) != int(Slips) {
		t.Errorf("results by their slip: %v", seen)
	}
}
