package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"time"
)

// NewPrivateCA makes the CA of a private issuer: its certificates are for keys that lie in a
// file, and it is told apart from the CAs of cards and phones by its name.
func NewPrivateCA(now time.Time) (*Pair, error) {
	return issue(&x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{Country: []string{"JP"}, Organization: []string{"PRIVATE-TEST"}, CommonName: "Private certificates of the sandbox"},
		NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(10, 0, 0),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, nil)
}

// Private certifies the key of a request for a person of that name.
func (ca *Pair) Private(csr []byte, name string, from, until time.Time) (*x509.Certificate, error) {
	_, key, err := request(csr)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{Country: []string{"JP"}, CommonName: name},
		NotBefore: from, NotAfter: until, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}, ca.Cert, key, ca.Key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// request reads a request that its own key has signed, which is ECDSA P-256.
func request(csr []byte) (*x509.CertificateRequest, *ecdsa.PublicKey, error) {
	r, err := x509.ParseCertificateRequest(csr)
	if err != nil {
		return nil, nil, err
	}
	if err := r.CheckSignature(); err != nil {
		return nil, nil, err
	}
	key, ok := r.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, nil, errors.New("pki: the key of the request is not ECDSA P-256")
	}
	return r, key, nil
}
