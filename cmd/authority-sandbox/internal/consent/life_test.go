package consent

import (
	"slices"
	"testing"
)

// moments are those around which anything changes, for a consent that came in at received.
func moments(c Consent, received int64) (all []int64) {
	for _, m := range []int64{received, c.From, c.Until + 1, DayAfter(received), DayAfter(c.From), DayAfter(c.Until)} {
		all = append(all, m-1, m, m+1)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestEveryWayOfAConsentKeepsEveryInvariant walks every order of up to three events at
// every moment that matters.
func TestEveryWayOfAConsentKeepsEveryInvariant(t *testing.T) {
	received := at(t, "2028-02-28 12:00:00")
	c := Give(Address|Name, received)
	all := moments(c, received)
	steps := 0
	met := map[Refusal]bool{}
	states := map[State]bool{}
	var walk func(c Consent, now int64, left int)
	walk = func(c Consent, now int64, left int) {
		seen := Pending
		for _, m := range all { // as time passes without an event
			s := c.State(m)
			states[s] = true
			if seen.Over() && s != seen {
				t.Fatalf("%+v: %s became %s", c, seen, s)
			}
			if s == Active && (m < c.From || m > c.Until || c.CancelledAt != 0 || c.EndsAt != 0 && m >= c.EndsAt) {
				t.Fatalf("%+v stands at %d", c, m)
			}
			if s == Pending && m >= c.From || s == Expired && m <= c.Until {
				t.Fatalf("%+v is %s at %d", c, s, m)
			}
			seen = s
		}
		if left == 0 {
			return
		}
		for _, m := range all {
			if m < now {
				continue
			}
			for _, e := range events(m, all) {
				n, r := c.Step(e)
				steps++
				met[r] = true
				was, is := c.State(m), n.State(m)
				switch {
				case r != Allowed && n != c:
					t.Fatalf("%+v, %+v: refused with a change", c, e)
				case r == Already && was != Cancelled, was == Cancelled && r != Already:
					t.Fatalf("%+v, %+v: %v", c, e, r)
				case was.Over() && r == Allowed:
					t.Fatalf("%+v, %+v: what is over changed", c, e)
				case r == Allowed && e.Op == Cancel && is != Cancelled, !was.Over() && e.Op == Cancel && r != Allowed:
					t.Fatalf("%+v, %+v: %v, and it is %s", c, e, r, is)
				case r == Allowed && e.Op == Close && (is != was || n.EndsAt <= m || c.EndsAt != 0 && n.EndsAt > c.EndsAt):
					t.Fatalf("%+v, %+v: a service ended at once, or later than was said", c, e)
				case n.From != c.From || n.Until != c.Until || n.Items != c.Items:
					t.Fatalf("%+v, %+v: what was agreed to changed", c, e)
				}
				walk(n, m, left-1)
			}
		}
	}
	walk(c, received, 3)
	sentences := map[string]bool{}
	for r := range met {
		sentences[r.Error()] = true
	}
	if len(sentences) != Refusals {
		t.Errorf("refusals met: %v", sentences)
	}
	names := map[string]bool{}
	for s := range states {
		names[s.String()] = true
	}
	if len(names) != States {
		t.Errorf("states met: %v", names)
	}
	t.Logf("%d steps", steps)
}

func events(m int64, days []int64) (all []Event) {
	all = append(all, Event{Op: Cancel, At: m})
	for _, d := range days {
		all = append(all, Event{Op: Close, At: m, Day: d})
	}
	return all
}

// TestWithdrawnIsWithdrawnByAClockThatIsBehind: another process may have noted it by a
// clock that is ahead.
func TestWithdrawnIsWithdrawnByAClockThatIsBehind(t *testing.T) {
	c := Give(AllItems, at(t, "2026-11-26 12:00:00"))
	c, r := c.Step(Event{Op: Cancel, At: c.From + 60})
	if r != Allowed || c.State(c.From+1) != Cancelled {
		t.Errorf("%v, %s", r, c.State(c.From+1))
	}
}

func TestItemsAreNamedInTheirOrder(t *testing.T) {
	if got := (Sex | Name).Names(); !slices.Equal(got, []string{"name", "sex"}) {
		t.Error(got)
	}
	for i := range 256 {
		if Items(i).Valid() != (i > 0 && i < 16) {
			t.Errorf("%08b: %v", i, Items(i).Valid())
		}
	}
}
