package life

// transition is one step, and what came of it.
type transition struct {
	p  Policy
	s  Person
	e  Event
	n  Person
	cs []Change
	r  Refusal
}

func (t *transition) every(holds func(c Change) bool) bool {
	for _, c := range t.cs {
		if !holds(c) {
			return false
		}
	}
	return true
}

// follows are the steps of a life.
var follows = map[State][]State{None: {Applied, Issued}, Applied: {None, Issued}, Issued: {Good, Revoked}, Good: {Held, Revoked}, Held: {Good, Revoked}}

func (c Change) follows() bool {
	for _, to := range follows[c.From] {
		if to == c.To {
			return true
		}
	}
	return false
}

// replay is the changes carried out one after the other, without Step.
type replay struct {
	is   [Slots]State
	sane bool // each change began where the one before it ended
	lost bool // a phone in use was living when another took its place
}

// replay: a new certificate takes the place of one that is dead. What was activated is the
// phone in use then, and what was being set up and has ended is gone.
func (t *transition) replay() (r replay) {
	r.sane = t.r == Allowed || len(t.cs) == 0
	for s := range Slots {
		r.is[s] = t.s.At(Slot(s)).State
	}
	for _, c := range t.cs {
		if c.From == None && r.is[c.Slot] == Revoked {
			r.is[c.Slot] = None
		}
		r.sane = r.sane && r.is[c.Slot] == c.From
		r.is[c.Slot] = c.To
	}
	if r.is[NextSign] == Good {
		r.lost = Cert{State: r.is[PhoneSign]}.live() || Cert{State: r.is[PhoneAuth]}.live()
		r.is[PhoneSign], r.is[PhoneAuth], r.is[NextSign], r.is[NextAuth] = r.is[NextSign], r.is[NextAuth], None, None
	}
	for _, s := range [...]Slot{NextSign, NextAuth} {
		if r.is[s] == Revoked {
			r.is[s] = None
		}
	}
	return r
}

type invariant struct {
	name  string
	holds func(t *transition) bool
}

// The invariants. Each has a name, because every hand-made mistake in
// cmd/proving/mutants says which of them kills it.
var invariants = []invariant{
	{"the state is what its changes make of it, and a refusal makes none", func(t *transition) bool {
		r := t.replay()
		for s := range Slots {
			r.sane = r.sane && r.is[s] == t.n.At(Slot(s)).State
		}
		return r.sane && (t.r == Allowed || t.n == t.s)
	}},
	{"a change is a step of the life, and revoked is its end", func(t *transition) bool { return t.every(Change.follows) }},
	{"a proof counts while its certificate is good", func(t *transition) bool {
		own := map[Proof]Slot{CardPIN: CardAuth, CardPassword: CardSign, PhoneAuthKey: PhoneAuth, PhoneSignKey: PhoneSign, SoftwareKey: PrivateSign}
		slot, ok := own[t.e.By]
		return t.r != Allowed || !ok || t.s.At(slot).State == Good
	}},
	{"a private certificate reaches a weak log-in and nothing else", func(t *transition) bool {
		return t.e.By != SoftwareKey || t.r != Allowed || t.e.Op == LogIn && t.e.By.Weak() && len(t.cs) == 0
	}},
	{"nothing becomes good without the card's signing key or the counter", func(t *transition) bool {
		return t.every(func(c Change) bool { return c.To != Good || t.e.By == CardPassword || t.e.By == Counter })
	}},
	{"a phone's pair becomes good by both its keys too", func(t *transition) bool {
		return t.every(func(c Change) bool { return c.To != Good || c.Slot != NextSign && c.Slot != NextAuth || t.e.Keys })
	}},
	{"one phone's pair lives at most", func(t *transition) bool { return !t.n.Next.Live() && !t.replay().lost }},
	{"a hold ends as good by a release alone, and not where it is final or its batch is withdrawn", func(t *transition) bool {
		return t.every(func(c Change) bool {
			switch {
			case c.From != Held || c.To != Good:
				return true
			case c.Slot <= CardAuth:
				return t.e.Op == FindCard && !t.p.Final[Card]
			}
			return t.e.Op == ReleasePhone && !t.p.Final[t.s.Phone.Kind] && !t.s.Phone.Withdrawn
		})
	}},
	{"a signing certificate that lives says what the items are", func(t *transition) bool {
		return !(t.n.Card.Sign.live() && t.n.Card.Sign.Stale || t.n.Phone.Sign.live() && t.n.Phone.Sign.Stale)
	}},
	{"of who is gone nothing lives but a private certificate whose issuer has not heard of it", func(t *transition) bool {
		return !t.n.Gone || !t.n.Card.Live() && !t.n.Phone.Live() && !t.n.Next.pending() && (!t.n.Private.live() || t.n.Private.Stale)
	}},
	{"a phone's pair belongs to the living pair of the card", func(t *transition) bool {
		return !t.n.Phone.Live() || !t.n.Phone.Astray && t.n.Card.Auth.live()
	}},
	{"what is being set up was applied for with the living pair of the card", func(t *transition) bool {
		return !t.n.Next.pending() || t.n.Card.Sign.live() && !t.n.Next.Astray
	}},
	{"who can sign can log in", func(t *transition) bool {
		for _, p := range [...]Pair{t.n.Card, t.n.Phone.Pair} {
			if p.Sign.live() && p.Sign.State != p.Auth.State {
				return false
			}
		}
		return true
	}},
	{"what ends before use is destroyed, a hold is a hold, and every other reason is another", func(t *transition) bool {
		return t.every(func(c Change) bool {
			return c.To != Revoked && c.To != Held || (c.Reason == BeforeUse) == (c.From == Issued) && (c.Reason == OnHold) == (c.To == Held)
		})
	}},
	{"the phone in use stays until another works", func(t *transition) bool {
		setUp := t.e.Op == Apply || t.e.Op == Lapse || t.e.Op == Issue && !t.p.AtIssue || t.e.Op == WithdrawBatch && t.e.Next
		return !setUp || t.n.Phone == t.s.Phone
	}},
}

func broken(t *transition) string {
	for _, i := range invariants {
		if !i.holds(t) {
			return i.name
		}
	}
	return ""
}
