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
//
// What is set up stands beside what is in use until Switch, so that a set-up that fails ends
// nothing.
type Element struct {
	mu    sync.Mutex
	batch *Batch
	used  slot // what a reader and Sign meet
	next  slot // what Generate and Install fill
}

// slot has room for one pair.
type slot struct {
	keys   map[kiosk.Ref]*rsa.PrivateKey
	applet *Card // with both certificates; nil before Install
}

// Element is one of the batch, without keys.
func (b *Batch) Element() *Element {
	return &Element{batch: b, next: slot{keys: map[kiosk.Ref]*rsa.PrivateKey{}}}
}

// The errors of an element.
var (
	ErrNoKey     = errors.New("sim: the element has no such key")
	ErrNotItsKey = errors.New("sim: the certificate is of a key that the element did not make")
	ErrNoPair    = errors.New("sim: no certificates are installed")
	ErrSecret    = errors.New("sim: the secret is wrong, or has the wrong form")
	ErrLocked    = errors.New("sim: the secret is locked")
)

// Generate makes a key for a pair that is set up, and answers a request for its certificate
// (PKCS#10), signed by it, and its attestation, the key's certificate first. What was installed
// and is not in use is gone.
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
	e.next.keys[ref], e.next.applet = key, nil
	return request, attestation, nil
}

// Pair is what is installed: both certificates with their CAs, and the secrets that the
// person has chosen.
type Pair struct {
	Token                      string // label of EF 0006
	Auth, AuthCA, Sign, SignCA *x509.Certificate
	PIN, Password              []byte
}

// Install puts a pair in, to be used. It refuses certificates whose keys are not the element's.
func (e *Element) Install(p Pair) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for ref, cert := range map[kiosk.Ref]*x509.Certificate{kiosk.RefAuth: p.Auth, kiosk.RefSign: p.Sign} {
		key := e.next.keys[ref]
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
	e.next.applet = NewCard(Resident{Token: p.Token, AuthKey: e.next.keys[kiosk.RefAuth], AuthCert: p.Auth, AuthCA: p.AuthCA,
		SignKey: e.next.keys[kiosk.RefSign], SignCert: p.Sign, SignCA: p.SignCA,
		PIN: p.PIN, Password: p.Password, PINTries: kiosk.RefAuth.Full(), PasswordTries: kiosk.RefSign.Full()})
	return nil
}

// Switch has what was installed take the place of what was in use.
func (e *Element) Switch() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.next.applet == nil {
		return ErrNoPair
	}
	e.used, e.next = e.next, slot{keys: map[kiosk.Ref]*rsa.PrivateKey{}}
	return nil
}

// Sign signs a SHA-256 (PKCS #1 v1.5) for who knows the secret of the key; each wrong one
// spends a try, of the same counter that a reader spends.
func (e *Element) Sign(ref kiosk.Ref, secret []byte, digest [32]byte) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.used.sign(ref, secret, digest)
}

// SignNext is Sign with a key of what was installed and is not in use yet.
func (e *Element) SignNext(ref kiosk.Ref, secret []byte, digest [32]byte) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.next.sign(ref, secret, digest)
}

// Tries are what is left of both secrets of the pair that is in use; -1 where there is none.
func (e *Element) Tries() (pin, password int8) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.used.applet == nil {
		return -1, -1
	}
	s := e.used.applet.Snapshot()
	return s.AuthTries, s.SignTries
}

// Cert is the certificate of a key that is in use, DER; nil: there is none.
func (e *Element) Cert(ref kiosk.Ref) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch r := e.used.applet; {
	case r == nil:
		return nil
	case ref == kiosk.RefSign:
		return r.res.SignCert.Raw
	default:
		return r.res.AuthCert.Raw
	}
}

func (s slot) sign(ref kiosk.Ref, secret []byte, digest [32]byte) ([]byte, error) {
	if s.applet == nil {
		return nil, ErrNoPair
	}
	if err := s.applet.compare(ref, secret); err != nil {
		return nil, err
	}
	return rsa.SignPKCS1v15(nil, s.keys[ref], crypto.SHA256, digest[:])
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
	e.used, e.next = slot{}, slot{keys: map[kiosk.Ref]*rsa.PrivateKey{}}
}

// String tells no secret.
func (e *Element) String() string {
	return fmt.Sprintf("an element of %s", e.batch.Cert.Subject.CommonName)
}
