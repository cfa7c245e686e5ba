package life

// setUp is the way of a phone's pair until it is good.
func (w *work) setUp(e Event) Refusal {
	switch e.Op {
	case Apply:
		if !e.Attested || e.Kind != Android && e.Kind != IPhone {
			return Unattested
		}
		w.drop()
		w.Next.Kind = e.Kind
		w.set(NextSign, Applied, 0)
		w.set(NextAuth, Applied, 0)
	case Issue:
		return w.issue()
	case Activate:
		return w.activate(e)
	case Lapse:
		if !w.Next.pending() {
			return NothingApplied
		}
		w.drop()
	}
	return Allowed
}

func (w *work) issue() Refusal {
	switch {
	case w.Next.isNot(Applied):
		return NothingApplied
	case w.Card.Sign.State != Good:
		return CardIsHeld // a dead one has taken the application with it
	}
	if w.AtIssue {
		w.endPhone(Superseded)
	}
	w.set(NextSign, Issued, 0)
	w.set(NextAuth, Issued, 0)
	return Allowed
}

// activate: the card's signing key has signed, and both keys of the phone.
func (w *work) activate(e Event) Refusal {
	switch {
	case w.Next.isNot(Issued):
		return NothingIssued
	case !e.Keys:
		return KeysMissing
	}
	w.endPhone(Superseded)
	w.set(NextSign, Good, 0)
	w.set(NextAuth, Good, 0)
	w.Phone, w.Next = w.Next, Phone{}
	return Allowed
}

// phone is what happens to the phone in use.
func (w *work) phone(e Event) Refusal {
	if e.Op == WithdrawBatch && e.Next {
		if !w.Next.pending() {
			return NoPhone
		}
		w.drop()
		return Allowed
	}
	if !w.Phone.Live() {
		return NoPhone
	}
	switch e.Op {
	case HoldPhone:
		if !w.hold(PhoneSign, PhoneAuth) {
			return AlreadyHeld
		}
	case ReleasePhone:
		return w.releasePhone()
	case GiveUpPhone:
		w.endPhone(NotNeeded)
	case WithdrawBatch:
		return w.withdraw()
	case EndBatch:
		if !w.Phone.Withdrawn {
			return NotWithdrawn
		}
		w.endPhone(KeyLeaked)
	}
	return Allowed
}

func (w *work) withdraw() Refusal {
	switch {
	case w.Phone.Withdrawn:
		return BatchIsWithdrawn
	case w.EndAtOnce:
		w.endPhone(KeyLeaked)
	default:
		w.hold(PhoneSign, PhoneAuth)
	}
	w.Phone.Withdrawn = true
	return Allowed
}

func (w *work) releasePhone() Refusal {
	switch {
	case w.Phone.isNot(Held):
		return NotHeld
	case w.Phone.Withdrawn:
		return BatchIsWithdrawn
	case w.Final[w.Phone.Kind]:
		return HoldIsFinal
	}
	w.release(PhoneSign, PhoneAuth)
	return Allowed
}

// private is the life of a private certificate, which its issuer answers for.
func (w *work) private(e Event) Refusal {
	switch good := w.Private.State == Good; {
	case e.Op == IssuePrivate && good:
		return PrivateIsGood
	case e.Op == IssuePrivate:
		w.handOver(PrivateSign)
	case !good:
		return NoPrivate
	case e.Op == EndPrivate:
		w.revoke(PrivateSign, NotNeeded)
	case !w.Private.Stale:
		return NothingLearnt
	default:
		w.revoke(PrivateSign, ItemsChanged)
	}
	return Allowed
}
