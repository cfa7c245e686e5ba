package renewal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"multicopy.example/devices/tpm"
	"multicopy.example/kiosk/config"
)

// NewKey makes a private key, ECDSA P-256: in the TPM that the configuration names, in
// memory where it names none.
func NewKey(a config.Authority) (crypto.Signer, error) {
	if a.TPM != "" {
		return tpm.Device(a.TPM).New()
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// KeyPEM is what is kept of a key that NewKey made.
func KeyPEM(key crypto.PrivateKey) ([]byte, error) {
	if k, ok := key.(*tpm.Key); ok {
		return k.PEM(), nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
}

// Enrolled is the pair that the configuration names.
func Enrolled(a config.Authority) (tls.Certificate, error) {
	c, err := config.PEM(a.Certificate)
	if err != nil {
		return tls.Certificate{}, err
	}
	k, err := config.PrivatePEM(a.Key)
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := pairOf(a, c, k)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("%s and %s: %w", a.Certificate, a.Key, err)
	}
	return pair, nil
}

// pairOf reads a certificate and the key that belongs to it, whether a TPM keeps it or
// not: a key of before the configuration named a TPM serves until the next renewal.
func pairOf(a config.Authority, certificates, key []byte) (tls.Certificate, error) {
	kept, _ := find(tpm.Block, key)
	if kept == nil {
		return tls.X509KeyPair(certificates, key)
	}
	if a.TPM == "" {
		return tls.Certificate{}, errors.New("the key is kept by a TPM, and the configuration names none (authority.tpm)")
	}
	own, err := tpm.Device(a.TPM).Parse(pem.EncodeToMemory(kept))
	if err != nil {
		return tls.Certificate{}, err
	}
	pair := tls.Certificate{PrivateKey: own}
	for leaf, rest := find("CERTIFICATE", certificates); leaf != nil; leaf, rest = find("CERTIFICATE", rest) {
		pair.Certificate = append(pair.Certificate, leaf.Bytes)
	}
	if len(pair.Certificate) == 0 {
		return pair, errors.New("no certificate")
	}
	if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
		return pair, err
	}
	if public, ok := pair.Leaf.PublicKey.(*ecdsa.PublicKey); !ok || !public.Equal(own.Public()) {
		return pair, errors.New("the key is not the certificate's")
	}
	return pair, nil
}

// find is the first block of that type, and what is behind it; nil: there is none.
func find(kind string, text []byte) (block *pem.Block, rest []byte) {
	for block, rest = pem.Decode(text); block != nil && block.Type != kind; block, rest = pem.Decode(rest) {
	}
	return block, rest
}
