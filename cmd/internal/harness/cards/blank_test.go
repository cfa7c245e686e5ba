package cards

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"sync"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

var key = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// blank is a card with empty files.
func blank(t *testing.T) *sim.Card { return faced(t, nil, "") }

// faced is one with a face.
func faced(t *testing.T, file []byte, number string) *sim.Card {
	t.Helper()
	k, err := key()
	must.OK(t, err)
	none := &x509.Certificate{}
	return sim.NewCard(sim.Resident{AuthKey: k, AuthCert: none, AuthCA: none, SignCA: none, PIN: []byte("2580"), PINTries: 3, Face: file, NumberB: []byte(number)})
}
