package renewal

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

const day = 24 * time.Hour

// renewing lets one kiosk look after its certificate for d.
func renewing(t *testing.T, seed uint64, d time.Duration, c *client, keep Keeper) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := Run(ctx, c, keep, options(seed)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
}

func TestACertificateIsRenewedLongBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca := newCA(t)
		c := &client{t: t, ca: ca, own: ca.issue(t, nil).tls()}
		first, kept := c.own.Leaf, &memory{}
		start := time.Now()
		renewing(t, 1, 5*365*day, c, kept)
		if n := len(c.asked); n < 6 || n > 7 { // each lives for 243 to 274 days
			t.Errorf("%d certificates in five years", n)
		}
		if d := c.asked[0].Sub(start); d < 243*day || d > 274*day || c.asked[0].Sub(Due(first)).Abs() > time.Hour {
			t.Errorf("first renewed after %v", d)
		}
		if len(kept.kept) != len(c.asked) || !kept.kept[len(kept.kept)-1].Leaf.Equal(c.own.Leaf) {
			t.Errorf("%d were kept and %d asked for", len(kept.kept), len(c.asked))
		}
	})
}

func TestAFleetEnrolledInOneDayRenewsOverAMonth(t *testing.T) {
	ca := newCA(t)
	tenths := [10]int{}
	for range 400 {
		c := ca.issue(t, nil).cert
		life := c.NotAfter.Sub(c.NotBefore)
		part := float64(Due(c).Sub(c.NotBefore)-life/3*2) / float64(life/12)
		if part < 0 || part >= 1 || !Due(c).Equal(Due(c)) {
			t.Fatalf("due at %v of its twelfth", part)
		}
		tenths[int(part*10)]++
	}
	for i, n := range tenths {
		if n < 15 || n > 75 {
			t.Errorf("%d of 400 in tenth %d", n, i)
		}
	}
}

// Shops that were dark for a season come back on one morning.
func TestWhatIsLateAtTheStartIsSpreadOverAnHour(t *testing.T) {
	var quarter [4]int
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			ca := newCA(t)
			c := &client{t: t, ca: ca, own: ca.issue(t, func(x *x509.Certificate) { x.NotBefore, x.NotAfter = time.Now().Add(-300*day), time.Now().Add(65*day) }).tls()}
			start := time.Now()
			renewing(t, seed, 2*time.Hour, c, &memory{})
			if len(c.asked) != 1 || c.asked[0].Sub(start) > time.Hour {
				t.Fatalf("seed %d: asked at %v", seed, c.asked)
			}
			quarter[min(int(c.asked[0].Sub(start)/(15*time.Minute)), 3)]++
		})
	}
	for i, n := range quarter {
		if n < 8 || n > 45 {
			t.Errorf("%d of 100 in quarter %d", n, i)
		}
	}
}

func TestWhatTheAuthorityCertifiesIsJudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca := newCA(t)
		late := func(x *x509.Certificate) { x.NotBefore, x.NotAfter = time.Now().Add(-300*day), time.Now().Add(65*day) }
		for name, answer := range map[string]func(c *client, csr *x509.CertificateRequest) []byte{
			"another key": func(c *client, csr *x509.CertificateRequest) []byte { return ca.issue(t, nil).cert.Raw },
			"another kiosk": func(c *client, csr *x509.CertificateRequest) []byte {
				return c.certify(csr, func(x *x509.Certificate) { x.Subject.CommonName = "kiosk-2" })
			},
			"a CA": func(c *client, csr *x509.CertificateRequest) []byte {
				return c.certify(csr, func(x *x509.Certificate) { x.IsCA = true })
			},
			"a server's": func(c *client, csr *x509.CertificateRequest) []byte {
				return c.certify(csr, func(x *x509.Certificate) { x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
			},
			"tomorrow's": func(c *client, csr *x509.CertificateRequest) []byte {
				return c.certify(csr, func(x *x509.Certificate) { x.NotBefore = time.Now().Add(day) })
			},
			"the old dates": func(c *client, csr *x509.CertificateRequest) []byte { return c.certify(csr, late) },
			"due at once": func(c *client, csr *x509.CertificateRequest) []byte {
				return c.certify(csr, func(x *x509.Certificate) { x.NotBefore, x.NotAfter = time.Now().Add(-600*day), time.Now().Add(100*day) })
			},
			"no certificate": func(c *client, csr *x509.CertificateRequest) []byte { return []byte{0x30, 0} },
		} {
			enrolled := ca.issue(t, late).tls()
			c := &client{t: t, ca: ca, own: enrolled}
			c.answer = func(_ int, csr *x509.CertificateRequest) ([]byte, error) {
				c.ca = ca
				return answer(c, csr), nil
			}
			kept := &memory{}
			renewing(t, 1, 3*day, c, kept)
			c.ca = ca
			if len(kept.kept) != 0 || !c.own.Leaf.Equal(enrolled.Leaf) {
				t.Errorf("%s was taken", name)
			}
			if n := len(c.asked); n < 5 || n > 25 {
				t.Errorf("%s: asked %d times in three days", name, n)
			}
			c.answer = nil
			if err := Now(t.Context(), c, kept, time.Now()); err != nil {
				t.Errorf("the control: %v", err)
			}
		}
		c := &client{t: t, ca: ca, own: ca.issue(t, late).tls()} // a clock here that is a little behind is no reason
		c.answer = func(_ int, csr *x509.CertificateRequest) ([]byte, error) {
			return c.certify(csr, func(x *x509.Certificate) { x.NotBefore = time.Now().Add(5 * time.Minute) }), nil
		}
		must.Note(t, Now(t.Context(), c, &memory{}, time.Now()))
	})
}

func TestNoKeyIsCertifiedThatCouldNotBeKept(t *testing.T) {
	ca := newCA(t)
	c := &client{t: t, ca: ca, own: ca.issue(t, nil).tls()}
	full := errors.New("no space")
	if err := Now(t.Context(), c, &memory{ready: full}, time.Now()); !errors.Is(err, full) || len(c.asked) != 0 {
		t.Errorf("asked %d times, %v", len(c.asked), err)
	}
}

func TestAnAuthorityThatCannotCertifyIsAskedAgainInTime(t *testing.T) {
	for name, why := range map[string]error{
		"away":    errors.New("no route"),
		"asked":   fmt.Errorf("authority: %w", &wire.Refused{Code: wire.CodeUnavailable, After: 2 * time.Hour}),
		"expired": &wire.Refused{Code: wire.CodeKiosk},
	} {
		synctest.Test(t, func(t *testing.T) {
			ca := newCA(t)
			c := &client{t: t, ca: ca, own: ca.issue(t, nil).tls()}
			c.answer = func(n int, csr *x509.CertificateRequest) ([]byte, error) {
				if n < 30 {
					return nil, why
				}
				return c.certify(csr, nil), nil
			}
			old := c.own.Leaf
			renewing(t, 1, 330*day, c, &memory{})
			if len(c.asked) != 30 || c.own.Leaf.Equal(old) || c.asked[29].Sub(c.asked[0]) > 10*day {
				t.Errorf("%s: asked %d times", name, len(c.asked))
			}
			for i := 1; i < len(c.asked); i++ {
				if d := c.asked[i].Sub(c.asked[i-1]); d < 5*time.Minute || name == "asked" && d < 2*time.Hour {
					t.Errorf("%s: asked again after %v", name, d)
				}
			}
		})
	}
}
