package story

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// A store is one kiosk's folder and its place in the authority's books.
type store struct {
	run  string // folder under the shop: configuration, ledger, logs
	cert string // file names in the town, without ".crt.pem" and ".key.pem"
}

// move ends the visit to one store and begins one to another, whose kiosk is
// new: its own certificate, its own ledger. The card, the phone and the
// authority stay.
func (s *Shop) move(ctx context.Context) error {
	if err := s.kiosk.End(); err != nil {
		return err
	}
	n := len(s.stores) + 1
	next := store{run: fmt.Sprintf("run-%d", n), cert: fmt.Sprintf("kiosk-%d", n)}
	name := fmt.Sprintf("kiosk-%04d", n)
	if err := s.certify(next.cert, name); err != nil {
		return err
	}
	s.stores = append(s.stores, next)
	if err := s.kioskAt(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(s.file(""), 0o700); err != nil {
		return err
	}
	if err := s.configure(); err != nil {
		return err
	}
	return s.openKiosk()
}

// certify lets the town's CA sign a kiosk's certificate.
func (s *Shop) certify(file, name string) error {
	ca, err := tls.LoadX509KeyPair(s.town("ca.crt.pem"), s.town("ca.key.pem"))
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: ca.Leaf.NotBefore, NotAfter: ca.Leaf.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		file + ".crt.pem": {Type: "CERTIFICATE", Bytes: der}, file + ".key.pem": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(s.town(""), name), pem.EncodeToMemory(block), 0o600); err != nil {
			return err
		}
	}
	return nil
}
