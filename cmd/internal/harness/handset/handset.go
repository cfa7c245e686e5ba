// Package handset is the app on a simulated phone: what it does with the phone's secure
// element, with the card that is held to it and with the authority's line for apps.
//
// In order: Begin makes the keys and answers a Draft, of which the person reads both control
// codes; Apply sends it with the card's signature; Install puts the certificates in under
// two new secrets; Activate takes them into use. Prove signs for whatever else is asked.
package handset

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"sync"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// Card is a card that is held to the phone while its password is verified.
type Card struct {
	Cert []byte                                // of its signing key, DER
	Sign func(digest [32]byte) ([]byte, error) // SHA-256, PKCS #1 v1.5
}

// App is the app on a phone. It can be called by several goroutines.
type App struct {
	Phone *sim.Phone

	line *appclient.Client
	now  func() time.Time

	mu            sync.Mutex
	newest, inUse string // applications; a wipe takes them
}

// New is an app that has applied for nothing.
func New(p *sim.Phone, line *appclient.Client, now func() time.Time) *App {
	return &App{Phone: p, line: line, now: now}
}

// Draft is an application before the card has signed it.
type Draft struct {
	Statement []byte
	Code      string                    // the control code that the phone shows
	Offer     appclient.PhoneOfferReply // what the authority reads in it, and its control code
}

var words = map[sim.PhoneKind]string{sim.Android: appclient.Android, sim.IPhone: appclient.IPhone}

// Begin makes both keys in the element, on a nonce for the person of that card.
func (a *App) Begin(ctx context.Context, cardCert []byte) (d Draft, err error) {
	nonce, err := a.line.PhoneNonce(ctx, cardCert)
	if err != nil {
		return d, err
	}
	if len(nonce) != 32 {
		return d, errors.New("handset: the nonce has not 32 bytes")
	}
	said := appclient.Application{Phone: words[a.Phone.Kind], Nonce: [32]byte(nonce), At: a.now().Unix()}
	for ref, of := range map[kiosk.Ref]*appclient.PhoneKey{kiosk.RefAuth: &said.Auth, kiosk.RefSign: &said.Sign} {
		if of.Request, of.Attestation, err = a.Phone.Generate(ref, nonce); err != nil {
			return d, err
		}
	}
	if d.Statement, err = said.Encode(); err != nil {
		return d, err
	}
	d.Code = appclient.ControlCode(d.Statement)
	d.Offer, err = a.line.PhoneOffer(ctx, d.Statement)
	return d, err
}

// Apply sends what the card signs.
func (a *App) Apply(ctx context.Context, d Draft, card Card) (r appclient.PhoneReply, err error) {
	m := appclient.PhoneApply{Statement: d.Statement}
	if m.CMS, err = cms.Sign(d.Statement, card.Cert, a.now(), card.Sign); err != nil {
		return r, err
	}
	if r, err = a.line.PhoneApply(ctx, m); err == nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.newest = r.Application
	}
	return r, err
}

// ErrNone: the app has applied for nothing that it knows of.
var ErrNone = errors.New("handset: nothing was applied for on this phone")

// Status asks how the newest application stands or, where it has ended or there is none, what
// is in use.
func (a *App) Status(ctx context.Context) (r appclient.PhoneReply, err error) {
	r, err = a.status(ctx, func() string { return a.newest })
	if err == nil && r.State == appclient.PhoneEnded {
		if used, err := a.status(ctx, func() string { return a.inUse }); err == nil {
			return used, nil
		}
	}
	return r, err
}

func (a *App) status(ctx context.Context, which func() string) (r appclient.PhoneReply, err error) {
	a.mu.Lock()
	application := which()
	a.mu.Unlock()
	if application == "" {
		return r, ErrNone
	}
	return a.line.Phone(ctx, application)
}

// Install puts issued certificates into the element, under two new secrets.
func (a *App) Install(r appclient.PhoneReply, pin, password []byte) error {
	if len(r.CAs) != 2 {
		return errors.New("handset: nothing is issued")
	}
	p := sim.Pair{Token: a.Phone.Kind.Token(), PIN: pin, Password: password}
	for _, of := range []struct {
		to  **x509.Certificate
		der []byte
	}{{&p.Auth, r.Auth}, {&p.Sign, r.Sign}, {&p.AuthCA, r.CAs[0]}, {&p.SignCA, r.CAs[1]}} {
		cert, err := x509.ParseCertificate(of.der)
		if err != nil {
			return err
		}
		*of.to = cert
	}
	return a.Phone.Install(p)
}

// Activation is what all three keys sign to take the certificates into use.
func (a *App) Activation(r appclient.PhoneReply) (statement []byte, err error) {
	said := appclient.Activation{Auth: sha256.Sum256(r.Auth), Sign: sha256.Sum256(r.Sign), At: a.now().Unix()}
	if err := said.Application.UnmarshalText([]byte(r.Application)); err != nil {
		return nil, err
	}
	return said.Encode()
}

// Activate takes what was installed into use, with the signatures of the card and of both
// keys of the phone.
func (a *App) Activate(ctx context.Context, r appclient.PhoneReply, pin, password []byte, card Card) (done appclient.PhoneReply, err error) {
	m := appclient.PhoneActivate{}
	if m.Statement, err = a.Activation(r); err != nil {
		return done, err
	}
	digest := sha256.Sum256(m.Statement)
	if m.Auth, err = a.Phone.SignNext(kiosk.RefAuth, pin, digest); err != nil {
		return done, err
	}
	if m.Sign, err = a.Phone.SignNext(kiosk.RefSign, password, digest); err != nil {
		return done, err
	}
	if m.CMS, err = cms.Sign(m.Statement, card.Cert, a.now(), card.Sign); err != nil {
		return done, err
	}
	if done, err = a.line.PhoneActivate(ctx, m); err != nil {
		return done, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inUse = done.Application
	return done, a.Phone.Switch()
}

// Prove signs a fresh challenge for what it is asked for, with a key that is in use.
func (a *App) Prove(ctx context.Context, ref kiosk.Ref, secret []byte, what string) (p appclient.Proof, err error) {
	if p.Cert = a.Phone.Cert(ref); p.Cert == nil {
		return p, sim.ErrNoPair
	}
	if p.Challenge, err = a.line.LogInChallenge(ctx, p.Cert); err != nil {
		return p, err
	}
	p.Signature, err = a.Phone.Sign(ref, secret, appclient.LogInDigest(p.Challenge, p.Cert, what))
	return p, err
}

// Follow asks how the certificates in use stand, and has the element erased where they have
// ended: an old phone that is online does so.
func (a *App) Follow(ctx context.Context) (r appclient.PhoneReply, err error) {
	if r, err = a.status(ctx, func() string { return a.inUse }); err == nil && r.State == appclient.PhoneEnded {
		a.Phone.Erase()
	}
	return r, err
}

// Wipe is the phone's way back to what it left the shop with: the app forgets all, and the
// element nothing.
func (a *App) Wipe() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.newest, a.inUse = "", ""
}
