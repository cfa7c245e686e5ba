package life

// card is what happens at a counter, or by a call, about the card.
func (w *work) card(e Event) Refusal {
	switch e.Op {
	case ChangeItems:
		w.changeItems()
		return Allowed
	case NewSign:
		return w.newSign()
	case Renew:
		return w.renew()
	case NewCard:
		w.endAll(NotNeeded)
		w.newPair()
		return Allowed
	case FindCard:
		return w.findCard()
	case LoseBoth:
		return w.loseBoth()
	}
	switch {
	case !w.Card.Live():
		return NoCard
	case e.Op == ReturnCard:
		w.endAll(NotNeeded)
	case !w.hold(CardSign, CardAuth):
		return AlreadyHeld
	}
	return Allowed
}

// changeItems: both signing certificates say what is not so any more, and an application
// was signed by one of them.
func (w *work) changeItems() {
	for _, s := range [...]Slot{CardSign, PhoneSign} {
		w.At(s).Stale = w.At(s).live()
	}
	w.revoke(CardSign, ItemsChanged)
	w.revoke(PhoneSign, ItemsChanged)
	w.drop()
}

// newSign is for a card that has lost its signing certificate. The phone's stays dead until
// it is applied for again.
func (w *work) newSign() Refusal {
	switch {
	case w.Card.Auth.State == Held:
		return CardIsHeld
	case w.Card.Auth.State != Good:
		return NoCard
	case w.Card.Sign.live():
		return SignLives
	}
	w.handOver(CardSign)
	return Allowed
}

// renew is also how it goes on where a hold is final: the holder is at the counter, with
// the card.
func (w *work) renew() Refusal {
	if !w.Card.Auth.live() {
		return NoCard
	}
	w.endAll(Superseded)
	w.newPair()
	return Allowed
}

// newPair puts a pair on the card that is not the one that a phone was applied for with.
func (w *work) newPair() {
	w.Phone.Astray, w.Next.Astray = w.Phone.Live(), w.Next.pending()
	w.handOver(CardSign)
	w.handOver(CardAuth)
}

func (w *work) findCard() Refusal {
	switch {
	case w.Card.isNot(Held):
		return NotHeld
	case w.Final[Card]:
		return HoldIsFinal
	}
	w.release(CardSign, CardAuth)
	return Allowed
}

// loseBoth is one call for both; a caller who has lost one of them alone already is
// not sent away.
func (w *work) loseBoth() Refusal {
	card, phone := w.hold(CardSign, CardAuth), w.hold(PhoneSign, PhoneAuth)
	switch {
	case card || phone:
		return Allowed
	case w.Card.Live() || w.Phone.Live():
		return AlreadyHeld
	}
	return NoCard
}
