// Package bench tries a real reader with a real card, outside of the firmware:
// the firmware's own drivers (serial, pn532, jpki) read the card once, and what
// was said is kept as a transcript without bodies, which can be played again
// without reader and card.
//
//	Run     the trial: it needs a consent
//	Play    a transcript as a port, for the drivers to talk to
//
// A card outside of the CAs that were given, as every real My Number Card is
// where none was, is only read: of what goes to it there is SELECT, READ BINARY
// and VERIFY without data, which asks for a counter.
//
// No real reader and no real card was ever tried. Read consent.go first.
package bench

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// Options of a trial.
type Options struct {
	Consent
	Open        func() (pn532.Port, error)
	CAs         []*x509.Certificate           // whose cards may be asked for more than reading
	PIN         func() (secret.Secret, error) // asked for with the consent to spend a try
	Certificate bool                          // the transcript holds the certificate
	Patience    time.Duration                 // for a card to be laid down; 0: as long as ctx
	Say         func(format string, args ...any)
	Log         *slog.Logger
}

// ErrNotFull: the card's counter is not full, or is not told, so no try of it
// is spent here: a trial never blocks a card.
var ErrNotFull = errors.New("the PIN's counter is not full: no try is spent")

// Run makes one trial and returns what was said in it, also where it failed.
func Run(ctx context.Context, o Options) (*Tape, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	tape := &Tape{}
	r := pn532.New(func() (pn532.Port, error) {
		p, err := o.Open()
		if err != nil {
			return nil, err
		}
		return &recorder{Port: p, tape: tape, screen: screen{certificate: o.Certificate}}, nil
	}, o.Log)
	err := converse(ctx, r, o)
	return tape, errors.Join(err, r.Close())
}

// converse is the trial itself.
func converse(ctx context.Context, r *pn532.Reader, o Options) error {
	s := steps{o.Say, time.Now()}
	if err := r.Ready(ctx); err != nil {
		return err
	}
	s.done("the reader is a PN532 and is set up")
	link, err := waits(ctx, r, o.Patience)
	if err != nil {
		return err
	}
	s.done("one Type B card stands in the field")
	card := jpki.New(link, o.CAs, o.Log)
	f, err := card.Read(ctx)
	if err != nil {
		return err
	}
	s.done("the card was read, and no try was spent")
	facts(f, o.Say)
	if o.try() {
		if err := spend(ctx, card, f, o); err != nil {
			return err
		}
		s.done("the PIN was compared, and the card signed")
	}
	if err := card.Present(ctx); err != nil {
		return err
	}
	s.done("the card is still there")
	if err := card.Release(ctx); err != nil {
		return err
	}
	s.done("the card has no power any more")
	return nil
}

func waits(ctx context.Context, r *pn532.Reader, d time.Duration) (*pn532.Link, error) {
	if d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d)
		defer cancel()
	}
	return r.Wait(ctx)
}

type steps struct {
	say  func(string, ...any)
	from time.Time
}

func (s *steps) done(what string) {
	now := time.Now()
	s.say("%7.1f ms  %s", float64(now.Sub(s.from).Microseconds())/1000, what)
	s.from = now
}

// facts says what was read, and nothing by which the card is known again but
// the hash of its certificate.
func facts(f port.Facts, say func(string, ...any)) {
	kind, ok := map[kiosk.Token]string{kiosk.TokenCard: "My Number Card", kiosk.TokenOld: "Juki card", kiosk.TokenAndroid: "Android phone",
		kiosk.TokeniPhone: "iPhone"}[f.Token]
	if !ok {
		kind = "unknown"
	}
	say("            token: %s; signing certificate: %v; tries left: PIN %d, password %d (-1: not told)", kind, f.HasSign, f.AuthTries, f.SignTries)
	if f.AuthCert != nil {
		say("            certificate: %d bytes, sha256 %x", len(f.AuthCert), sha256.Sum256(f.AuthCert))
	}
	if !f.Trusted {
		say("            no CA that was given has signed it: this card is only read, and a kiosk refuses it politely")
	}
}

// spend lets the card compare the PIN, once, and sign.
func spend(ctx context.Context, card *jpki.Card, f port.Facts, o Options) error {
	if !f.Trusted {
		return fmt.Errorf("%w: not signed by a CA that was given", port.Fault(kiosk.MsgWrongCard))
	}
	if f.AuthTries != kiosk.RefAuth.Full() {
		return fmt.Errorf("%w (%d left)", ErrNotFull, f.AuthTries)
	}
	pin, err := o.PIN()
	if err != nil {
		return err
	}
	defer pin.Wipe()
	if err := card.Verify(ctx, kiosk.RefAuth, pin); err != nil {
		return err
	}
	digest := sha256.Sum256([]byte("kiosk-demo bench"))
	signature, err := card.Sign(ctx, kiosk.RefAuth, digest)
	if err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(f.AuthCert)
	if err != nil {
		return err
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return errors.New("the certificate's key is no RSA key")
	}
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature)
}
