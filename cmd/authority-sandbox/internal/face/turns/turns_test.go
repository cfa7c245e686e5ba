package turns

import (
	"errors"
	"math"
	"testing"
)

// frame is what See gets.
type frame struct {
	way  Way
	same bool
}

// frames are all there are.
var frames = []frame{{Between, true}, {Ahead, true}, {Left, true}, {Right, true}, {Between, false}, {Ahead, false}, {Left, false}, {Right, false}}

// reach walks every state that the frames lead to and looks at each step of it.
func reach(from Course, with []frame, look func(before, after Course, f frame)) map[Course]int {
	seen := map[Course]int{from: 0} // by the fewest frames that lead there
	for queue := []Course{from}; len(queue) > 0; queue = queue[1:] {
		for _, f := range with {
			next := queue[0].See(f.way, f.same)
			look(queue[0], next, f)
			if _, known := seen[next]; !known {
				seen[next] = seen[queue[0]] + 1
				queue = append(queue, next)
			}
		}
	}
	return seen
}

func courses() (all []Course) {
	for _, first := range []Way{Left, Right} {
		for _, second := range []Way{Left, Right} {
			all = append(all, New(first, second))
		}
	}
	return all
}

func TestEveryCourseKeepsItsRules(t *testing.T) {
	states := 0
	for _, c := range courses() {
		seen := reach(c, frames, func(before, after Course, f frame) {
			rule := func(holds bool, says string) {
				if !holds {
					t.Fatalf("%s: %+v, %+v, then %+v", says, before, f, after)
				}
			}
			if before.Over() {
				rule(after == before && before.Wanted() == Between, "a course that is over changes")
				return
			}
			rule(f.same || errors.Is(after.Err, ErrAnother), "another person goes on")
			rule(after.Step == before.Step || after.Step == before.Step+1 && f.way == before.Wanted() && before.Row == 1, "a step is done by less than two frames behind each other")
			rule(after.Row == 0 || after.Err != nil || f.way == before.Wanted(), "another way counts")
			rule(!errors.Is(after.Err, ErrWrong) || before.Against == 1 && before.Wanted() != Ahead && f.way != before.Wanted() && f.way >= Left, "one frame, or none the other way, is wrong")
			rule(before.Against == 0 || f.way < Left || f.way == before.Wanted() || !f.same || errors.Is(after.Err, ErrWrong), "turned the other way twice, and nothing is said")
			rule(after.Frames <= most && (after.Frames < most || after.Over()), "a course without an end")
			rule(!after.Done() || after.Err == nil && after.Step == 5, "done with a mistake")
		})
		least, ended := most, map[error]bool{}
		for s, n := range seen {
			if s.Done() {
				least = min(least, n)
			}
			ended[s.Err] = true
		}
		if least != 10 || len(ended) != 4 {
			t.Errorf("%v: done in %d frames at least, ends %v", c.Steps, least, ended)
		}
		states += len(seen)
	}
	t.Logf("%d states", states)
	if states < 3000 {
		t.Errorf("only %d states", states)
	}
}

// A person who stands still, or cannot turn one of the ways that were drawn, is not done,
// however long: a photo looks to one side.
func TestNoCourseIsDoneWithoutEachTurn(t *testing.T) {
	for _, c := range courses() {
		for _, lacks := range c.Steps {
			var some []frame
			for _, f := range frames {
				if f.way != lacks {
					some = append(some, f)
				}
			}
			for s := range reach(c, some, func(Course, Course, frame) {}) {
				if s.Done() {
					t.Errorf("%v is done without way %d", c.Steps, lacks)
				}
			}
		}
	}
	var zero Course
	if zero.Done() || !zero.Over() || zero.See(Ahead, true) != zero {
		t.Error("no course is done")
	}
}

func TestWayOfATurn(t *testing.T) {
	for turn, want := range map[float64]Way{0: Ahead, 0.06: Ahead, -0.06: Ahead, 0.07: Between, -0.11: Between, 0.12: Left, 3: Left, -0.12: Right, math.Inf(-1): Right} {
		if got := WayOf(turn); got != want {
			t.Errorf("%g: %d, want %d", turn, got, want)
		}
	}
	if WayOf(math.NaN()) != Between {
		t.Error("no number is a way")
	}
}
