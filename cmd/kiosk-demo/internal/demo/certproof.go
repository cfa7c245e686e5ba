package demo

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/handset"
	"multicopy.example/cmd/kiosk-demo/internal/certs"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// Consents lists what a person has agreed to.
func (h *CertHand) Consents(ctx context.Context, person, phone string, act certs.Act, secret []byte) (all []appclient.Consent, err error) {
	p, card, err := h.find(person, phone)
	if err != nil {
		return nil, err
	}
	line := h.authority.App()
	var r appclient.ConsentsReply
	switch {
	case act == certs.CardConsents:
		r, err = byCard(ctx, h, card, kiosk.RefAuth, secret, appclient.ForConsents, line.Consents)
	case p.app == nil:
		return nil, errNoPhone
	default:
		r, err = byPhone(ctx, p.app, kiosk.RefAuth, secret, appclient.ForConsents, line.Consents)
	}
	return r.Consents, ofCard(err)
}

// Withdraw signs the statement of a withdrawal with the card, or with the phone.
func (h *CertHand) Withdraw(ctx context.Context, person, phone string, act certs.Act, statement, secret []byte) (now appclient.Consent, err error) {
	p, card, err := h.find(person, phone)
	if err != nil {
		return now, err
	}
	var cert []byte
	sign := func(digest [32]byte) ([]byte, error) { return h.card.SignBy(ctx, card, kiosk.RefSign, secret, digest) }
	switch {
	case act == certs.CardWithdraw:
		cert, err = certOf(card, "sign")
	case p.app == nil || p.app.Phone.Cert(kiosk.RefSign) == nil:
		return now, errNoPhone
	default:
		cert = p.app.Phone.Cert(kiosk.RefSign)
		sign = func(digest [32]byte) ([]byte, error) {
			signature, err := p.app.Phone.Sign(kiosk.RefSign, secret, digest)
			return signature, ofPhone(p.app, kiosk.RefSign, err)
		}
	}
	if err != nil {
		return now, err
	}
	m := appclient.WithdrawConsent{Statement: statement}
	if m.CMS, err = cms.Sign(statement, cert, time.Now(), sign); err != nil {
		return now, ofCard(err)
	}
	return h.authority.App().WithdrawConsent(ctx, m)
}

// byCard proves something with the card. The challenge comes first: what would be refused
// anyway spends no try.
func byCard[R any](ctx context.Context, h *CertHand, card *cards.Card, ref kiosk.Ref, secret []byte, what string,
	send func(context.Context, appclient.Proof) (R, error)) (r R, err error) {
	p := appclient.Proof{}
	if p.Cert, err = certOf(card, map[kiosk.Ref]string{kiosk.RefAuth: "auth", kiosk.RefSign: "sign"}[ref]); err != nil {
		return r, err
	}
	if p.Challenge, err = h.authority.App().LogInChallenge(ctx, p.Cert); err != nil {
		return r, err
	}
	if p.Signature, err = h.card.SignBy(ctx, card, ref, secret, appclient.LogInDigest(p.Challenge, p.Cert, what)); err != nil {
		return r, err
	}
	return send(ctx, p)
}

// byPhone proves something with the phone.
func byPhone[R any](ctx context.Context, a *handset.App, ref kiosk.Ref, secret []byte, what string, send func(context.Context, appclient.Proof) (R, error)) (r R, err error) {
	p, err := a.Prove(ctx, ref, secret, what)
	if err != nil {
		return r, ofPhone(a, ref, err)
	}
	return send(ctx, p)
}

// ofPhone tells a phone's wrong secrets as a card's.
func ofPhone(a *handset.App, ref kiosk.Ref, err error) error {
	switch {
	case errors.Is(err, sim.ErrLocked):
		return port.ErrBlocked
	case errors.Is(err, sim.ErrSecret):
		pin, password := a.Phone.Tries()
		return port.WrongSecret{Left: kiosk.Tries{pin, password}.Of(ref)}
	}
	return err
}

// private gets a certificate of the private issuer over a key in a file.
func (h *CertHand) private(ctx context.Context, p *handheld, card *cards.Card, password []byte) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		return err
	}
	cert, err := byCard(ctx, h, card, kiosk.RefSign, password, appclient.ForPrivate(csr), func(ctx context.Context, proof appclient.Proof) ([]byte, error) {
		return h.authority.App().Private(ctx, proof, csr)
	})
	if err != nil {
		return ofCard(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	p.key, p.cert = key, cert
	return nil
}

func (h *CertHand) weakLogIn(ctx context.Context, p *handheld) (t certs.Told, err error) {
	h.mu.Lock()
	proof, key := appclient.Proof{Cert: p.cert}, p.key
	h.mu.Unlock()
	if key == nil {
		return t, errNoPhone
	}
	line := h.authority.App()
	if proof.Challenge, err = line.LogInChallenge(ctx, proof.Cert); err != nil {
		return t, err
	}
	digest := appclient.LogInDigest(proof.Challenge, proof.Cert, appclient.ForLogIn)
	if proof.Signature, err = ecdsa.SignASN1(rand.Reader, key, digest[:]); err != nil {
		return t, err
	}
	r, err := line.LogIn(ctx, proof)
	return certs.Told{Resident: r.Resident, Weak: r.Weak}, err
}
