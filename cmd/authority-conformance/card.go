package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// card is a test card whose secrets count as given: its keys sign at once.
type card struct {
	folder string
	cert   []byte
	id     port.CardID
	auth   *rsa.PrivateKey
	sign   *rsa.PrivateKey // nil where the card has none
	grant  *ecdsa.PublicKey
}

func (c *card) name() string { return filepath.Base(c.folder) }

func readCard(residents, name string) (*card, error) {
	c := &card{folder: filepath.Join(residents, name)}
	var err error
	if c.cert, err = pemfile.Read(filepath.Join(c.folder, "auth.crt.pem")); err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(c.cert)
	if err != nil {
		return nil, err
	}
	c.id = sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	if c.auth, err = rsaKey(filepath.Join(c.folder, "auth.key.pem")); err != nil {
		return nil, err
	}
	if c.sign, err = rsaKey(filepath.Join(c.folder, "sign.key.pem")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	c.grant, err = pemfile.Key[*ecdsa.PublicKey](filepath.Join(c.folder, "grant.pub.pem"), x509.ParsePKIXPublicKey)
	return c, err
}

func rsaKey(file string) (*rsa.PrivateKey, error) {
	return pemfile.Key[*rsa.PrivateKey](file, x509.ParsePKCS8PrivateKey)
}

func readCodeKey(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return wire.ParseSealingKey(text)
}

// signs with the key that the flow's proof secret guards.
func (c *card) signs(f kiosk.Flow, digest [32]byte) ([]byte, error) {
	key := c.auth
	if f.Proof() == kiosk.RefSign {
		key = c.sign
	}
	if key == nil {
		return nil, notProvoked("the card has no signing key")
	}
	return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
}

// reserve makes a reservation and answers its one-time password.
func (s *suite) reserve(c *card, f kiosk.Flow) (string, error) {
	if s.app == nil {
		out, err := exec.CommandContext(s.ctx, s.options.reserve, c.folder, f.String()).Output()
		if err != nil {
			return "", fmt.Errorf("reserve: %w", err)
		}
		return strings.TrimSpace(string(out)), nil
	}
	challenge, err := s.counter.Challenge(s.ctx, c.cert, f.String())
	if err != nil {
		return "", err
	}
	signature, err := c.signs(f, appclient.Digest(challenge, c.cert, f.String()))
	if err != nil {
		return "", err
	}
	r, err := s.counter.Reserve(s.ctx, c.cert, f.String(), challenge, signature)
	return r.OTP, err
}
