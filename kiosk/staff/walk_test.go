package staff

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

type key struct {
	s State
	w oracle
}

// node is a reachable state with the oracle's account of it, and how it was reached.
type node struct {
	key
	from int32
	by   Event
}

// walk is a breadth-first search of everything that can happen.
type walk struct {
	nodes []node
	seen  map[key]int32
	steps int
	fault string
	story string
	took  time.Duration
}

// now is the Op that all walked states are brought to: Step only compares and copies it.
const now = 1000

func explore() *walk {
	begin := time.Now()
	k := &walk{seen: map[key]int32{}}
	defer func() { k.took = time.Since(begin) }()
	k.reach(State{Op: now}, oracle{}, -1, Event{})
	for i := 0; i < len(k.nodes) && k.fault == ""; i++ {
		at := k.nodes[i]
		each(at.s, func(e Event) {
			if k.fault == "" {
				k.take(int32(i), at.s, at.w, e)
			}
		})
	}
	return k
}

func (k *walk) reach(s State, w oracle, from int32, by Event) {
	s.Op = now
	id := key{s, w}
	if _, ok := k.seen[id]; !ok {
		k.seen[id] = int32(len(k.nodes))
		k.nodes = append(k.nodes, node{id, from, by})
	}
}

// take is one step from a node, and for every record and count of it the disk that
// refuses: the effects before it happened, those behind it did not.
func (k *walk) take(from int32, s State, w oracle, e Event) {
	n, fx := k.check(from, s, w, e)
	for i, f := range fx {
		if k.fault != "" {
			return
		}
		cut := w.after(s, e, n, fx[:i])
		cut.pending, cut.lost = 0, true
		switch f.Do {
		case DoRecord:
			k.check(from, n, cut, Event{Kind: RecordLost})
		case DoCount:
			for _, why := range []Note{NoteWait, NoteNoCodes, NoteNoCount} {
				k.check(from, n, cut, Event{Kind: CountRefused, Note: why})
			}
		}
	}
}

func (k *walk) check(from int32, s State, w oracle, e Event) (State, []Effect) {
	k.steps++
	n, fx := s.handle(e)
	t := &transition{s, w, e, n, fx, w.after(s, e, n, fx)}
	name := broken(t)
	if name == "" { // the guard sees less; what it says no to would stop a kiosk
		name = breach(s, e, n, fx)
	}
	if name != "" && k.fault == "" {
		k.fault, k.story = name, k.tell(from)+line1(e, n, fx)+fmt.Sprintf("  before %+v, oracle %+v then %+v\n", s, w, t.x)
		return n, fx
	}
	k.reach(n, t.x, from, e)
	return n, fx
}

// tell is the way to a node, one line a step.
func (k *walk) tell(id int32) string {
	var lines []string
	for ; id >= 0 && k.nodes[id].from >= 0; id = k.nodes[id].from {
		lines = append(lines, line1(k.nodes[id].by, k.nodes[id].s, nil))
	}
	var b strings.Builder
	for i := len(lines) - 1; i >= 0; i-- {
		b.WriteString(lines[i])
	}
	return b.String()
}

func line1(e Event, n State, fx []Effect) string {
	return fmt.Sprintf("  %s → %s  %s\n", eventText(e), describe(n), effectsText(fx))
}

var walked = sync.OnceValue(explore)

func TestEveryReachableStateKeepsEveryInvariant(t *testing.T) {
	k := walked()
	if k.fault != "" {
		t.Fatalf("broken: %s\n%s", k.fault, k.story)
	}
	var census [Places]int
	states := map[State]bool{}
	for _, n := range k.nodes {
		if !states[n.s] {
			states[n.s] = true
			census[n.s.Place]++
		}
	}
	for p, n := range census {
		if n == 0 {
			t.Errorf("%s is never reached", Place(p))
		}
		t.Logf("%-20s %6d states", Place(p), n)
	}
	t.Logf("%d states, %d with the oracle's account, %d steps, %d invariants, %v",
		len(states), len(k.nodes), k.steps, len(invariants), k.took.Round(time.Millisecond))
}
