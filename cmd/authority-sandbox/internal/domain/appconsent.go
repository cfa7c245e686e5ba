package domain

import (
	"context"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cms"
)

// A person's own view of the consents, in the app: all that there ever were, and when items
// were given.

// Mine is a consent as its person sees it.
type Mine struct {
	Agreement
	Given []store.Disclosure
}

// AppConsents lists them.
func (s *Service) AppConsents(ctx context.Context, p appclient.Proof) (list []Mine, err error) {
	err = s.proven(ctx, p, appclient.ForConsents, func(c *call, k store.KnownCert, by life.Proof) error {
		h, _, err := s.allowed(c, k, life.Event{Op: life.See, By: by})
		if err != nil {
			return err
		}
		all, err := c.ConsentsOf(h.who.ID)
		list = nil
		for _, of := range all {
			if err != nil {
				break
			}
			var one Mine
			one, err = c.mineOf(of)
			list = append(list, one)
		}
		return err
	})
	return list, err
}

// mineOf reads what stands around a consent.
func (c *call) mineOf(of store.Consent) (m Mine, err error) {
	m.Consent, m.Now = of, of.State(c.now)
	if m.Service, err = c.Service(of.Service); err != nil {
		return m, err
	}
	if m.Provider, err = c.Provider(m.Service.Provider); err != nil {
		return m, err
	}
	m.Platform = m.Provider.Platform
	text, err := c.Text(of.Service, of.Text)
	if err != nil {
		return m, err
	}
	m.Lang = text.Lang
	m.Given, err = c.Disclosures(of.ID)
	return m, err
}

// channelApp is where a statement was signed that the person's own app composed.
const channelApp = "app"

// AppWithdraw ends a consent for good, whatever becomes of the bank's platform. One that was
// withdrawn before is answered as it is.
func (s *Service) AppWithdraw(ctx context.Context, w appclient.WithdrawConsent) (m Mine, err error) {
	signed := Signed{Statement: w.Statement, CMS: w.CMS}
	said, signer, err := s.read(signed, consent.ToWithdraw)
	if err == nil {
		err = s.verifying(ctx, func(c *call) error {
			m, err = c.withdrawn(said, signer, signed)
			return err
		})
	}
	var refused ErrVerifier
	if errors.As(err, &refused) {
		err = ErrApp{refused.Detail, refused.Code}
	}
	return m, err
}

func (c *call) withdrawn(said consent.Statement, signer cms.Signed, signed Signed) (m Mine, err error) {
	who, err := c.believes(signer)
	if err != nil {
		return m, err
	}
	before, err := c.before(said, signed)
	if err != nil {
		return m, err
	}
	if before == nil {
		if err := timely(said, signer, c.now); err != nil {
			return m, err
		}
	}
	of, err := c.ConsentOf(store.ID(said.Consent))
	if errors.Is(err, store.ErrNone) || err == nil && (of.Person != who.Person || of.Service != store.ID(said.Service) || of.Items != said.Items) {
		return m, errNoConsent
	}
	if err != nil {
		return m, err
	}
	service, err := c.Service(of.Service)
	if err != nil {
		return m, err
	}
	if err := c.withdraw(&of, said, signed, channelApp, service.Provider); err != nil {
		return m, err
	}
	return c.mineOf(of)
}
