package domain

import (
	"context"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// Withdraw ends a consent for good. One that was withdrawn before is as good as done: the
// answer is the same. It is taken for a provider that is suspended, too, and whatever text
// was read: neither is a reason to go on giving.
func (s *Service) Withdraw(ctx context.Context, by Carrier, m Signed) (a Agreement, err error) {
	said, signer, err := s.read(m, consent.ToWithdraw)
	if err != nil {
		return a, err
	}
	err = s.verifying(ctx, func(c *call) (err error) {
		a = Agreement{Platform: by.Name}
		var suspended ErrVerifier
		if a.Provider, err = c.admitted(by, m.Provider); err != nil && !(errors.As(err, &suspended) && suspended.Code == verifier.CodeSuspended) {
			return err
		}
		who, err := c.believes(signer)
		if err != nil {
			return err
		}
		before, err := c.before(said, m)
		if err != nil {
			return err
		}
		if before == nil {
			if err := timely(said, signer, c.now); err != nil {
				return err
			}
		}
		of, err := c.ConsentOf(store.ID(said.Consent))
		if errors.Is(err, store.ErrNone) || err == nil && (of.Person != who.Person || of.Service != store.ID(said.Service) || of.Items != said.Items) {
			return errNoConsent
		}
		if err != nil {
			return err
		}
		if a.Service, err = c.Service(of.Service); err != nil {
			return err
		}
		if a.Service.Provider != m.Provider {
			return errNoConsent
		}
		if err := c.withdraw(&of, said, m, channelBank, m.Provider); err != nil {
			return err
		}
		text, err := c.Text(of.Service, of.Text)
		a.Consent, a.Lang, a.Now = of, text.Lang, of.State(c.now)
		return err
	})
	return a, err
}

var errNoConsent = ErrVerifier{verifier.CodeNoConsent, "no consent of this person to this service"}

// withdraw writes it, of a consent that was read behind its lock.
func (c *call) withdraw(of *store.Consent, said consent.Statement, m Signed, channel, provider string) error {
	next, refused := of.Step(consent.Event{Op: consent.Cancel, At: c.now})
	switch refused {
	case consent.Already:
		return nil
	case consent.Allowed:
	default:
		return ErrVerifier{verifier.CodeOver, refused.Error()}
	}
	// The proof first: a nonce that was used is a refusal, which a kiosk's line keeps with
	// all that was written before it.
	isNew, err := c.AddProof(store.Proof{Nonce: store.ID(said.Nonce), Consent: of.ID, Act: said.Act, Statement: m.Statement, CMS: m.CMS, Channel: channel, At: c.now})
	if err != nil {
		return err
	}
	if !isNew {
		return errNonce
	}
	of.Consent = next
	n, err := c.Cancel(*of)
	if err != nil {
		return err
	}
	of.N, of.CancelledN = n, n
	return c.AddChange(provider, store.Change{Service: of.Service, Consent: &of.ID, What: store.ConsentCancelled, At: c.now}, -1)
}
