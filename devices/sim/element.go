package sim

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"sync"

	"multicopy.example/kiosk"
)

// An Element is the secure element (GP-SE) of a phone: it makes keys, attests them and
// signs with them, and gives none of them out. What it holds survives a wipe of the phone.
// How a real one is called is not public, so that nothing is imitated: its methods are
// Go's, but for the applet that a reader meets ([Phone.Target]). It can be called by
// several goroutines.
type Element struct {
	mu     sync.Mutex
	batch  *Batch
	keys   map[kiosk.Ref]*rsa.PrivateKey
	applet *Card // with both certificates; nil before Install
}

// Element is one of the batch, without keys.
func (b *Batch) Element() *Element {
	return &Element{batch: b, keys: map[kiosk.Ref]*rsa.PrivateKey{}}
}

// The errors of an element.
var (
	ErrNoKey     = errors.New("sim: the element has no such key")
	ErrNotItsKey = errors.New("sim: the certificate is of a key that the element did not make")
	ErrNoPair    = errors.New("sim: no certificates are installed")
	ErrSecret    = errors.New("sim: the secret is wrong, or has the wrong form")
	ErrLocked    = errors.New("sim: the secret is locked")
)

// Generate makes a key in the place of the one it had, and answers a request for its
// certificate (PKCS#10), signed by it, and its attestation, the key's certificate first.
func (e *Element) Generate(ref kiosk.Ref, nonce []byte) (request []byte, attestation [][]byte, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	request, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "key of a phone"}}, key)
	if err != nil {
		return nil, nil, err
	}
	if attestation, err = e.batch.attests(&key.PublicKey, ref, nonce); err != nil {
		return nil, nil, err
	}
	e.keys[ref] = key
	return request, attestation, nil
}

// Pair is what is installed: both certificates with their CAs, and the secrets that the
// person has chosen.
type Pair struct {
	Token                      string // label of EF 0006
	Auth, AuthCA, Sign, SignCA *x509.Certificate
	PIN, Password              []byte
}

// Install puts a pair in. It refuses certificates whose keys are not the element's.
func (e *Element) Install(p Pair) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for ref, cert := range map[kiosk.Ref]*x509.Certificate{kiosk.RefAuth: p.Auth, kiosk.RefSign: p.Sign} {
		key := e.keys[ref]
		if key == nil {
			return ErrNoKey
		}
		if !key.PublicKey.Equal(cert.PublicKey) {
			return ErrNotItsKey
		}
	}
	if !isPIN(p.PIN) || !isPassword(p.Password) {
		return ErrSecret
	}
	e.applet = NewCard(Resident{Token: p.Token, AuthKey: e.keys[kiosk.RefAuth], AuthCert: p.Auth, AuthCA: p.AuthCA,
		SignKey: e.keys[kiosk.RefSign], SignCert: p.Sign, SignCA: p.SignCA,
		PIN: p.PIN, Password: p.Password, PINTries: kiosk.RefAuth.Full(), PasswordTries: kiosk.RefSign.Full()})
	return nil
}

// Sign signs a SHA-256 (PKCS #1 v1.5) for who knows the secret of the key; each wrong one
// spends a try, of the same counter that a reader spends.
func (e *Element) Sign(ref kiosk.Ref, secret []byte, digest [32]byte) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.applet == nil {
		return nil, ErrNoPair
	}
	if err := e.applet.compare(ref, secret); err != nil {
		return nil, err
	}
	return rsa.SignPKCS1v15(nil, e.keys[ref], crypto.SHA256, digest[:])
}

// compare spends a try before it compares, as VERIFY does.
func (c *Card) compare(ref kiosk.Ref, secret []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pins[sfiOf(ref)]
	if p.left == 0 {
		return ErrLocked
	}
	if p.left--; !bytes.Equal(secret, p.secret) {
		return ErrSecret
	}
	p.left = p.full
	return nil
}

// Erase takes keys and certificates away, as an authority has it done that has revoked them.
func (e *Element) Erase() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.keys, e.applet = map[kiosk.Ref]*rsa.PrivateKey{}, nil
}

// String tells no secret.
func (e *Element) String() string {
	return fmt.Sprintf("an element of %s", e.batch.Cert.Subject.CommonName)
}
