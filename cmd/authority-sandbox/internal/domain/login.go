package domain

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
)

// recognised says whose certificate that is, and what its key proves. It is known by its
// issuer, and the issuer says how far it is believed: whatever a certificate says of itself,
// one of a private issuer is the weakest proof there is.
func (c *call) recognised(der []byte) (k store.KnownCert, by life.Proof, err error) {
	unknown := ErrApp{"no issuer that is known here has issued this certificate", "certificate"}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return k, 0, ErrApp{"the certificate cannot be read", "certificate"}
	}
	serial, err := store.SerialOf(cert.SerialNumber)
	if err != nil {
		return k, 0, unknown
	}
	k, err = c.KnownCert(cert.RawIssuer, serial)
	switch {
	case err != nil && !errors.Is(err, store.ErrNone):
		return k, 0, err
	case err != nil || !bytes.Equal(k.DER, der) || k.Assurance == store.Stranger:
		return k, 0, unknown
	case c.now > k.NotAfter:
		return k, 0, ErrApp{"the certificate is past its last day", "expired"}
	case k.Assurance == store.InSoftware:
		return k, life.SoftwareKey, nil
	case k.On == life.Card:
		return k, [...]life.Proof{life.Auth: life.CardPIN, life.Sign: life.CardPassword}[k.Kind], nil
	}
	return k, [...]life.Proof{life.Auth: life.PhoneAuthKey, life.Sign: life.PhoneSignKey}[k.Kind], nil
}

// proves reports whether the key of a certificate has signed: RSA as a card does, or ECDSA.
func proves(der []byte, digest [32]byte, signature []byte) bool {
	if signed(der, digest, signature) {
		return true
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return false
	}
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	return ok && ecdsa.VerifyASN1(key, digest[:], signature)
}

// logInFlow is the flow of a challenge that is for no reservation.
const logInFlow = 0

// AppLogInChallenge makes a challenge for a certificate's key to sign.
func (s *Service) AppLogInChallenge(ctx context.Context, m appclient.LogInChallengeRequest) (reply appclient.ChallengeReply, err error) {
	challenge := fresh[store.Hash]()
	return appclient.ChallengeReply{Challenge: challenge[:]}, s.app(ctx, func(c *call) error {
		if _, _, err := c.recognised(m.Cert); err != nil {
			return err
		}
		return c.AddChallenge(challenge, sha256.Sum256(m.Cert), logInFlow, c.now)
	})
}

// proven runs f for the person whose certificate's key has signed. The challenge is used
// once, whatever comes of it; f refuses before it writes.
func (s *Service) proven(ctx context.Context, p appclient.Proof, what string, f func(*call, store.KnownCert, life.Proof) error) error {
	if len(p.Challenge) != 32 {
		return ErrApp{"a challenge has 32 bytes", "challenge"}
	}
	believed := false
	var refused ErrApp
	err := s.app(ctx, func(c *call) error {
		believed, refused = false, ErrApp{}
		k, by, err := c.recognised(p.Cert)
		if err != nil {
			return err
		}
		taken, err := c.TakeChallenge(store.Hash(p.Challenge), sha256.Sum256(p.Cert), logInFlow, c.now-int64(challengeLife.Seconds()))
		if err != nil || !taken {
			return err
		}
		if believed = proves(p.Cert, appclient.LogInDigest(p.Challenge, p.Cert, what), p.Signature); !believed {
			return nil
		}
		if err = f(c, k, by); errors.As(err, &refused) {
			return nil
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case !believed:
		return ErrApp{"the challenge is not known, or the signature does not verify", "challenge"}
	case refused != ErrApp{}:
		return refused
	}
	return nil
}

// allowed asks the life whether this proof is enough for an operation, by a person whose
// certificate this still is.
func (s *Service) allowed(c *call, k store.KnownCert, e life.Event) (h *holding, changes []life.Change, err error) {
	if h, err = c.holding(k.Name); err != nil {
		return nil, nil, err
	}
	changes, refused := s.mayNow(h, k, e)
	if refused != life.Allowed {
		return nil, nil, refusedBy(refused)
	}
	return h, changes, nil
}

func refusedBy(r life.Refusal) ErrApp { return ErrApp{Text: r.Error(), Code: r.Code()} }

// mayNow asks the life of a person as that is now.
func (s *Service) mayNow(h *holding, k store.KnownCert, e life.Event) ([]life.Change, life.Refusal) {
	slot, _ := e.By.Slot()
	if own := h.certs[slot]; own == nil || own.Serial != k.Serial {
		return nil, life.ProofNotGood // of another of the person's, which took its place
	}
	_, changes, refused := s.policy.Certificates.Step(h.is, e)
	return changes, refused
}

// AppLogIn says who it is, and whether that is known weakly.
func (s *Service) AppLogIn(ctx context.Context, m appclient.LogInRequest) (reply appclient.LogInReply, err error) {
	err = s.proven(ctx, m.Proof, appclient.ForLogIn, func(c *call, k store.KnownCert, by life.Proof) error {
		reply = appclient.LogInReply{Resident: k.Name, By: by.String(), Weak: by.Weak()}
		_, _, err := s.allowed(c, k, life.Event{Op: life.LogIn, By: by})
		return err
	})
	if err != nil {
		return appclient.LogInReply{}, err
	}
	return reply, nil
}
