// Package enrol gets a machine its first certificate, or the next one where the last has
// ended. Call [Run]; the contract is cmd/internal/enrolment.
package enrol

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"time"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
)

// pause is how long is waited between two questions whether it is approved.
const pause = 3 * time.Second

// Options of Run; all but Again are required.
type Options struct {
	Config    config.Config
	Kiosk     string        // the name that the authority expects
	Authority string        // https://host:port, where it listens for kiosks without a certificate
	Key       string        // the hash of its key: enrolment.Pin
	Again     bool          // by the certificate that this machine has and that has ended
	Wait      time.Duration // for approval, at most
	Now       func() time.Time
	Sleep     func(ctx context.Context, d time.Duration) error
	Show      func(code enrolment.Code, until time.Time) // tells the person before the machine
}

// Result is what was got.
type Result struct {
	Certificate *x509.Certificate
	Files       []string // that were written
}

// Run asks for a certificate, shows the code, waits until a person at the authority has
// approved it, and installs what the configuration names. Nothing on the disk is
// changed before all of it is there and was looked at.
func Run(ctx context.Context, o Options) (r Result, err error) {
	l, err := newLine(o.Authority, o.Key)
	if err != nil {
		return r, err
	}
	if !enrolment.IsName(o.Kiosk) {
		return r, fmt.Errorf("%q is no kiosk's name: letters, digits, dots, dashes and underlines, 64 at most", o.Kiosk)
	}
	to, err := placesOf(o.Config)
	if err != nil {
		return r, err
	}
	key, err := renewal.NewKey(o.Config.Authority)
	if err != nil {
		return r, err
	}
	ask := enrolment.Ask{Contract: enrolment.Version, Kiosk: o.Kiosk}
	ask.CSR, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: o.Kiosk}, SignatureAlgorithm: x509.ECDSAWithSHA256,
	}, key)
	if err != nil {
		return r, err
	}
	pair := renewal.Beside(o.Config.Authority)
	if o.Again {
		if err := errors.Join(pair.Ready(), sign(&ask, o, pair)); err != nil {
			return r, err
		}
	} else if err := to.ready(); err != nil { // before a person is asked to approve anything
		return r, err
	}
	got, err := wait(ctx, l, ask, o)
	if err != nil {
		return r, err
	}
	if r.Certificate, err = renewal.Usable(got.Certificate, o.Kiosk, key.Public(), o.Now()); err != nil {
		return r, err
	}
	if o.Again {
		r.Files = []string{pair.Name()}
		if err := pair.Keep(tls.Certificate{Certificate: [][]byte{got.Certificate}, PrivateKey: key}); err != nil {
			return r, err
		}
		return r, own(pair.Name())
	}
	if err := look(got.Handout); err != nil {
		return r, fmt.Errorf("the authority hands out what no kiosk can use: %w", err)
	}
	r.Files, err = to.install(got, key)
	return r, err
}

// sign lets the old key say that the request is the same kiosk's.
func sign(ask *enrolment.Ask, o Options, f renewal.File) error {
	old, err := renewal.Enrolled(o.Config.Authority)
	if err != nil {
		return err
	}
	if old, err = f.Newest(old); err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(old.Certificate[0])
	if err != nil {
		return err
	}
	key, ok := old.PrivateKey.(crypto.Signer)
	switch {
	case !ok:
		return errors.New("the key that this machine has does not sign")
	case leaf.Subject.CommonName != o.Kiosk:
		return fmt.Errorf("this machine's certificate is of %q, not of %s", leaf.Subject.CommonName, o.Kiosk)
	case !o.Now().After(leaf.NotAfter):
		return fmt.Errorf("the certificate is good until %s: the kiosk renews it by itself", leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	digest := enrolment.Again(o.Kiosk, ask.CSR)
	ask.Old = leaf.Raw
	ask.Signature, err = key.Sign(rand.Reader, digest[:], crypto.SHA256)
	return err
}

// wait asks, and asks again what became of it. A network that fails meanwhile ends
// nothing: who approves may be on the way to the authority's desk.
func wait(ctx context.Context, l *line, ask enrolment.Ask, o Options) (got enrolment.Collected, err error) {
	asked, err := post[enrolment.Asked](ctx, l, enrolment.PathAsk, ask)
	if err != nil {
		return got, err
	}
	until := time.Unix(asked.Expires, 0)
	if end := o.Now().Add(o.Wait); end.Before(until) {
		until = end
	}
	o.Show(enrolment.CodeOf(ask.CSR, asked.Nonce), until)
	collect := enrolment.Collect{Contract: enrolment.Version, Request: asked.Request}
	for {
		var refused refusal
		got, err = post[enrolment.Collected](ctx, l, enrolment.PathCollect, collect)
		switch {
		case err == nil && got.State == enrolment.Approved:
			return got, nil
		case ctx.Err() != nil:
			return got, ctx.Err()
		case errors.As(err, &refused) && !refused.later(), errors.Is(err, wire.ErrMessage):
			return got, err
		case !o.Now().Before(until):
			return got, errors.Join(fmt.Errorf("not approved by %s; nothing was changed, ask again", until.UTC().Format(time.RFC3339)), err)
		}
		if err := o.Sleep(ctx, max(pause, refused.after)); err != nil {
			return got, err
		}
	}
}
