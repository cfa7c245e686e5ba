package renewal

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"log/slog"
	"math/big"
	mathrand "math/rand/v2"
	"testing"
	"time"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

// pair is a certificate and its key.
type pair struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func (p pair) tls() tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{p.cert.Raw}, PrivateKey: p.key, Leaf: p.cert}
}

func (p pair) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(p.cert)
	return pool
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key := must.Key(t)
	return key
}

// certify makes a certificate of a year that change may spoil; by nil signs
// itself.
func certify(t *testing.T, by *pair, pub *ecdsa.PublicKey, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	must.OK(t, err)
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "kiosk-1"},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().AddDate(1, 0, 0), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if change != nil {
		change(template)
	}
	signer := by
	if by == nil {
		signer = &pair{template, nil}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.cert, pub, signer.key)
	must.OK(t, err)
	c, err := x509.ParseCertificate(der)
	must.OK(t, err)
	return c
}

func newCA(t *testing.T) pair {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "line CA"},
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(30, 0, 0), BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must.OK(t, err)
	c, err := x509.ParseCertificate(der)
	must.OK(t, err)
	return pair{c, key}
}

func (p pair) issue(t *testing.T, change func(*x509.Certificate)) pair {
	t.Helper()
	key := newKey(t)
	return pair{certify(t, &p, &key.PublicKey, change), key}
}

func options(seed uint64) Options {
	return Options{Now: time.Now, Rand: mathrand.New(mathrand.NewPCG(seed, 3)), Log: slog.New(slog.DiscardHandler)}
}

// client is the authority's client as this package sees it.
type client struct {
	t      *testing.T
	ca     pair
	own    tls.Certificate
	asked  []time.Time
	answer func(n int, csr *x509.CertificateRequest) ([]byte, error) // nil: as it should be
}

func (c *client) Certificate() *x509.Certificate  { return c.own.Leaf }
func (c *client) Adopt(own tls.Certificate) error { c.own = own; return nil }

func (c *client) Renew(_ context.Context, der []byte) ([]byte, error) {
	c.asked = append(c.asked, time.Now())
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil || csr.CheckSignature() != nil || csr.Subject.CommonName != "kiosk-1" {
		c.t.Errorf("a request that no authority takes: %v", err)
	}
	if c.answer != nil {
		return c.answer(len(c.asked), csr)
	}
	return c.certify(csr, nil), nil
}

func (c *client) certify(csr *x509.CertificateRequest, change func(*x509.Certificate)) []byte {
	return certify(c.t, &c.ca, csr.PublicKey.(*ecdsa.PublicKey), change).Raw
}

// memory keeps pairs in a test.
type memory struct {
	kept  []tls.Certificate
	ready error
}

func (m *memory) Ready() error                   { return m.ready }
func (m *memory) NewKey() (crypto.Signer, error) { return NewKey(config.Authority{}) }
func (m *memory) Keep(p tls.Certificate) error   { m.kept = append(m.kept, p); return nil }
