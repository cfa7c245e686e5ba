package domain

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// A holding is what a person has: as life.Step sees it, and the rows behind it.
type holding struct {
	who   store.Person
	is    life.Person
	certs [life.Slots]*store.Cert // nil: none
	card  store.ID                // the carrier
	phone store.Carrier           // in use, or used last
	next  store.Carrier           // of what is being set up

	private store.ID // of the private certificate
}

// holding reads a person and locks the rows that decide: first the person's, then those of
// the cards, so that no visit goes on with a certificate that is being ended.
func (c *call) holding(name string) (h *holding, err error) {
	h = &holding{}
	if h.who, err = c.PersonNamed(name); errors.Is(err, store.ErrNone) {
		return nil, ErrApp{Text: fmt.Sprintf("there is no resident %q", name)}
	}
	if err != nil {
		return nil, err
	}
	carriers, err := c.CarriersOf(h.who.ID)
	if err != nil {
		return nil, err
	}
	all, err := c.CertsOf(h.who.ID, true)
	if err != nil {
		return nil, err
	}
	for _, cert := range all {
		if cert.Kind != life.Auth || cert.DER == nil {
			continue
		}
		if _, err := c.CardByUser(sha256.Sum256(cert.DER)); err != nil && !errors.Is(err, store.ErrNone) {
			return nil, err
		}
	}
	current, err := c.CertsOf(h.who.ID, false)
	if err != nil {
		return nil, err
	}
	h.is.Gone = h.who.Gone != 0
	for _, carrier := range carriers {
		h.put(carrier, current)
	}
	h.relate(all)
	return h, nil
}

// put fills the slots of a carrier.
func (h *holding) put(carrier store.Carrier, current []store.Cert) {
	var on [2]*store.Cert // by kind
	pending := carrier.Until != 0
	used := carrier.Kind == life.Card
	for _, c := range current {
		if c.Carrier == carrier.ID {
			on[c.Kind] = &c
			pending = pending || c.State == life.Issued
			used = used || c.State != life.Revoked || c.Reason != life.BeforeUse
		}
	}
	if !used && !pending { // an application that has ended
		return
	}
	auth, sign, ok := h.slots(carrier, pending)
	if !ok {
		return
	}
	for kind, slot := range [...]life.Slot{life.Auth: auth, life.Sign: sign} {
		h.certs[slot], *h.is.At(slot) = on[kind], life.Cert{}
		switch {
		case on[kind] != nil:
			h.is.At(slot).State = on[kind].State
		case pending:
			h.is.At(slot).State = life.Applied
		}
	}
}

// slots are those of a carrier. Of two cards, and of two phones in use, the later one
// counts, unless the earlier one lives.
func (h *holding) slots(carrier store.Carrier, pending bool) (auth, sign life.Slot, ok bool) {
	switch {
	case carrier.Kind == life.Software: // which has a signing certificate alone
		h.private = carrier.ID
		return life.PrivateSign, life.PrivateSign, true
	case carrier.Kind == life.Card:
		if h.is.Card.Live() {
			return 0, 0, false
		}
		h.card = carrier.ID
		return life.CardAuth, life.CardSign, true
	case pending:
		h.next, h.is.Next.Kind = carrier, carrier.Kind
		return life.NextAuth, life.NextSign, true
	case h.is.Phone.Live():
		return 0, 0, false
	}
	h.phone, h.is.Phone.Kind, h.is.Phone.Withdrawn = carrier, carrier.Kind, carrier.Withdrawn
	return life.PhoneAuth, life.PhoneSign, true
}

// relate says what a certificate is to the others: made from items that are not so any more,
// or on a certificate that is not there any more.
func (h *holding) relate(all []store.Cert) {
	for _, slot := range [...]life.Slot{life.CardSign, life.PhoneSign} {
		if c := h.certs[slot]; c != nil && c.State != life.Revoked {
			h.is.At(slot).Stale = c.Version < h.who.Version
		}
	}
	card := h.certs[life.CardAuth]
	if phone := h.certs[life.PhoneAuth]; phone != nil && h.is.Phone.Live() {
		h.is.Phone.Astray = card == nil || phone.Base == nil || *phone.Base != card.Serial
	}
	if private := h.certs[life.PrivateSign]; private != nil && private.State == life.Good {
		h.is.Private.Stale = true
		for _, c := range all {
			if private.Base != nil && c.Serial == *private.Base && c.State != life.Revoked {
				h.is.Private.Stale = false
			}
		}
	}
}
