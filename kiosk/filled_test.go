package kiosk

import "testing"

// A hand that has learnt where *next* stands, and a person who does not read, press
// the filled button of every page. Whatever card and authority answer on the way,
// neither spends the last try of a card.
func TestFilledButtonsAloneNeverSpendTheLastTry(t *testing.T) {
	start, fx := Start(shop)
	k := &walk{seen: map[key]int32{}}
	k.reach(start, oracle{}.after(State{}, Event{}, start, fx), -1, Event{})
	lastTries, verified := 0, 0
	for i := 0; i < len(k.nodes); i++ {
		at := k.nodes[i]
		if at.s.Place == LastTry {
			lastTries++
		}
		each(at.s, at.w, func(e Event) {
			if e.Kind == Pressed && e.Button != at.s.Filled() && e.Button != ButtonStay {
				return
			}
			n, fx := at.s.handle(e)
			if does(fx, DoVerify) {
				if verified++; at.s.proofTries() <= 1 {
					t.Fatalf("a filled button spends the last try\n%s%s", k.tell(int32(i)), e.Kind)
				}
			}
			if n != at.s || len(fx) > 0 {
				k.reach(n, at.w.after(at.s, e, n, fx), int32(i), e)
			}
		})
	}
	if lastTries == 0 || verified == 0 {
		t.Errorf("%d states before a last try and %d tries were seen", lastTries, verified)
	}
}

func does(fx []Effect, d Do) bool {
	for _, f := range fx {
		if f.Do == d {
			return true
		}
	}
	return false
}
