// Package renewal renews the kiosk's own certificate at the authority before it
// ends. Call [Run] in a goroutine of its own; it ends with its context and for
// no other reason: a kiosk whose certificate cannot be renewed goes on serving
// and logs how long the old one lasts. [File] keeps the renewed pair.
package renewal

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/offline/backoff"
)

// policy: what is late already is spread over an hour; nothing is lost by a
// day's delay, so pauses are long.
var policy = backoff.Policy{Spread: time.Hour, Base: 10 * time.Minute, Max: 6 * time.Hour, Unreachable: 30 * time.Minute}

// checkEvery is how often the date is looked at: a kiosk without a clock of its own
// learns the date some time after its start.
const checkEvery = time.Hour

// An Authority certifies, and holds the certificate in use; authority.Client does.
type Authority interface {
	Certificate() *x509.Certificate
	Renew(ctx context.Context, csr []byte) (der []byte, err error)
	Adopt(tls.Certificate) error
}

// A Keeper keeps the renewed pair; File.
type Keeper interface {
	// Ready fails where Keep would: no key is asked a certificate for that
	// could then not be kept.
	Ready() error
	// NewKey makes the private key of the next pair, ECDSA P-256.
	NewKey() (crypto.Signer, error)
	// Keep returns when the pair is on the disk.
	Keep(tls.Certificate) error
}

// Due is when a certificate is to be renewed: after two thirds of its life,
// and then within a twelfth of it, at a moment that is drawn from the
// certificate itself. So a fleet that was enrolled in one day renews over a
// month of a year's certificates, and a kiosk that restarts does not draw anew.
func Due(c *x509.Certificate) time.Time {
	life := c.NotAfter.Sub(c.NotBefore)
	h := sha256.Sum256(c.Raw)
	part := float64(binary.BigEndian.Uint64(h[:8])) / (1 << 64)
	return c.NotBefore.Add(life/3*2 + time.Duration(part*float64(life/12)))
}

// Options of [Run]. All but Sleep are required.
type Options struct {
	Now  func() time.Time
	Rand *mathrand.Rand // spread and jitter, nothing secret; used by Run alone
	Log  *slog.Logger
	// Turn is held while a certificate is asked for; nil where nothing else asks for one.
	Turn sync.Locker
	// Sleep waits, and returns ctx's error where ctx ends first; nil: a timer. A
	// simulation has a time of its own.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Run renews the kiosk's certificate whenever it is due, until ctx ends,
// and returns its error.
func Run(ctx context.Context, to Authority, keep Keeper, o Options) error {
	if o.Sleep == nil {
		o.Sleep = backoff.Sleep
	}
	if o.Turn == nil {
		o.Turn = new(sync.Mutex)
	}
	p := backoff.New(policy, o.Rand)
	if late := o.Now().Sub(Due(to.Certificate())); late > 0 { // with all kiosks that were switched off as long
		if err := o.Sleep(ctx, p.First()); err != nil {
			return err
		}
	}
	for {
		wait := min(Due(to.Certificate()).Sub(o.Now()), checkEvery)
		if wait <= 0 {
			err := inTurn(o.Turn, func() error { return Now(ctx, to, keep, o.Now()) })
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err == nil {
				p.Reset()
				o.Log.Info("certificate renewed", "until", to.Certificate().NotAfter.UTC())
				continue
			}
			left := to.Certificate().NotAfter.Sub(o.Now()).Round(time.Hour)
			o.Log.Error("certificate not renewed", "err", err, "left", left)
			wait = p.Next(wire.RetryAfter(err), err)
		}
		if err := o.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func inTurn(turn sync.Locker, do func() error) error {
	turn.Lock()
	defer turn.Unlock()
	return do()
}

// Now makes a key, has it certified, and keeps both before they are used. Whatever cuts it short, the old pair is there and good: the worst is a
// certificate at the authority whose key is lost.
func Now(ctx context.Context, to Authority, keep Keeper, now time.Time) error {
	if err := keep.Ready(); err != nil {
		return err
	}
	key, err := keep.NewKey()
	if err != nil {
		return err
	}
	old := to.Certificate()
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: old.Subject.CommonName}, SignatureAlgorithm: x509.ECDSAWithSHA256,
	}, key)
	if err != nil {
		return err
	}
	der, err := to.Renew(ctx, csr)
	if err != nil {
		return err
	}
	leaf, err := check(der, old, key.Public(), now)
	if err != nil {
		return err
	}
	pair := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
	if err := keep.Keep(pair); err != nil {
		return err
	}
	return to.Adopt(pair)
}
