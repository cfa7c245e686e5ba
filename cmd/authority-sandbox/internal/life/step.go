package life

// Policy is what an authority may decide one way or the other.
type Policy struct {
	Final     [Software]bool // a hold on this kind of carrier is not lifted
	AtIssue   bool           // the old phone ends when the new pair is issued; otherwise when it is activated
	EndAtOnce bool           // the pair of a withdrawn batch is revoked at once; otherwise it is held first
}

// DefaultPolicy lifts the holds of phones and not those of cards (the real authority's
// practice statement, 4.9.9).
var DefaultPolicy = Policy{Final: [Software]bool{Card: true}}

// Event is something that happens.
type Event struct {
	Op       Op
	By       Proof
	Kind     Carrier // Apply: Android or IPhone
	Attested bool    // Apply: both keys are in a secure element of a good batch
	Keys     bool    // Activate: both keys of the phone have signed
	Next     bool    // WithdrawBatch: it is about the phone being set up
}

// Step is what becomes of a person's certificates. It is total: a refusal changes
// nothing, and what it answers otherwise has to happen in one transaction.
func (p Policy) Step(s Person, e Event) (Person, []Change, Refusal) {
	if !May(e.Op, e.By) {
		return s, nil, NotTheirs
	}
	if slot, ok := e.By.Slot(); ok && s.At(slot).State != Good {
		return s, nil, ProofNotGood
	}
	if s.Gone && e.By == Counter {
		return s, nil, NotInRegister
	}
	w := work{Policy: p, Person: s}
	if r := w.do(e); r != Allowed {
		return s, nil, r
	}
	return w.Person, w.changes, Allowed
}

// work is a step on its way.
type work struct {
	Policy
	Person
	changes []Change
}

func (w *work) do(e Event) Refusal {
	switch e.Op {
	case Reset:
		return w.reset()
	case Apply, Issue, Activate, Lapse:
		return w.setUp(e)
	case HoldPhone, ReleasePhone, GiveUpPhone, WithdrawBatch, EndBatch:
		return w.phone(e)
	case ChangeItems, NewSign, Renew, NewCard, LoseCard, LoseBoth, FindCard, ReturnCard:
		return w.card(e)
	case Die, Leave:
		w.endAll(NotNeeded)
		w.Gone = true
	case IssuePrivate, LearnPrivate, EndPrivate:
		return w.private(e)
	}
	return Allowed
}

// reset is of use only while both certificates of the card are good.
func (w *work) reset() Refusal {
	if w.Card.Sign.State != Good || w.Card.Auth.State != Good {
		return NoCard
	}
	return Allowed
}

// set changes one certificate.
func (w *work) set(slot Slot, to State, why Reason) {
	c := w.At(slot)
	w.changes = append(w.changes, Change{slot, c.State, to, why})
	*c = Cert{State: to, Stale: c.Stale && to != Revoked}
	if slot == CardSign && to == Revoked && w.Private.State == Good {
		w.Private.Stale = true
	}
}

// revoke ends a certificate that lives.
func (w *work) revoke(slot Slot, why Reason) {
	if w.At(slot).live() {
		w.set(slot, Revoked, why)
	}
}

func (w *work) hold(slots ...Slot) (held bool) {
	for _, s := range slots {
		if w.At(s).State == Good {
			w.set(s, Held, OnHold)
			held = true
		}
	}
	return held
}

func (w *work) release(slots ...Slot) {
	for _, s := range slots {
		if w.At(s).State == Held {
			w.set(s, Good, 0)
		}
	}
}

// handOver makes a certificate that is good at once, in the place of a dead one.
func (w *work) handOver(slot Slot) {
	*w.At(slot) = Cert{}
	w.set(slot, Issued, 0)
	w.set(slot, Good, 0)
}

// endPhone ends the phone in use.
func (w *work) endPhone(why Reason) {
	w.revoke(PhoneSign, why)
	w.revoke(PhoneAuth, why)
}

// drop ends what is being set up.
func (w *work) drop() {
	for _, s := range [...]Slot{NextSign, NextAuth} {
		switch w.At(s).State {
		case Applied:
			w.set(s, None, 0)
		case Issued:
			w.set(s, Revoked, BeforeUse)
		}
	}
	w.Next = Phone{}
}

// endCard ends the card's pair, and with it what was applied for by it.
func (w *work) endCard(why Reason) {
	w.revoke(CardSign, why)
	w.revoke(CardAuth, why)
	w.drop()
}

// endAll ends the card's pair and the phone's, which does not stand without a card.
func (w *work) endAll(why Reason) {
	w.endCard(why)
	w.endPhone(why)
}
