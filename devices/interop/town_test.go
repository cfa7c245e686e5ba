package interop

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"path/filepath"
	"sync"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/secret/secrettest"
)

// certSize is the length of the certificate in the peers' measurements.
const certSize = 876

var errSize = errors.New("no certificate of that length")

// measured is the test resident with a certificate of that length, and the CA
// that signed it.
func measured(t testing.TB) sim.Resident {
	t.Helper()
	r, err := madeResident()
	must.OK(t, err)
	return r
}

var madeResident = sync.OnceValues(func() (sim.Resident, error) {
	r, err := sim.ReadResident(hanakoDir)
	if err != nil {
		return r, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return r, err
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA of one test"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: r.AuthCA.NotBefore, NotAfter: r.AuthCA.NotAfter}
	if r.AuthCA, err = issue(ca, ca, &key.PublicKey, key); err != nil {
		return r, err
	}
	for filler, tries := 0, 0; tries < 8; tries++ {
		leaf := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "TEST"},
			KeyUsage: x509.KeyUsageDigitalSignature, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
			ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 25, 1}, Value: make([]byte, filler)}}}
		if r.AuthCert, err = issue(leaf, r.AuthCA, &r.AuthKey.PublicKey, key); err != nil {
			return r, err
		}
		missing := certSize - len(r.AuthCert.Raw)
		if missing == 0 {
			return r, nil
		}
		if filler += missing; filler < 0 {
			break
		}
	}
	return r, errSize
})

func issue(c, by *x509.Certificate, holder *rsa.PublicKey, key *rsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, c, by, holder, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// grant is the authority's permission to reset the password of the measured
// card: domain, card id, challenge, target, P1, grant id, signed with ECDSA.
func grant(t testing.TB, id port.CardID, challenge []byte) port.Grant {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(must.Block(t, must.Read(t, filepath.Join(hanakoDir, "grant.key.pem"))))
	must.OK(t, err)
	g := port.Grant{Flow: kiosk.FlowP, Act: kiosk.Reset}
	_, _ = rand.Read(g.ID[:])
	body := append([]byte{0x9B, 0x02}, g.ID[:]...)
	h := sha256.New()
	for _, part := range [][]byte{[]byte("myna-card/grant/v1"), id[:], challenge, body} {
		h.Write(part)
	}
	r, s, err := ecdsa.Sign(rand.Reader, key.(*ecdsa.PrivateKey), h.Sum(nil))
	must.OK(t, err)
	copy(g.Command[:], []byte{0x00, 0x82, 0x00, 0x96, 0x52})
	copy(g.Command[5:], body)
	r.FillBytes(g.Command[23:55])
	s.FillBytes(g.Command[55:])
	return g
}

var slots = secrettest.Slots(2)

// typed fills slot i.
func typed(t testing.TB, i int, keys string) secret.Secret {
	t.Helper()
	return secrettest.Typed(t, slots()[i], keys)
}
