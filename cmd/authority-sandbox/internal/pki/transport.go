package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"time"
)

// Pair is a certificate for TLS between kiosks and authority and its ECDSA P-256 key.
type Pair struct {
	Cert *x509.Certificate
	Key  *ecdsa.PrivateKey
}

// NewTransportCA makes the CA that both ends of a connection are certified by.
func NewTransportCA(now time.Time) (*Pair, error) {
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{Organization: []string{"Sandbox authority"}, CommonName: "Sandbox transport CA"},
		NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(10, 0, 0),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return issue(template, nil)
}

// Server certifies the authority for these hosts.
func (ca *Pair) Server(now time.Time, hosts ...string) (*Pair, error) {
	return ca.leaf("Sandbox authority", x509.ExtKeyUsageServerAuth, now.AddDate(0, 0, -1), now.AddDate(2, 0, 0), hosts...)
}

// Kiosk certifies a kiosk under its name.
func (ca *Pair) Kiosk(name string, from, to time.Time) (*Pair, error) {
	return ca.leaf(name, x509.ExtKeyUsageClientAuth, from, to)
}

// As certifies a name for any use, as no authority should.
func (ca *Pair) As(name string, usage x509.ExtKeyUsage, from, to time.Time) (*Pair, error) {
	return ca.leaf(name, usage, from, to)
}

func (ca *Pair) leaf(name string, usage x509.ExtKeyUsage, from, to time.Time, hosts ...string) (*Pair, error) {
	template := leafTemplate(name, usage, from, to)
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	return issue(template, ca)
}

func leafTemplate(name string, usage x509.ExtKeyUsage, from, to time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{Organization: []string{"Sandbox"}, CommonName: name},
		NotBefore: from, NotAfter: to,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage},
	}
}

// Renew certifies the key of a request for the name of the kiosk that asks;
// whatever name the request itself carries must be the same.
func (ca *Pair) Renew(csr []byte, name string, now time.Time) ([]byte, error) {
	r, key, err := request(csr)
	if err != nil {
		return nil, err
	}
	if r.Subject.CommonName != name {
		return nil, fmt.Errorf("pki: the request is for another kiosk")
	}
	template := leafTemplate(name, x509.ExtKeyUsageClientAuth, now.AddDate(0, 0, -1), now.AddDate(1, 0, 0))
	return x509.CreateCertificate(rand.Reader, template, ca.Cert, key, ca.Key)
}

func issue(template *x509.Certificate, by *Pair) (*Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if by == nil {
		by = &Pair{Cert: template, Key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.Cert, &key.PublicKey, by.Key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &Pair{Cert: cert, Key: key}, err
}
