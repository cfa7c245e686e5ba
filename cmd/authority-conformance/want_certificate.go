package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"

	"multicopy.example/kiosk/authority/wire"
)

// beat gives a sign of life and beats sends one. The reply of contract 1 is laid
// over that of contract 2, which says more.
func (s *suite) beat(l *line, out string) (wire.HeartbeatReply, error) {
	return s.beats(l, wire.HeartbeatRequest{Envelope: s.mint(), Version: "1.0.0", Out: out})
}

func (s *suite) beats(l *line, m wire.HeartbeatRequest) (wire.HeartbeatReply, error) {
	if s.version == 1 {
		r, err := ask[wire.HeartbeatReplyV1](s, l, wire.PathHeartbeat, m)
		return wire.HeartbeatReply{Envelope: r.Envelope, Now: r.Now}, err
	}
	return ask[wire.HeartbeatReply](s, l, wire.PathHeartbeat, m)
}

// upkeep2 is what contract 1 does not ask for.
var upkeep2 = []requirement{
	{"/heartbeat", "says what /health says", func(s *suite) error {
		h, err := s.health()
		if err != nil {
			return err
		}
		r, err := s.beat(s.line, "")
		if err != nil {
			return err
		}
		if r.State != h.State || r.Hours != h.Hours {
			return fmt.Errorf("state %v and hours %v, and health said %v and %v", r.State, r.Hours, h.State, h.Hours)
		}
		return nil
	}},
	{"/certificate", "a request that the old key did not sign is refused, and so is one that it signed for another", func(s *suite) error {
		a, _, err := request509(s.line.leaf.Subject.CommonName)
		if err != nil {
			return err
		}
		b, key, err := request509(s.line.leaf.Subject.CommonName)
		if err != nil {
			return err
		}
		for _, by := range []struct {
			csr []byte
			key crypto.Signer
		}{{b, key}, {a, s.line.own.PrivateKey.(crypto.Signer)}} {
			signature, err := signRenewal(by.key, s.line.leaf.Subject.CommonName, by.csr)
			if err != nil {
				return err
			}
			_, err = ask[wire.RenewReply](s, s.line, wire.PathRenew, s.renewal(b, signature))
			if err := wants(err, wire.CodeContract); err != nil {
				return err
			}
		}
		return nil
	}},
	{"/certificate", "over a connection that was resumed nothing is certified", func(s *suite) error {
		cache := tls.NewLRUClientSessionCache(4)
		l, err := lineWith(s.options, s.line.roots, s.line.own, func(c *tls.Config) { c.ClientSessionCache = cache })
		if err != nil {
			return err
		}
		defer l.Close()
		if _, err := s.beat(l, ""); err != nil { // its answer brings a ticket
			return err
		}
		l.Close()
		csr, _, err := request509(l.leaf.Subject.CommonName)
		if err != nil {
			return err
		}
		_, err = s.renewed(l, csr)
		if !l.resumed.Load() {
			return notProvoked("the authority gives no ticket to resume by")
		}
		return wants(err, wire.CodeUnavailable)
	}},
}

// request509 is a request for a certificate (PKCS#10) and its new key.
func request509(name string) ([]byte, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}}, key)
	return der, key, err
}

func signRenewal(key crypto.Signer, name string, csr []byte) ([]byte, error) {
	digest := wire.Renewal(name, csr)
	return key.Sign(rand.Reader, digest[:], crypto.SHA256)
}

// renewal is the message of the contract that is tried.
func (s *suite) renewal(csr, signature []byte) interface{ Echo() wire.ID } {
	if s.version == 1 {
		return wire.RenewRequestV1{Envelope: s.mint(), CSR: csr}
	}
	return wire.RenewRequest{Envelope: s.mint(), CSR: csr, Signature: signature}
}

// renewed asks as the old key's holder.
func (s *suite) renewed(l *line, csr []byte) (wire.RenewReply, error) {
	signature, err := signRenewal(l.own.PrivateKey.(crypto.Signer), l.leaf.Subject.CommonName, csr)
	if err != nil {
		return wire.RenewReply{}, err
	}
	return ask[wire.RenewReply](s, l, wire.PathRenew, s.renewal(csr, signature))
}

func renew(s *suite) error {
	name := s.line.leaf.Subject.CommonName
	other, _, err := request509(name + "x")
	if err != nil {
		return err
	}
	if _, err := s.renewed(s.line, other); wants(err, wire.CodeContract) != nil {
		return fmt.Errorf("another kiosk's name: %w", wants(err, wire.CodeContract))
	}
	csr, key, err := request509(name)
	if err != nil {
		return err
	}
	r, err := s.renewed(s.line, csr)
	if err != nil {
		return err
	}
	l, err := lineWith(s.options, s.line.roots, tls.Certificate{Certificate: [][]byte{r.Certificate}, PrivateKey: key}, func(*tls.Config) {})
	if err != nil {
		return err
	}
	defer l.Close()
	if !key.PublicKey.Equal(l.leaf.PublicKey) || l.leaf.Subject.CommonName != name {
		return errors.New("the certificate is of another key or name")
	}
	_, err = s.beat(l, "")
	return err
}
