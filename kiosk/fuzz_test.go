package kiosk

import "testing"

// FuzzStep lets bytes be a kiosk's day, three an event, and holds every step
// against the invariants. Beside what the walk tries it posts replies that
// no request asked for, under the Op of the one that was made.
//
// With the first byte odd the day is one that ports can make, and all
// invariants hold. With it even anything goes; then only those hold that do
// not depend on who asked.
func FuzzStep(f *testing.F) {
	f.Fuzz(func(t *testing.T, day []byte) {
		if len(day) == 0 {
			return
		}
		possible := day[0]&1 == 1
		day = day[1:min(len(day), 3000)]
		s, fx := Start(shop)
		w := oracle{}.after(State{}, Event{}, s, fx)
		for len(day) >= 3 {
			var e Event
			e, day = eventFrom(s, w, day[0], day[1], day[2], possible), day[3:]
			n, fx := Step(s, e)
			k := &transition{s, w, e, n, fx, w.after(s, e, n, fx)}
			if possible {
				if name := broken(k); name != "" {
					t.Fatalf("%s in %s breaks: %s", eventText(e), describe(s), name)
				}
			} else if name := brokenAnyhow(k); name != "" {
				t.Fatalf("%s in %s breaks: %s", eventText(e), describe(s), name)
			}
			s, w = n, k.x
			if possible { // a line the disk refuses, now and then
				s, w = refuseLine(t, k, day)
			}
			_ = Look(s)
		}
	})
}

// refuseLine cuts the step at its first line where the next byte says so.
func refuseLine(t *testing.T, k *transition, day []byte) (State, oracle) {
	for i, f := range k.fx {
		if f.Do != DoRecord || len(day) == 0 || day[0]%16 != 15 {
			continue
		}
		cut := k.w.after(k.s, k.e, k.n, k.fx[:i])
		cut.lost = true
		e := Event{Kind: LedgerLost}
		n, fx := Step(k.n, e)
		l := &transition{k.n, cut, e, n, fx, cut.after(k.n, e, n, fx)}
		if name := broken(l); name != "" {
			t.Fatalf("line %d of %s in %s lost, breaks: %s", i, eventText(k.e), describe(k.s), name)
		}
		return n, l.x
	}
	return k.n, k.x
}

// anEvent is the event that three bytes stand for: of what may happen now, in
// half of the cases an awaited answer.
func eventFrom(s State, w oracle, a, b, c byte, possible bool) Event {
	k := Kind(a>>1) % kindCount
	if may := answers[w.pending]; a&1 == 1 && len(may) > 0 {
		k = may[int(a>>1)%len(may)]
	}
	if k == LedgerLost && possible {
		k = NoEvent // comes with a line that is refused, see refuseLine
	}
	e := Event{Kind: NoEvent}
	if of := alphabet[k]; len(of) > 0 {
		e = of[(int(b)|int(c)<<8)%len(of)]
	} else {
		e.Kind = k
	}
	e.Place, e.Timer, e.Op = s.Place, s.Timer, s.Op
	if e.reply() && possible && !answersTo(w.pending, k) || c == 7 {
		e.Op--
	}
	return e
}

// anyhow are the invariants that hold whatever is posted, in whatever order,
// by any caller: Step's own promises, apart from what the ports do.
var anyhow = map[string]bool{
	"an irreversible effect stands right behind its record":                        true,
	"a secret leaves Live only with its wipe":                                      true,
	"home holds nothing":                                                           true,
	"a stale reply changes nothing":                                                true,
	"a touch on another screen changes nothing":                                    true,
	"a turned page begins the clock anew, moves the cap, and changes nothing else": true,
	"an overtaken timer changes nothing":                                           true,
	"the last try is never spent unannounced":                                      true,
	"no try is spent unasked":                                                      true,
	"a try needs a good entry":                                                     true,
	"at most one ask, the last effect, with the state's Op":                        true,
	"Op grows with every move and every ask":                                       true,
	"the outcome is on disk before the authority hears it":                         true,
	"counters stay inside their bounds":                                            true,
	"a visit knows its flow":                                                       true,
	"a visit that is over ends":                                                    true,
	"the page of languages changes the language and nothing else":                  true,
	"only a language of this machine is spoken":                                    true,
	"the page of languages stands where it can be opened":                          true,
	"the next resident finds nothing of the last":                                  true,
}

func brokenAnyhow(t *transition) string {
	for _, i := range invariants {
		if anyhow[i.name] && !i.holds(t) {
			return i.name
		}
	}
	return ""
}

// A misspelled name would quietly take an invariant out of the fuzzing.
func TestFuzzKnowsItsInvariants(t *testing.T) {
	known := map[string]bool{}
	for _, i := range invariants {
		known[i.name] = true
	}
	for name := range anyhow {
		if !known[name] {
			t.Errorf("no invariant is called %q", name)
		}
	}
}
