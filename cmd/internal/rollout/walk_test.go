package rollout

import (
	"fmt"
	"testing"

	"multicopy.example/kiosk/authority/wire"
)

const (
	older, offered, newer = "6", "7", "8"
	name                  = "kiosk-0001"
)

var states = []wire.UpdateState{wire.UpdateNone, wire.UpdateFetching, wire.UpdateFetched, wire.UpdateTrial, wire.UpdateGood, wire.UpdateRefused, wire.UpdateFailed}

// A situation is everything that Step looks at.
type situation struct {
	o   Offer
	was wire.UpdateState
	r   Report
	t   Tally
}

// an outcome is what Step makes of it.
type outcome struct {
	is            wire.UpdateState
	made, install bool
}

// invariants each say what no step may do.
var invariants = []struct {
	name  string
	holds func(s situation, x outcome) bool
}{
	{"nothing of a stopped offer is given out", func(s situation, x outcome) bool { return !s.o.Stopped || !x.made }},
	{"no kiosk is offered what is not newer than what it runs", func(s situation, x outcome) bool { return !x.made || s.r.Runs == older }},
	{"no kiosk outside of the share is offered it", func(s situation, x outcome) bool { return !x.made || Turn(s.o.ID, name) < s.o.Share }},
	{"what is installed is offered, whole, and newer", func(s situation, x outcome) bool {
		return !x.install || x.made && s.r.State == wire.UpdateFetched && s.r.Runs == older
	}},
	{"who may install it is on trial", func(s situation, x outcome) bool { return !x.install || x.is == wire.UpdateTrial }},
	{"no more begin than the first and one for each that works", func(s situation, x outcome) bool {
		return !x.install || s.was == wire.UpdateTrial || s.t.Trial < s.o.First+s.t.Settled
	}},
	{"a kiosk whose answer was lost may go on", func(s situation, x outcome) bool {
		return !(s.was == wire.UpdateTrial && x.made && s.r.State == wire.UpdateFetched) || x.install
	}},
	{"an offer that was refused or failed is not made again", func(s situation, x outcome) bool {
		return !x.made || s.was != wire.UpdateRefused && s.was != wire.UpdateFailed && s.r.State != wire.UpdateRefused && s.r.State != wire.UpdateFailed
	}},
	{"what failed is forgotten for no word but good", func(s situation, x outcome) bool {
		return s.was != wire.UpdateFailed && s.was != wire.UpdateRefused || x.is == s.was || x.is == wire.UpdateGood && s.r.State == wire.UpdateGood
	}},
	{"good is who says so and runs it, or was", func(s situation, x outcome) bool {
		return x.is != wire.UpdateGood || s.was == wire.UpdateGood || s.r.State == wire.UpdateGood && s.r.Runs == offered
	}},
	{"who was to install it, runs the old one and knows nothing has failed", func(s situation, x outcome) bool {
		return !(s.was == wire.UpdateTrial && s.r.State == wire.UpdateNone && s.r.Runs != offered) || x.is == wire.UpdateFailed
	}},
	{"whose turn it is gets it", func(s situation, x outcome) bool {
		fresh := s.was <= wire.UpdateFetched && s.r.State <= wire.UpdateFetched
		return s.o.Stopped || !fresh || s.r.Runs != older || Turn(s.o.ID, name) >= s.o.Share || x.made
	}},
}

// each runs f for every situation of a small world.
func each(f func(s situation)) (n int) {
	o := Offer{ID: wire.ID{1}, Version: offered}
	for _, o.Stopped = range []bool{false, true} {
		for _, o.Share = range []int{0, Turn(o.ID, name), Turn(o.ID, name) + 1, Of} {
			for _, o.First = range []int{0, 1, 2} {
				for _, was := range states {
					for _, says := range states {
						for _, runs := range []string{older, offered, newer} {
							for trial := range 4 {
								for settled := range 3 {
									f(situation{o, was, Report{runs, says}, Tally{Trial: trial, Good: 2, Settled: settled}})
									n++
								}
							}
						}
					}
				}
			}
		}
	}
	return n
}

func TestEveryStepOfARolloutKeepsItsBounds(t *testing.T) {
	failed := map[string]int{}
	n := each(func(s situation) {
		is, made, install := Step(s.o, name, s.was, s.r, s.t)
		for _, i := range invariants {
			if !i.holds(s, outcome{is, made, install}) {
				if failed[i.name]++; failed[i.name] == 1 {
					t.Errorf("%+v becomes %s, made %v, install %v\nbroken: %s", s, is, made, install, i.name)
				}
			}
		}
	})
	if n != 2*4*3*7*7*3*4*3 {
		t.Errorf("%d situations", n)
	}
}

func TestARolloutStopsWhereMoreThanItsLimitFailed(t *testing.T) {
	for _, limit := range []int{0, 10, 50, 100} {
		for good := range 60 {
			for failed := range 6 {
				for silent := range 4 {
					for refused := range 3 {
						bad := failed + silent + refused
						want := bad >= Least && float64(bad)/float64(max(1, bad+good)) > float64(limit)/100
						if got := Stop(Offer{Limit: limit}, Tally{Trial: 7 + silent, Good: good, Failed: failed, Silent: silent, Refused: refused}); got != want {
							t.Errorf("limit %d, good %d, failed %d, silent %d, refused %d: stops %v", limit, good, failed, silent, refused, got)
						}
					}
				}
			}
		}
	}
}

func TestALargerShareHasAllKiosksOfASmaller(t *testing.T) {
	in := [3]int{}
	first := map[string]bool{}
	for n := range 33_000 {
		name := fmt.Sprintf("kiosk-%05d", n)
		turn := Turn(wire.ID{1}, name)
		if turn < 0 || turn >= Of {
			t.Fatalf("%s has turn %d", name, turn)
		}
		for i, share := range []int{100, 1000, 5000} {
			if turn < share {
				in[i]++
			}
		}
		first[name] = turn < 100
	}
	for i, want := range []int{330, 3300, 16500} {
		if in[i] < want*8/10 || in[i] > want*12/10 {
			t.Errorf("%d kiosks where about %d belong", in[i], want)
		}
	}
	again := 0
	for name, was := range first {
		if was && Turn(wire.ID{2}, name) < 100 {
			again++
		}
	}
	if again > 20 {
		t.Errorf("%d kiosks are among the first hundredth of two offers", again)
	}
}
