package domain

import (
	"context"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// What platforms ask about certificates. None of it says who has one; each question names what it
// is for, and is counted by that.

// purposes that certificates may be asked about for.
var purposes = map[string]bool{verifier.ForSignature: true, verifier.ForLiveness: true}

// kinds of CAs by their names.
var kinds = map[string]pki.Kind{verifier.CASign: pki.Sign, verifier.CAAuth: pki.User}

// asksAbout admits a provider that asks about so many certificates of a CA, and answers the CA's
// name, DER.
func (s *Service) asksAbout(c *call, by Carrier, provider, purpose, ca string, certificates int) (p store.Provider, name []byte, err error) {
	if p, err = c.admitted(by, provider); err != nil {
		return p, nil, err
	}
	if !purposes[purpose] {
		return p, nil, ErrVerifier{verifier.CodePurpose, "certificates are asked about for a signature's verification or a liveness check"}
	}
	kind, known := kinds[ca]
	if !known {
		return p, nil, ErrVerifier{verifier.CodeContract, "the CA is sign or auth"}
	}
	for _, of := range s.keys.Cards {
		if of.Kind == kind {
			name = of.Cert.RawSubject
		}
	}
	day, _ := dayOf(c.now)
	return p, name, c.CountChecked(p.ID, day, purpose, certificates)
}

// Statuses of certificates of a CA, in their order, as they are now. State is life.None where there is
// none of that number.
func (s *Service) Statuses(ctx context.Context, by Carrier, provider, purpose, ca string, serials []store.Serial) (list []store.Status, now int64, err error) {
	err = s.verifying(ctx, func(c *call) error {
		now = c.now
		p, name, err := s.asksAbout(c, by, provider, purpose, ca, len(serials))
		if err != nil {
			return err
		}
		list = make([]store.Status, len(serials))
		issuer, err := c.Issuer(name)
		if err == nil {
			list, err = c.Statuses(issuer, serials)
		}
		if err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
		unknown := 0
		for _, one := range list {
			if one.State == life.None {
				unknown++
			}
		}
		return s.strange(c, p, unknown)
	})
	return list, now, err
}

// strange counts what a provider asked about that is not there, beside questions about no consent.
func (s *Service) strange(c *call, p store.Provider, n int) error {
	day, _ := dayOf(c.now)
	return s.missed(c, p, day, n)
}

// Links are the certificates that belong to one.
type Links struct {
	Known                   bool
	Pair, Card, Phone, Next *store.Serial
}

// Links of a certificate of a CA. Which one took its place is told to a provider to one of whose
// services the person's consent stands: to every other one it would say of a stranger that there
// was a move. Those of the person's other carrier are told to all, and where both carriers have
// changed since, they lead to the next one by a detour.
func (s *Service) Links(ctx context.Context, by Carrier, provider, purpose, ca string, serial store.Serial) (l Links, err error) {
	err = s.verifying(ctx, func(c *call) error {
		l = Links{}
		p, name, err := s.asksAbout(c, by, provider, purpose, ca, 1)
		if err != nil {
			return err
		}
		k, err := c.KnownCert(name, serial)
		if errors.Is(err, store.ErrNone) {
			return s.strange(c, p, 1)
		}
		if err != nil {
			return err
		}
		agreed, err := c.agreedTo(p.ID, k.Person)
		if err != nil {
			return err
		}
		all, err := c.CertsOf(k.Person, true)
		if err != nil {
			return err
		}
		l = Links{Known: true, Pair: k.Pair, Card: k.Base}
		begun := int64(-1) // of two phones, the newer one's
		for _, other := range all {
			if other.Issuer != k.Issuer {
				continue
			}
			if other.Base != nil && *other.Base == serial && other.NotBefore > begun {
				l.Phone, begun = &other.Serial, other.NotBefore
			}
			if agreed && other.Before != nil && *other.Before == serial {
				l.Next = &other.Serial
			}
		}
		return nil
	})
	return l, err
}

// agreedTo reports whether a person's consent to one of a provider's services stands.
func (c *call) agreedTo(provider string, person store.ID) (bool, error) {
	list, err := c.ConsentsOf(person)
	for _, of := range list {
		if err != nil || of.State(c.now) != consent.Active {
			continue
		}
		service, serr := c.Service(of.Service)
		if err = serr; err == nil && service.Provider == provider {
			return true, nil
		}
	}
	return false, err
}
