package harness

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/pemfile"
)

// A Certificate is what Certify makes.
type Certificate struct {
	Name     string
	File     string           // in the authority's folder, without .crt.pem and .key.pem; the name where empty
	From, To time.Time        // a day ago and in a year where zero
	Usage    x509.ExtKeyUsage // a client's where zero
}

// Certify lets the authority's CA sign a certificate for a new key. Both become
// files of its folder.
func (a *Authority) Certify(c Certificate) error {
	if c.From.IsZero() {
		c.From, c.To = time.Now().AddDate(0, 0, -1), time.Now().AddDate(1, 0, 0)
	}
	if c.Usage == 0 {
		c.Usage = x509.ExtKeyUsageClientAuth
	}
	ca, err := tls.LoadX509KeyPair(a.File("ca.crt.pem"), a.File("ca.key.pem"))
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: c.Name}, NotBefore: c.From, NotAfter: c.To,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{c.Usage}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	file := a.File(cmp.Or(c.File, c.Name))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return errors.Join(pemfile.Write(file+".crt.pem", "CERTIFICATE", der), pemfile.Write(file+".key.pem", "PRIVATE KEY", private))
}
