package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/attest"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/pemfile"
)

// The app's line about the certificates of phones (cmd/authority-sandbox/app.yaml). It is of no version of the
// kiosks' contract, and tried with the newest.

// batch of secure elements, of a maker that the authority believes; --elements has its files.
type batch struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// elements is read once.
func (s *suite) elements() (*batch, error) {
	switch {
	case s.made != nil:
		return s.made, nil
	case s.app == nil:
		return nil, notProvoked("no --app")
	case s.options.elements == "":
		return nil, notProvoked("no --elements")
	}
	der, err := pemfile.Read(filepath.Join(s.options.elements, "batch.crt.pem"))
	if err != nil {
		return nil, err
	}
	b := &batch{}
	if b.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	if b.key, err = pemfile.Key[*ecdsa.PrivateKey](filepath.Join(s.options.elements, "batch.key.pem"), x509.ParsePKCS8PrivateKey); err != nil {
		return nil, err
	}
	s.made = b
	return b, nil
}

// attested is a request over a key, and what the batch says of it.
func (b *batch) attested(key *rsa.PrivateKey, use attest.Purpose, nonce []byte) (of appclient.PhoneKey, err error) {
	if of.Request, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "conformance"}}, key); err != nil {
		return of, err
	}
	hash := sha256.Sum256(nonce)
	value, err := asn1.Marshal(struct {
		Version    int
		Applet     string `asn1:"utf8"`
		Key, Guard asn1.Enumerated
		Nonce      []byte
	}{1, "conformance 1", asn1.Enumerated(use), asn1.Enumerated(use), hash[:]})
	if err != nil {
		return of, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return of, err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "key of a secure element"},
		NotBefore: b.cert.NotBefore, NotAfter: b.cert.NotAfter, ExtraExtensions: []pkix.Extension{{Id: attest.OID, Value: value}}}, b.cert, key.Public(), b.key)
	of.Attestation = [][]byte{der, b.cert.Raw}
	return of, err
}

// handset is a phone of the suite's, and the card that it is of.
type handset struct {
	s    *suite
	card *card
	keys [2]*rsa.PrivateKey // by attest.Purpose
	now  appclient.PhoneReply
}

