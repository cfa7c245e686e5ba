package jpki_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// newCA is a CA whose life began that many years from 2026, for ten.
func newCA(t *testing.T, name string, years int) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	c := &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	c.Subject.Organization = []string{name}
	return issue(t, c, nil, nil, years)
}

// namesake is another CA with the very name of c.
func namesake(t *testing.T, c *x509.Certificate) *x509.Certificate {
	t.Helper()
	made, _ := issue(t, &x509.Certificate{
		RawSubject: c.RawSubject, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, nil, 0)
	return made
}

func newLeaf(t *testing.T, ca *x509.Certificate, key *ecdsa.PrivateKey, years int) *x509.Certificate {
	t.Helper()
	leaf, _ := issue(t, &x509.Certificate{KeyUsage: x509.KeyUsageDigitalSignature}, ca, key, years)
	return leaf
}

func issue(t *testing.T, c, ca *x509.Certificate, signer *ecdsa.PrivateKey, years int) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key := must.Key(t)
	if ca == nil {
		ca, signer = c, key
	}
	c.SerialNumber = big.NewInt(1)
	c.NotBefore = time.Date(2026+years, 1, 1, 0, 0, 0, 0, time.UTC)
	c.NotAfter = c.NotBefore.AddDate(10, 0, 0)
	raw, err := x509.CreateCertificate(rand.Reader, c, ca, &key.PublicKey, signer)
	must.OK(t, err)
	made, err := x509.ParseCertificate(raw)
	must.OK(t, err)
	return made, key
}
