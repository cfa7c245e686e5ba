package kiosk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// node is a reachable state with the oracle's account of it, and how it
// was reached.
type node struct {
	s    State
	w    oracle
	from int32
	by   Event
}

type key struct {
	s State
	w oracle
}

// walk is a breadth-first search of everything that can happen.
type walk struct {
	led   [Places][Places]bool // from clock to clock untouched, with a secret live
	nodes []node
	seen  map[key]int32
	steps int
	fault string // the first broken invariant
	story string // and the way there
}

// now is the Op that all walked states are brought to. Step reads Op only to
// compare it with an event's and to copy it into effects, so states that
// differ in nothing else are alike.
const now = 1000

// quotient brings a state to the one that stands for its class. Language,
// text size, colours, volume, darkness, one-time passwords left, what is known of earlier visits and
// extensions used are carried along and
// looked at nowhere, but for two places: the button that changes language,
// size, colours, volume or darkness, and ButtonStay, which is therefore tried with extensions left and with
// none left. What the authority wants beside the proof decides nothing any
// more once its answer is there; flow, act and counters decide nothing any more
// once the result is told. TestQuotientsAreSound proves all of it, on every
// reachable state.
//
// The values that stand for the others are not the ones a kiosk starts with:
// what the next resident must not find has to be there to be found.
func quotient(s State) State {
	s.Op, s.Lang, s.Size, s.Theme, s.Codes, s.Renewed = now, English, SizeLarge, ThemeContrastDark, 4, 1
	s.Volume, s.Dark = VolumeMost, true
	if s.Place >= Plan && s.Place <= Thanks {
		s.Earlier = EarlierDoubt
	}
	if s.Place > CodeAsked && s.Place <= Thanks {
		s.Factor = FactorReservation
	}
	if s.Place >= Telling && s.Place <= Thanks {
		s.Flow, s.Act, s.Tries, s.Misses, s.Grants = FlowU, Unlock, Tries{1, 2}, 1, 1
		s.Fresh, s.Over, s.Warned, s.Slips, s.Found, s.Rows, s.Row = true, false, true, 0, FoundGood, 2, 1
	}
	return s
}

// another is a state of the same class, as different as it can be.
func another(s State) State {
	s.Lang, s.Size, s.Theme, s.Codes, s.Renewed = Japanese, SizeNormal, shop.Theme, 0, MaxExtensions
	s.Volume, s.Dark = VolumeLeast, false
	if s.Place >= Plan && s.Place <= Thanks {
		s.Earlier = EarlierCertain
	}
	if s.Place > CodeAsked && s.Place <= Thanks {
		s.Factor = FactorCode
	}
	if s.Place >= Telling && s.Place <= Thanks {
		s.Flow, s.Act, s.Tries, s.Misses, s.Grants = FlowP, Reset, Tries{-1, 5}, 0, MaxGrants
		s.Fresh, s.Over, s.Warned, s.Slips, s.Found, s.Rows, s.Row = false, true, false, 1, FoundNothing, 0, 0
	}
	return s
}

// shop is the machine of the tests; its first theme is none that a zero value would have.
var shop = Shop{Offered: AllLangs, Theme: ThemeLowGlare, Speech: true, Volume: VolumeUsual - 1}

// explore walks everything reachable, or up to the first broken invariant. It
// takes the step without its guard, so that what the guard would stop is named
// by its invariant.
func explore(start State, fx []Effect) *walk {
	k := &walk{seen: make(map[key]int32, 1<<16), nodes: make([]node, 0, 1<<16)}
	k.reach(start, oracle{}.after(State{}, Event{}, start, fx), -1, Event{})
	for i := 0; i < len(k.nodes) && k.fault == ""; i++ {
		at := k.nodes[i]
		each(at.s, at.w, func(e Event) {
			if k.fault == "" {
				k.take(int32(i), at.s, at.w, e)
			}
			if k.fault == "" && e.Button == ButtonStay {
				none := at.s
				none.Renewed = MaxExtensions
				k.take(int32(i), none, at.w, e)
			}
		})
		if k.fault == "" {
			k.silence(int32(i))
		}
	}
	return k
}

func (k *walk) reach(s State, w oracle, from int32, by Event) {
	s = quotient(s)
	id := key{s, w}
	if _, ok := k.seen[id]; !ok {
		k.seen[id] = int32(len(k.nodes))
		k.nodes = append(k.nodes, node{s, w, from, by})
	}
}

// take is one step from a node, and for every line of it the disk that refuses
// that line: the effects before it happened, the ones after it did not, and
// LedgerLost is the next event.
func (k *walk) take(from int32, s State, w oracle, e Event) {
	n, fx := k.check(from, s, w, e, 0)
	for i, f := range fx {
		if f.Do != DoRecord || k.fault != "" {
			continue
		}
		cut := w.after(s, e, n, fx[:i])
		cut.lost = true
		k.check(from, n, cut, Event{Kind: LedgerLost}, i+1)
	}
}

func (k *walk) check(from int32, s State, w oracle, e Event, cut int) (State, []Effect) {
	k.steps++
	n, fx := s.handle(e)
	stale := e.reply() && e.Op != s.Op
	if n == s && len(fx) == 0 && (stale || !e.reply()) && e.Kind != LedgerLost {
		return n, fx // nothing happened
	}
	t := &transition{s, w, e, n, fx, w.after(s, e, n, fx)}
	name := broken(t)
	if name == "" { // the guard sees less; what it says no to would stop a kiosk
		name = breach(s, e, n, fx)
	}
	if name != "" && k.fault == "" {
		k.fault, k.story = name, k.tell(from)+line(cut, e, n, fx)+fmt.Sprintf("  %d nodes, oracle %+v then %+v\n", len(k.nodes), w, t.x)
		return n, fx
	}
	if n.Live != LiveNone && !e.hand() {
		k.led[s.Place.clock()][n.Place.clock()] = true
		if n.Place.SharesClock(s.Place) && n.Timer < s.Timer {
			k.fault, k.story = "a clock goes back untouched while a secret is held", k.tell(from)+line(cut, e, n, fx)
		}
	}
	k.reach(n, t.x, from, e)
	return n, fx
}

