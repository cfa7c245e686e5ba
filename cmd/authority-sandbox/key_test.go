package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// card is a resident's card without its secrets: what they guard is assumed
// to be open.
type card struct {
	testing.TB
	cert  []byte
	keys  map[kiosk.Ref]*rsa.PrivateKey
	grant *ecdsa.PublicKey
	id    port.CardID
}

func (b *bench) card(name string) *card {
	b.Helper()
	dir := filepath.Join(b.dir, fixture.Cards, name)
	c := &card{TB: b, cert: block(b, dir, "auth.crt.pem"), keys: map[kiosk.Ref]*rsa.PrivateKey{}}
	for ref, key := range map[kiosk.Ref]string{kiosk.RefAuth: "auth.key.pem", kiosk.RefSign: "sign.key.pem"} {
		if _, err := os.Stat(filepath.Join(dir, key)); err != nil {
			continue
		}
		k, err := x509.ParsePKCS8PrivateKey(block(b, dir, key))
		must.OK(b, err)
		c.keys[ref] = k.(*rsa.PrivateKey)
	}
	cert, err := x509.ParseCertificate(c.cert)
	must.OK(b, err)
	c.id = sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	grant, err := x509.ParsePKIXPublicKey(block(b, dir, "grant.pub.pem"))
	must.OK(b, err)
	c.grant = grant.(*ecdsa.PublicKey)
	return c
}

func (c *card) facts() port.Facts {
	return port.Facts{Token: kiosk.TokenCard, AuthCert: c.cert, HasSign: true, AuthTries: 3, SignTries: 0, Trusted: true}
}

func (c *card) sign(ref kiosk.Ref, digest [32]byte) []byte {
	c.Helper()
	s, err := rsa.SignPKCS1v15(rand.Reader, c.keys[ref], crypto.SHA256, digest[:])
	must.OK(c, err)
	return s
}

// opens reports whether the command opens this card for that act after that
// challenge.
func (c *card) opens(g port.Grant, challenge [16]byte) bool {
	digest := wire.GrantDigest(c.id, challenge, g.Flow, g.Act, g.ID)
	r, s := new(big.Int).SetBytes(g.Command[23:55]), new(big.Int).SetBytes(g.Command[55:87])
	return ecdsa.Verify(c.grant, digest[:], r, s)
}
