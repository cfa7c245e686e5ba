package consent

import (
	"bytes"
	"fmt"
	"testing"

	"multicopy.example/kiosk/golden"
)

// inquiries are all there are.
func inquiries(do func(Inquiry)) {
	flags := []bool{false, true}
	for platform := range Standings {
		for provider := range Standings {
			for request := range Requests {
				for state := range States {
					for newest := range Newests {
						for bits := range 1 << 4 {
							b := func(i int) bool { return flags[bits>>i&1] }
							for agreed := Name; agreed <= AllItems; agreed++ {
								for changed := range AllItems + 1 {
									do(Inquiry{Standing(platform), Standing(provider), b(0), Request(request), b(1), b(2), State(state), agreed, b(3), Newest(newest), changed})
								}
							}
						}
					}
				}
			}
		}
	}
}

type invariant struct {
	name  string
	holds func(Inquiry, Answer) bool
}

// The invariants of one answer. Each has a name, because every hand-made mistake in
// cmd/proving/mutants says which of them kills it.
var invariants = []invariant{
	{"items are given of a consent that stands, to those it was given to, who are good", func(q Inquiry, a Answer) bool {
		return a.Decision != Given || q.Found && q.State == Active && q.Related && q.Platform == Good && q.Provider == Good
	}},
	{"items are given of a person in the register whose newest certificate is good", func(q Inquiry, a Answer) bool {
		return a.Decision != Given || q.Registered && q.Newest == NewestIs
	}},
	{"nothing is given that was not agreed to", func(_ Inquiry, a Answer) bool {
		return a.Decision == Given == (a.Items != 0) && a.Items&^AllItems == 0
	}},
	{"all that was agreed to is given, once an item of it has changed", func(q Inquiry, a Answer) bool {
		return a.Decision != Given || a.Items == q.Agreed && q.Agreed&q.Changed != 0
	}},
	{"a change of what was not agreed to is told as none", func(q Inquiry, a Answer) bool {
		other := q
		other.Changed &= other.Agreed
		return other.Decide() == a
	}},
	{"a stranger's answer does not depend on the person", func(q Inquiry, a Answer) bool {
		if q.Found {
			return true
		}
		other := q
		other.Registered, other.Newest, other.Changed, other.State, other.Agreed = false, NoNewest, 0, Pending, Name
		return other.Decide() == a
	}},
	{"of a consent that does not stand nothing is told but that", func(q Inquiry, a Answer) bool {
		if q.State == Active {
			return true
		}
		other := q
		other.Registered, other.Newest, other.Changed, other.Agreed = false, NoNewest, 0, Name
		return other.Decide() == a
	}},
	{"dead, departed, held and revoked are told as one word", func(q Inquiry, a Answer) bool {
		if q.Registered && q.Newest == NewestIs {
			return a.Decision != NothingYet
		}
		return a.Decision <= NothingYet
	}},
	{"the fee is for what is given, the first time", func(q Inquiry, a Answer) bool {
		return a.Fee == (a.Decision == Given && q.Request == New)
	}},
	{"a repeated request is answered as it is now, and is no new one for the quota", func(q Inquiry, a Answer) bool {
		if q.Request != Repeated {
			return true
		}
		first := q
		first.Request, first.OverQuota = New, false
		want := first.Decide()
		want.Fee = false
		return a == want
	}},
	{"who has no business here is told nothing else", func(q Inquiry, a Answer) bool {
		no := q.Platform == Unknown || q.Provider == Unknown || !q.Related
		return no == (a.Decision == Forbidden)
	}},
	{"a request id that had other bytes is never answered", func(q Inquiry, a Answer) bool {
		return q.Request != Reused || a.Decision <= OtherBytes
	}},
	{"behind the quota no new question is answered", func(q Inquiry, a Answer) bool {
		return !q.OverQuota || q.Request != New || a.Decision <= Busy
	}},
	{"busy is told behind the quota alone", func(q Inquiry, a Answer) bool { return a.Decision != Busy || q.OverQuota }},
	{"a suspended bank is told so", func(q Inquiry, a Answer) bool {
		return (a.Decision == IsSuspended) == (a.Decision != Forbidden && (q.Platform == Suspended || q.Provider == Suspended))
	}},
}

func TestEveryInquiryHasOneAnswerThatKeepsEveryInvariant(t *testing.T) {
	var counts [Decisions]int
	n := 0
	inquiries(func(q Inquiry) {
		a := q.Decide()
		n++
		counts[a.Decision]++
		for _, i := range invariants {
			if !i.holds(q, a) {
				t.Fatalf("broken: %s\n%+v\n%+v", i.name, q, a)
			}
		}
	})
	var text bytes.Buffer
	fmt.Fprintf(&text, "%d inquiries, %d invariants\n\n", n, len(invariants))
	for d, c := range counts {
		fmt.Fprintf(&text, "%7d  %s\n", c, Decision(d))
	}
	golden.Is(t, "testdata/decide.golden", text.Bytes())
}

func TestWordsOfDecisionsAreTold(t *testing.T) {
	seen := map[string]bool{}
	for d := range Decisions {
		seen[Decision(d).String()] = true
	}
	if len(seen) != Decisions || seen[""] {
		t.Error(seen)
	}
}

func TestQuotaFollowsTheRevocationsThatWereSeen(t *testing.T) {
	for _, c := range []struct{ revocations, consents, want int }{
		{0, 0, 1}, {0, 99, 1}, {0, 1000, 10}, {1, 1000, 13}, {500, 30_000_000, 301_500},
	} {
		if got := Quota(c.revocations, c.consents); got != c.want {
			t.Errorf("%d revocations, %d consents: %d, want %d", c.revocations, c.consents, got, c.want)
		}
	}
}