// longest is the longest silence from any state until no visit is left.
const longest = 300 * time.Second

// silence lets nothing happen but timers.
func (k *walk) silence(from int32) {
	at := k.nodes[from]
	s, total := at.s, time.Duration(0)
	var visited [Places]bool
	for !atRest(s) {
		if visited[s.Place] {
			k.fail("silence alone comes round", from, s)
			return
		}
		place := s.Place
		visited[place] = true
		for s.Place == place && !atRest(s) {
			after, ok := s.NextTimer()
			if !ok {
				k.fail("silence alone is stuck", from, s)
				return
			}
			next, _ := s.handle(Event{Kind: TimerFired, Timer: s.Timer})
			if next.Place != place {
				total += after
			} else if next.Timer <= s.Timer {
				k.fail("silence alone comes round", from, s)
				return
			}
			s = next
		}
	}
	if total > longest && k.nodes[from].s.Place != Staff { // whose ten minutes are its own
		k.fail(fmt.Sprintf("silence alone takes %v", total), from, s)
	}
	if s.Live != LiveNone || s.Intent != NoIntent {
		k.fail("silence leaves something held", from, s)
	}
}

// atRest reports whether no visit is left: home, or at TakeCard with the
// card still there.
func atRest(s State) bool {
	return s.Place <= Idle || s.Place == OutOfService || s.Place == TakeCard && s.Card
}

func (k *walk) fail(name string, from int32, s State) {
	if k.fault == "" {
		k.fault, k.story = name, k.tell(from)+"  ends in "+describe(s)+"\n"
	}
}

// tell is the way to a node, one line a step.
func (k *walk) tell(id int32) string {
	var lines []string
	for ; id >= 0 && k.nodes[id].from >= 0; id = k.nodes[id].from {
		at := k.nodes[id]
		lines = append(lines, line(0, at.by, at.s, nil))
	}
	var b strings.Builder
	for i := len(lines) - 1; i >= 0; i-- {
		b.WriteString(lines[i])
	}
	return b.String()
}

func line(cut int, e Event, n State, fx []Effect) string {
	lost := ""
	if cut > 0 {
		lost = fmt.Sprintf(" [line %d of the step before could not be kept]", cut)
	}
	return fmt.Sprintf("  %s → %s  %s%s\n", eventText(e), describe(n), effectsText(fx), lost)
}

func describe(s State) string {
	return fmt.Sprintf("%s %s/%s tries %s live %04b intent %d result %s message %s health %s card %v over %v grants %d slip %d",
		s.Place, s.Flow, s.Act, s.Tries, s.Live, s.Intent, s.Result, s.Message, s.Health, s.Card, s.Over, s.Grants, s.Slip)
}

// walked is Step's whole walk, made once.
var walked = func() func() (*walk, time.Duration) {
	var k *walk
	var took time.Duration
	return func() (*walk, time.Duration) {
		if k == nil {
			begin := time.Now()
			s, fx := Start(shop)
			k = explore(s, fx)

			took = time.Since(begin)
		}
		return k, took
	}
}()

func TestEveryReachableStateKeepsEveryInvariant(t *testing.T) {
	k, took := walked()
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
		t.Logf("%-14s %6d states", Place(p), n)
	}
	t.Logf("%d states, %d with the oracle's account, %d steps, %d invariants, %v",
		len(states), len(k.nodes), k.steps, len(invariants), took.Round(time.Millisecond))
}

// A change that makes Step look at one more field fails here: the walk would no
// longer see every state.
func TestQuotientsAreSound(t *testing.T) {
	k, _ := walked()
	for i, at := range k.nodes {
		each(at.s, at.w, func(e Event) {
			if t.Failed() {
				return
			}
			n, fx := Step(at.s, e)
			o, gx := Step(another(at.s), e)
			if e.Button != ButtonStay && (quotient(n) != quotient(o) || !slices.Equal(fx, gx)) {
				t.Errorf("after %s\n%s a state of the same class goes elsewhere: %s %s",
					eventText(e), k.tell(int32(i)), describe(o), effectsText(gx))
			}
			if e.Message == MsgNetwork {
				passedOn(t, at.s, e, n, fx)
			}
		})
	}
}

// passedOn proves that the words which the alphabet leaves out are only passed
// on: the step is the same, with the one word in place of the other.
func passedOn(t *testing.T, s State, e Event, n State, fx []Effect) {
	if s.Message == MsgNetwork || s.Health == MsgNetwork {
		return // it stands there already and is not the event's
	}
	for _, w := range Messages() {
		if slices.Contains(portMessages, w) || w == MsgStopped || w == MsgTimeout || w == MsgLooked { // no port returns the last three
			continue
		}
		want, wantFx := n, slices.Clone(fx)
		swap := func(at *Message) {
			if *at == MsgNetwork {
				*at = w
			}
		}
		swap(&want.Message)
		swap(&want.Health)
		for i := range wantFx {
			swap(&wantFx[i].Entry.Message)
		}
		e.Message = w
		if got, gotFx := Step(s, e); got != want || !slices.Equal(gotFx, wantFx) {
			t.Errorf("%s in %s is more than passed on", w, describe(s))
		}
	}
}
