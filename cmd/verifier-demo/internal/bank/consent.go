package bank

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"

	"multicopy.example/cmd/internal/verifier"
)

// Offer is the statement with which a customer agrees, to be signed by the card.
func (b *Bank) Offer(account, lang string) (statement []byte, err error) {
	words, known := b.Texts[lang]
	if !known {
		return nil, errors.New("no text in this language")
	}
	return b.statement(account, func(c *Customer) (verifier.Statement, error) {
		if c.Consent != nil && c.Consent.stands() {
			return verifier.Statement{}, errors.New("the customer has agreed already")
		}
		return verifier.Statement{Act: verifier.ActGive, Lang: lang, Text: verifier.TextHash(words)}, nil
	})
}

// stands reports whether it is or will be.
func (c *Consent) stands() bool { return c.State == "pending" || c.State == "active" }

// WithdrawalOf is the statement with which a customer withdraws. The text is the one that was agreed to.
func (b *Bank) WithdrawalOf(account string) (statement []byte, err error) {
	return b.statement(account, func(c *Customer) (verifier.Statement, error) {
		if c.Consent == nil || !c.Consent.stands() {
			return verifier.Statement{}, errors.New("there is no consent to withdraw")
		}
		id, _ := c.Consent.ID.MarshalText()
		return verifier.Statement{Act: verifier.ActWithdraw, Consent: string(id), Lang: c.Consent.Lang, Text: verifier.TextHash(b.Texts[c.Consent.Lang])}, nil
	})
}

// statement of a customer's, which waits for the signature.
func (b *Bank) statement(account string, of func(*Customer) (verifier.Statement, error)) (text []byte, err error) {
	err = b.changes(func(k *Kept) error {
		c, err := k.customer(account)
		if err != nil {
			return err
		}
		s, err := of(c)
		if err != nil {
			return err
		}
		s.V, s.Service, s.Items, s.At = verifier.StatementVersion, b.Service, b.Items, b.Now().Unix()
		rand.Read(s.Nonce[:])
		if text, err = s.Encode(); err == nil {
			c.Waits = text
		}
		return err
	})
	return text, err
}

// Signed sends a customer's statement with the signature of it through the platform, and keeps what it became.
// The authority, and not the bank, says whether the signature is good.
func (b *Bank) Signed(ctx context.Context, account string, cms []byte) (act string, err error) {
	c, err := b.customer(account)
	if err != nil {
		return "", err
	}
	if c.Waits == nil {
		return "", errors.New("no statement waits for a signature")
	}
	said, err := verifier.Decode[verifier.Statement](c.Waits)
	if err != nil {
		return "", err
	}
	m := verifier.Signed{Contract: verifier.Contract, Provider: b.Keys.Provider, Statement: c.Waits, CMS: cms}
	if said.Act == verifier.ActWithdraw {
		return said.Act, b.withdrawn(ctx, account, m)
	}
	given, err := asks[verifier.Given](ctx, b, http.MethodPost, verifier.PathGive, m)
	if err != nil {
		return said.Act, err
	}
	if err := b.agrees(given, said); err != nil {
		return said.Act, err
	}
	return said.Act, b.changes(func(k *Kept) error {
		c, err := k.customer(account)
		if err == nil {
			c.Waits = nil
			c.Consent = &Consent{ID: given.Consent, Handle: given.Handle, State: given.State, Lang: said.Lang, From: given.From, Until: given.Until, Receipts: []string{given.Receipt}}
		}
		return err
	})
}

// agrees holds the receipt against what was signed: a platform can have put no other in its place.
func (b *Bank) agrees(given verifier.Given, said verifier.Statement) error {
	r, err := b.Keys.Receipt(given.Receipt)
	if err != nil {
		return err
	}
	var items []string
	for _, p := range r.Purposes {
		for _, i := range p.PIIInformation {
			items = append(items, i.PIIType)
		}
	}
	if r.RecordID != given.Consent || r.PIIPrincipalID != given.Handle || r.PrivacyNotice != said.Text || !slices.Equal(items, said.Items) {
		return errors.New("the receipt is of another consent")
	}
	return nil
}

func (b *Bank) withdrawn(ctx context.Context, account string, m verifier.Signed) error {
	done, err := asks[verifier.Withdrawn](ctx, b, http.MethodPost, verifier.PathWithdraw, m)
	if err != nil {
		return err
	}
	return b.changes(func(k *Kept) error {
		c, err := k.customer(account)
		if err == nil && c.Consent != nil && c.Consent.ID == done.Consent {
			c.Waits, c.Consent.State = nil, "cancelled"
			c.Consent.Receipts = append(c.Consent.Receipts, done.Receipt)
		}
		return err
	})
}
