package kiosk

import (
	"fmt"
	"slices"
	"testing"
)

// What a person is told on the way through a visit that goes well, for every kind of
// visit: as many tasks as there are to do, and none that is not.
func TestScreenCountsWhatThePersonDoes(t *testing.T) {
	for _, c := range []struct {
		act    Act
		factor Factor
		want   []string
	}{
		{Reset, FactorCode, []string{"1", "1.", "1", "1.", "2", "3/6", "3/6.", "4/6", "5/6", "5/6.", "6/6.", "6/6", "6/6."}},
		{Unlock, FactorCode, []string{"1", "1.", "1", "1.", "2", "3/5", "3/5.", "4/5", "4/5.", "5/5.", "5/5", "5/5."}},
		{Reset, FactorReservation, []string{"1", "1.", "1", "1.", "2", "2/5.", "3/5", "4/5", "4/5.", "5/5.", "5/5", "5/5."}},
		{Unlock, FactorReservation, []string{"1", "1.", "1", "1.", "2", "2/4.", "3/4", "3/4.", "4/4.", "4/4", "4/4."}},
	} {
		for _, flow := range []Flow{FlowP, FlowU} {
			var got []string
			for p := Needs; p <= Thanks; p++ {
				if of := p.row().task; of == TaskPhone || of == TaskConsents || p == Lying || p == Seeing || p == Listing {
					continue // of visits that renew nothing
				}
				typed := State{Place: p}.Typing()
				if typed == LiveCode && c.factor == FactorReservation || typed&(LiveNew|LiveAgain) != 0 && c.act == Unlock {
					continue // not asked
				}
				s := State{Place: p, Tries: untold}
				if p >= Plan {
					s.Flow, s.Factor, s.Tries = flow, c.factor, Tries{1, 1}
				}
				if p > Plan {
					s.Act = c.act
				}
				if p >= Settling {
					s.Result = Done
				}
				got = append(got, counted(Look(s)))
			}
			if got = slices.Compact(got); !slices.Equal(got, c.want) {
				t.Errorf("flow %s, act %s, factor %d: %q, want %q", flow, c.act, c.factor, got, c.want)
			}
		}
	}
	for _, c := range []struct {
		s    State
		want string
	}{
		{State{Place: Plan, Flow: FlowP, Tries: Tries{3, 5}}, "2/6"}, // it leaves one act
		{State{Place: Plan, Flow: FlowP, Tries: untold}, "2/6"},
		{State{Place: PlaceCard, Flow: FlowL, Tries: untold}, "1"},
		{State{Place: Lying, Flow: FlowL, Tries: Tries{3, 5}}, "2"}, // it may end here
		{State{Place: Proof, Flow: FlowL, Tries: Tries{3, 5}}, "3/5"},
		{State{Place: Seeing, Flow: FlowL, Tries: Tries{3, 4}}, "3/5."},
		{State{Place: HoldAsk, Flow: FlowL, Tries: Tries{3, 4}}, "4/5"},
		{State{Place: TakeCard, Flow: FlowL, Tries: Tries{3, 4}, Result: Done}, "5/5"},
		{State{Place: Lying, Flow: FlowC, Tries: Tries{3, 5}}, "2"},
		{State{Place: Listing, Flow: FlowC, Tries: Tries{3, 5}}, "3/5."},
		{State{Place: OneConsent, Flow: FlowC, Tries: Tries{3, 5}}, "4/5"},
		{State{Place: Proof, Flow: FlowW, Tries: Tries{3, 5}}, "4/5"}, // of the list
		{State{Place: Verifying, Flow: FlowW, Tries: Tries{3, 5}}, "4/5."},
		{State{Place: TakeCard, Flow: FlowW, Tries: Tries{3, 5}, Result: Done}, "5/5"},
		{State{Place: Idle}, "0."},
		{State{Place: TakeCard, Flow: FlowP, Act: Reset}, "0."}, // ended
		{State{Place: Telling, Flow: FlowP, Act: Reset, Result: Unknown}, "0."},
	} {
		if got := counted(Look(c.s)); got != c.want {
			t.Errorf("%s: %s, want %s", describe(c.s), got, c.want)
		}
	}
}

// counted is "number/of", without what is not told; a dot says that no task is named.
func counted(v View) string {
	s := fmt.Sprint(v.Now)
	if v.Of > 0 {
		s += fmt.Sprint("/", v.Of)
	}
	if v.Task == NoTask {
		s += "."
	}
	return s
}