// handset makes the keys of a phone, which no authority knows yet. Its card is the last one: openings of
// it are asked for by few other requirements.
func (s *suite) handset() (h *handset, err error) {
	h = &handset{s: s, card: s.cards[len(s.cards)-1]}
	if h.card.sign == nil {
		return nil, notProvoked("the last of --cards has no signing key")
	}
	for i := range h.keys {
		if h.keys[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// issuedPhone and activePhone are handsets that got so far.
func issuedPhone(s *suite) (*handset, error) { return s.setUp((*handset).issued) }
func activePhone(s *suite) (*handset, error) { return s.setUp((*handset).active) }

func (s *suite) setUp(as func(*handset) error) (*handset, error) {
	h, err := s.handset()
	if err != nil {
		return nil, err
	}
	return h, as(h)
}

// draft is an application on a fresh nonce.
func (h *handset) draft() (said appclient.Application, err error) {
	b, err := h.s.elements()
	if err != nil {
		return said, err
	}
	nonce, err := h.s.app.PhoneNonce(h.s.ctx, h.card.cert)
	if err != nil {
		return said, err
	}
	if len(nonce) != len(said.Nonce) {
		return said, fmt.Errorf("a nonce of %d octets", len(nonce))
	}
	said = appclient.Application{Phone: appclient.Android, Nonce: [32]byte(nonce), At: time.Now().Unix()}
	if said.Auth, err = b.attested(h.keys[attest.Auth], attest.Auth, nonce); err != nil {
		return said, err
	}
	said.Sign, err = b.attested(h.keys[attest.Sign], attest.Sign, nonce)
	return said, err
}

// signed is a statement with the signature of the card's key.
func (h *handset) signed(text []byte, which string) (appclient.PhoneApply, error) {
	m := appclient.PhoneApply{Statement: text}
	cert, err := pemfile.Read(filepath.Join(h.card.folder, which+".crt.pem"))
	if err != nil {
		return m, err
	}
	key := map[string]*rsa.PrivateKey{"auth": h.card.auth, "sign": h.card.sign}[which]
	m.CMS, err = cms.Sign(text, cert, time.Now(), func(digest [32]byte) ([]byte, error) { return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]) })
	return m, err
}

func (h *handset) apply(said appclient.Application, which string) error {
	text, err := said.Encode()
	if err != nil {
		return err
	}
	m, err := h.signed(text, which)
	if err != nil {
		return err
	}
	r, err := h.s.app.PhoneApply(h.s.ctx, m)
	if err == nil {
		h.now = r
	}
	return err
}

// issued applies, and waits until the certificates are issued.
func (h *handset) issued() error {
	said, err := h.draft()
	if err == nil {
		err = h.apply(said, "sign")
	}
	for end := time.Now().Add(2 * time.Minute); err == nil && h.now.State == appclient.PhoneApplied; {
		if time.Now().After(end) {
			return errors.New("two minutes after the application nothing is issued")
		}
		time.Sleep(time.Second)
		h.now, err = h.s.app.Phone(h.s.ctx, h.now.Application)
	}
	if err == nil && (h.now.State != appclient.PhoneIssued || len(h.now.Auth) == 0 || len(h.now.Sign) == 0) {
		err = fmt.Errorf("it is %s", h.now.State)
	}
	return err
}

// activation is the message that takes what was issued into use, signed by all three keys.
func (h *handset) activation(which string) (m appclient.PhoneActivate, err error) {
	said := appclient.Activation{Auth: sha256.Sum256(h.now.Auth), Sign: sha256.Sum256(h.now.Sign), At: time.Now().Unix()}
	if err := said.Application.UnmarshalText([]byte(h.now.Application)); err != nil {
		return m, err
	}
	text, err := said.Encode()
	if err != nil {
		return m, err
	}
	by, err := h.signed(text, which)
	if err != nil {
		return m, err
	}
	m = appclient.PhoneActivate{Statement: by.Statement, CMS: by.CMS}
	digest := sha256.Sum256(text)
	if m.Auth, err = rsa.SignPKCS1v15(nil, h.keys[attest.Auth], crypto.SHA256, digest[:]); err != nil {
		return m, err
	}
	m.Sign, err = rsa.SignPKCS1v15(nil, h.keys[attest.Sign], crypto.SHA256, digest[:])
	return m, err
}

// active sets a phone up to the end.
func (h *handset) active() error {
	err := h.issued()
	if err != nil {
		return err
	}
	m, err := h.activation("sign")
	if err != nil {
		return err
	}
	if h.now, err = h.s.app.PhoneActivate(h.s.ctx, m); err == nil && h.now.State != appclient.PhoneActive {
		err = fmt.Errorf("it is %s", h.now.State)
	}
	return err
}

// proof is of a certificate's key, for something.
func (s *suite) proof(cert []byte, key *rsa.PrivateKey, what string) (p appclient.Proof, err error) {
	p.Cert = cert
	if p.Challenge, err = s.app.LogInChallenge(s.ctx, cert); err != nil {
		return p, err
	}
	digest := appclient.LogInDigest(p.Challenge, cert, what)
	p.Signature, err = rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	return p, err
}

func (h *handset) byPhone(use attest.Purpose, what string) (appclient.Proof, error) {
	return h.s.proof([2][]byte{attest.Auth: h.now.Auth, attest.Sign: h.now.Sign}[use], h.keys[use], what)
}

func (h *handset) byCard(which, what string) (appclient.Proof, error) {
	cert, err := pemfile.Read(filepath.Join(h.card.folder, which+".crt.pem"))
	if err != nil {
		return appclient.Proof{}, err
	}
	return h.s.proof(cert, map[string]*rsa.PrivateKey{"auth": h.card.auth, "sign": h.card.sign}[which], what)
}

// logsIn says whether the phone is let in.
func (h *handset) logsIn() error {
	p, err := h.byPhone(attest.Auth, appclient.ForLogIn)
	if err != nil {
		return err
	}
	r, err := h.s.app.LogIn(h.s.ctx, p)
	if err == nil && (r.Resident != h.card.name() || r.Weak) {
		err = fmt.Errorf("logged in as %+v", r)
	}
	return err
}

// turnedDown is nil where the app's line refused something with one of these words.
func turnedDown(err error, words ...string) error {
	var e *appclient.Error
	if errors.As(err, &e) {
		for _, w := range words {
			if e.Code == w {
				return nil
			}
		}
	}
	if err == nil {
		return fmt.Errorf("it was done, and has to be refused as %s", words[0])
	}
	return fmt.Errorf("%w (code of %+v), where it has to be refused as %s", err, e, words[0])
}
