package sim_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

const hanakoDir = "testdata/residents/hanako"

var hanako = sync.OnceValues(func() (sim.Resident, error) { return sim.ReadResident(hanakoDir) })

func resident(t testing.TB) sim.Resident {
	t.Helper()
	r, err := hanako()
	must.OK(t, err)
	return r
}

// powered is hanako's card in a field.
func powered(t testing.TB) *sim.Card {
	t.Helper()
	c := sim.NewCard(resident(t))
	c.PowerOn()
	return c
}

// hear sends one command, in hexadecimal, and wants an answer that ends in sw.
func hear(t testing.TB, c *sim.Card, command, sw string) []byte {
	t.Helper()
	answer, ok := c.Exchange(unhex(t, command))
	if !ok {
		t.Fatalf("%s: no answer", command)
	}
	n := len(answer) - 2
	if n < 0 || !bytes.Equal(answer[n:], unhex(t, sw)) {
		t.Errorf("%s: answered …% X, want %s", command, answer[max(0, n):], sw)
		return nil
	}
	return answer[:n]
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	must.OK(t, err)
	return b
}

// Commands that many tests want.
const (
	selectAP    = "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01"
	verifyPIN   = "00 20 00 98 04 31 32 33 34"
	wrongPIN    = "00 20 00 98 04 30 30 30 30"
	verifyPass  = "00 20 00 9B 06 41 42 43 31 32 33"
	wrongPass   = "00 20 00 9B 06 57 52 4F 4E 47 31"
	askPIN      = "00 20 00 98"
	askPass     = "00 20 00 9B"
	challenge16 = "00 84 00 00 10"
	newPass     = "00 2C 02 9B 08 4E 45 57 30 50 41 53 53"
	verifyNew   = "00 20 00 9B 08 4E 45 57 30 50 41 53 53"
	unlockPass  = "00 2C 03 9B"
)

// openingFor is the authority's command for this card and challenge.
func openingFor(t testing.TB, r sim.Resident, challenge []byte, target, p1 byte) string {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(must.Block(t, must.Read(t, filepath.Join(hanakoDir, "grant.key.pem"))))
	must.OK(t, err)
	id := port.CardID(sha256.Sum256(r.AuthCert.RawSubjectPublicKeyInfo))
	act := append([]byte{target, p1}, "sixteen bytes id"...)
	h := sha256.New()
	for _, part := range [][]byte{[]byte("myna-card/grant/v1"), id[:], challenge, act} {
		h.Write(part)
	}
	x, y, err := ecdsa.Sign(rand.Reader, key.(*ecdsa.PrivateKey), h.Sum(nil))
	must.OK(t, err)
	var signature [64]byte
	x.FillBytes(signature[:32])
	y.FillBytes(signature[32:])
	return "00 82 00 96 52" + hex.EncodeToString(act) + hex.EncodeToString(signature[:])
}

// open brings a card with a verified PIN to an opening for that command.
func open(t testing.TB, c *sim.Card, target, p1 byte) {
	t.Helper()
	c16 := hear(t, c, challenge16, "9000")
	hear(t, c, openingFor(t, resident(t), c16, target, p1), "9000")
}
