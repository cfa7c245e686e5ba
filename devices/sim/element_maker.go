package sim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"multicopy.example/kiosk"
)

// A Maker makes secure elements for phones. Its root is what an authority knows it by.
type Maker struct{ signer }

// A Batch of secure elements shares one key, with which each of them attests the keys that
// it makes. Its chain is sent without the maker's root.
type Batch struct{ signer }

type signer struct {
	Cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewMaker is a maker with a root of its own, good from and until then.
func NewMaker(name string, from, until time.Time) (*Maker, error) {
	s, err := (*signer)(nil).signs(name, from, until)
	return &Maker{s}, err
}

// Batch is one of its batches, good from and until then.
func (m *Maker) Batch(name string, from, until time.Time) (*Batch, error) {
	s, err := m.signs(name, from, until)
	return &Batch{s}, err
}

// signs certifies another signer; nil certifies itself.
func (s *signer) signs(name string, from, until time.Time) (by signer, err error) {
	if by.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return by, err
	}
	template := &x509.Certificate{Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	parent := s
	if parent == nil {
		parent = &signer{template, by.key}
	}
	by.Cert, err = parent.certifies(template, &by.key.PublicKey)
	return by, err
}

func (s *signer) certifies(template *x509.Certificate, key any) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	der, err := x509.CreateCertificate(rand.Reader, template, s.Cert, key, s.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// applet is the version that elements say of theirs.
const applet = "sim 1"

// keyAttestation is the extension of package attest, written here again, so that each
// checks the other.
type keyAttestation struct {
	Version int
	Applet  string `asn1:"utf8"`
	Key     asn1.Enumerated
	Guard   asn1.Enumerated
	Nonce   []byte
}

// attests says of a key that it was made in an element of the batch, for that use, on the
// occasion of that nonce.
func (b *Batch) attests(key *rsa.PublicKey, ref kiosk.Ref, nonce []byte) ([][]byte, error) {
	use := asn1.Enumerated(0)
	if ref == kiosk.RefSign {
		use = 1
	}
	hash := sha256.Sum256(nonce)
	value, err := asn1.Marshal(keyAttestation{1, applet, use, use, hash[:]})
	if err != nil {
		return nil, err
	}
	cert, err := b.certifies(&x509.Certificate{Subject: pkix.Name{CommonName: "key of a secure element"}, NotBefore: b.Cert.NotBefore, NotAfter: b.Cert.NotAfter,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 999, 1}, Value: value}}}, key)
	if err != nil {
		return nil, err
	}
	return [][]byte{cert.Raw, b.Cert.Raw}, nil
}
