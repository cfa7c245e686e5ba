package main

import (
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

// beat gives a sign of life and beats sends one.
func (s *suite) beat(l *line, out string) (wire.HeartbeatReply, error) {
	return s.beats(l, wire.HeartbeatRequest{Envelope: s.mint(), Version: "1.0.0", Out: out})
}

func (s *suite) beats(l *line, m wire.HeartbeatRequest) (wire.HeartbeatReply, error) {
	return ask[wire.HeartbeatReply](s, l, wire.PathHeartbeat, m)
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

func (s *suite) renewed(l *line, csr []byte) (wire.RenewReply, error) {
	return ask[wire.RenewReply](s, l, wire.PathRenew, wire.RenewRequest{Envelope: s.mint(), CSR: csr})
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
