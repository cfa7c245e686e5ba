package life

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk/golden"
)

// events are all that can happen.
func events() (all []Event) {
	for o := range Ops {
		for by := range Proofs {
			e := Event{Op: Op(o), By: Proof(by)}
			switch {
			case !May(e.Op, e.By):
				all = append(all, e)
			case e.Op == Apply:
				for kind := range Software + 1 {
					all = append(all, Event{Op: e.Op, By: e.By, Kind: kind}, Event{Op: e.Op, By: e.By, Kind: kind, Attested: true})
				}
			case e.Op == Activate:
				all = append(all, e, Event{Op: e.Op, By: e.By, Keys: true})
			case e.Op == WithdrawBatch:
				all = append(all, e, Event{Op: e.Op, By: e.By, Next: true})
			default:
				all = append(all, e)
			}
		}
	}
	return all
}

// policies are all there are.
func policies() (all []Policy) {
	for bits := range 1 << 5 {
		b := func(i int) bool { return bits>>i&1 == 1 }
		all = append(all, Policy{Final: [Software]bool{Card: b(0), Android: b(1), IPhone: b(2)}, AtIssue: b(3), EndAtOnce: b(4)})
	}
	return all
}

// node is a reachable state, and how it was reached.
type node struct {
	s    Person
	from int
	by   Event
}

// walk is a breadth-first search from a person who has nothing.
type walk struct {
	nodes []node
	steps int
	fault string
	seen  map[string]int // by what a step did

	allowed [Ops]bool
	refused [Refusals]bool
}

func explore(p Policy, begin Person) *walk {
	k := &walk{nodes: []node{{s: begin, from: -1}}, seen: map[string]int{}}
	known := map[Person]bool{begin: true}
	all := events()
	for i := 0; i < len(k.nodes); i++ {
		for _, e := range all {
			t := &transition{p: p, s: k.nodes[i].s, e: e}
			t.n, t.cs, t.r = p.Step(t.s, e)
			k.steps++
			k.seen[did(t)]++
			k.allowed[e.Op] = k.allowed[e.Op] || t.r == Allowed
			k.refused[t.r] = true
			if name := broken(t); name != "" {
				k.fault = fmt.Sprintf("broken: %s\n%s%+v\n%+v\n%v\n%+v", name, k.tell(i), t.s, e, t.cs, t.n)
				return k
			}
			if !known[t.n] {
				known[t.n] = true
				k.nodes = append(k.nodes, node{t.n, i, e})
			}
		}
	}
	return k
}

// tell is the way to a node, one line a step.
func (k *walk) tell(i int) (text string) {
	for ; k.nodes[i].from >= 0; i = k.nodes[i].from {
		text = fmt.Sprintf("  %s, %s\n", k.nodes[i].by.Op, k.nodes[i].by.By) + text
	}
	return text
}

// did is a step without its person: the event, and the refusal or the changes. Proofs that are
// not enough for the event are told as one.
func did(t *transition) string {
	if t.r == NotTheirs {
		return fmt.Sprintf("%-14s by others: %s", t.e.Op, t.r.Error())
	}
	text := fmt.Sprintf("%-14s by %s:", t.e.Op, t.e.By)
	if t.r != Allowed {
		return text + " " + t.r.Error()
	}
	var list []string
	for _, c := range t.cs {
		line := fmt.Sprintf("%s %s→%s", c.Slot, c.From, c.To)
		if c.To == Held || c.To == Revoked {
			line += fmt.Sprintf(" (%d)", c.Reason)
		}
		list = append(list, line)
	}
	return text + " " + strings.Join(list, ", ")
}

func TestEveryReachableStateKeepsEveryInvariant(t *testing.T) {
	var text bytes.Buffer
	did := map[string]int{}
	var allowed [Ops]bool
	var refused [Refusals]bool
	for _, p := range policies() {
		k := explore(p, Person{})
		if k.fault != "" {
			t.Fatalf("under %+v\n%s", p, k.fault)
		}
		fmt.Fprintf(&text, "final %v, at issue %v, end at once %v: %d states, %d steps\n", p.Final, p.AtIssue, p.EndAtOnce, len(k.nodes), k.steps)
		if p == DefaultPolicy {
			did = k.seen
		}
		for o := range Ops {
			allowed[o] = allowed[o] || k.allowed[o]
		}
		for r := range Refusals {
			refused[r] = refused[r] || k.refused[r]
		}
	}
	for o, ok := range allowed {
		if !ok {
			t.Errorf("%s is never allowed", Op(o))
		}
	}
	for r, ok := range refused {
		if !ok {
			t.Errorf("never refused: %s", Refusal(r).Error())
		}
	}
	fmt.Fprintf(&text, "\nWhat steps did under the default policy, and how often:\n\n")
	for _, line := range slices.Sorted(maps.Keys(did)) {
		fmt.Fprintf(&text, "%7d  %s\n", did[line], line)
	}
	golden.Is(t, "testdata/walk.golden", text.Bytes())
}
