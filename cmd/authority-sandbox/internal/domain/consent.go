package domain

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/verifier"
)

// Signed is a statement and a resident's signature of it.
type Signed struct {
	Provider       string // for whom it is brought
	Statement, CMS []byte
}

// An Agreement is a consent and what stands around it.
type Agreement struct {
	store.Consent
	Platform string
	Provider store.Provider
	Service  store.Service
	Lang     string
	Now      consent.State
}

// read is the statement, and who signed it by the certificate: nothing is known of that
// certificate yet but that the key made the signature and a CA of ours issued it.
func (s *Service) read(m Signed, act consent.Act) (said consent.Statement, signer cms.Signed, err error) {
	if said, err = consent.Decode(m.Statement); err != nil || said.Act != act {
		return said, signer, ErrVerifier{verifier.CodeStatement, "not a statement of this act"}
	}
	if signer, err = cms.Verify(m.CMS, m.Statement); err != nil {
		return said, signer, ErrVerifier{verifier.CodeSignature, clip(err.Error())}
	}
	if !signedBy(s.keys.SignCA, signer.Certificate) || signer.Certificate.KeyUsage&x509.KeyUsageContentCommitment == 0 {
		return said, signer, errCertificate
	}
	return said, signer, nil
}

// errCertificate is one sentence for all that can be wrong with it: a bank that is shown it
// learns nothing of a hold.
var errCertificate = ErrVerifier{verifier.CodeCertificate, "the certificate may not sign this, or is not good"}

// proofOf is what a carrier's signing key proves.
var proofOf = map[life.Carrier]life.Proof{life.Card: life.CardPassword, life.Android: life.PhoneSignKey, life.IPhone: life.PhoneSignKey, life.Software: life.SoftwareKey}

// believes answers whose certificate it is, with the person locked, where it is good and
// may sign about consents.
func (c *call) believes(signer cms.Signed) (store.Signer, error) {
	cert := signer.Certificate
	serial, err := store.SerialOf(cert.SerialNumber)
	if err != nil {
		return store.Signer{}, errCertificate
	}
	who, err := c.SignerOf(cert.RawIssuer, serial)
	switch proof, known := proofOf[who.Carrier]; {
	case errors.Is(err, store.ErrNone):
		return who, errCertificate
	case err != nil:
		return who, err
	case !known || !life.May(life.Consent, proof), who.Assurance != store.InHardware, who.Kind != life.Sign, who.State != life.Good, !who.Current, who.Gone,
		c.now >= who.NotAfter, c.now < cert.NotBefore.Unix():
		return who, errCertificate
	}
	return who, nil
}

// timely wants both moments near: of the statement and of the signature.
func timely(said consent.Statement, signer cms.Signed, now int64) error {
	if !said.Timely(now) || !(consent.Statement{At: signer.At.Unix()}).Timely(now) {
		return ErrVerifier{verifier.CodeStatement, "signed at another time than now"}
	}
	return nil
}

// before answers the consent about which the same statement and signature came before; nil
// where the nonce is new.
func (c *call) before(said consent.Statement, m Signed) (*store.Consent, error) {
	proof, err := c.ProofOf(store.ID(said.Nonce))
	switch {
	case errors.Is(err, store.ErrNone):
		return nil, nil
	case err != nil:
		return nil, err
	case !bytes.Equal(proof.Statement, m.Statement) || !bytes.Equal(proof.CMS, m.CMS):
		return nil, errNonce
	}
	of, err := c.ConsentOf(proof.Consent)
	return &of, err
}

var errNonce = ErrVerifier{verifier.CodeStatement, "the nonce was used before"}

// Give takes a consent in. The same statement and signature once more get the same answer:
// the consent that it became, as it stands now.
func (s *Service) Give(ctx context.Context, by Carrier, m Signed) (a Agreement, err error) {
	said, signer, err := s.read(m, consent.ToGive)
	if err != nil {
		return a, err
	}
	err = s.verifying(ctx, func(c *call) (err error) {
		a = Agreement{Platform: by.Name}
		if a.Provider, err = c.admitted(by, m.Provider); err != nil {
			return err
		}
		if a.Service, err = c.Service(store.ID(said.Service)); errors.Is(err, store.ErrNone) || err == nil && a.Service.Provider != m.Provider {
			return ErrVerifier{verifier.CodeForbidden, "the service is not this provider's"}
		}
		if err != nil {
			return err
		}
		text, err := c.Text(a.Service.ID, said.Text)
		if errors.Is(err, store.ErrNone) || err == nil && text.Lang != said.Lang {
			return ErrVerifier{verifier.CodeText, "not a text of this service in this language"}
		}
		if err != nil {
			return err
		}
		a.Lang = text.Lang
		who, err := c.believes(signer)
		if err != nil {
			return err
		}
		given, err := c.before(said, m)
		if err != nil {
			return err
		}
		if given == nil {
			given, err = c.agree(said, signer, m, who, a.Service)
		}
		if err != nil {
			return err
		}
		a.Consent, a.Now = *given, given.State(c.now)
		return nil
	})
	return a, err
}

// agree writes a new consent.
func (c *call) agree(said consent.Statement, signer cms.Signed, m Signed, who store.Signer, service store.Service) (*store.Consent, error) {
	if err := timely(said, signer, c.now); err != nil {
		return nil, err
	}
	if service.Ends != 0 && c.now >= service.Ends {
		return nil, ErrVerifier{verifier.CodeClosed, "the service has ended"}
	}
	all, err := c.ConsentsOf(who.Person)
	if err != nil {
		return nil, err
	}
	for _, other := range all {
		if other.Service == service.ID && !other.State(c.now).Over() {
			return nil, ErrVerifier{verifier.CodeDuplicate, "the person has agreed to this service already"}
		}
	}
	of := store.Consent{ID: fresh[store.ID](), Handle: fresh[store.ID](), Person: who.Person, Service: service.ID, Text: said.Text, Version: who.Version,
		Received: c.now, Consent: consent.Give(said.Items, c.now)}
	of.EndsAt = service.Ends
	if err := c.AddConsent(of); err != nil {
		return nil, err
	}
	isNew, err := c.AddProof(store.Proof{Nonce: store.ID(said.Nonce), Consent: of.ID, Act: said.Act, Statement: m.Statement, CMS: m.CMS, Channel: channelBank, At: c.now})
	if err != nil {
		return nil, err
	}
	if !isNew {
		return nil, errNonce
	}
	return &of, c.AddChange(service.Provider, store.Change{Service: of.Service, Consent: &of.ID, What: store.ConsentGiven, At: c.now}, 1)
}

// channelBank is where a statement was signed that a platform brought.
const channelBank = "bank"
