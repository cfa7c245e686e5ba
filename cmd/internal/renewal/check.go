package renewal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// skew is how far the two clocks may be apart; the loop's own bound.
const skew = 10 * time.Minute

// ErrUseless: the authority certified something that the old certificate is
// better than.
var ErrUseless = errors.New("renewal: not a certificate to change to")

func useless(why string) error { return fmt.Errorf("%w: %s", ErrUseless, why) }

// check holds the authority's answer against what it was asked. The old
// certificate opens the line; one that does not would leave the kiosk to a
// visit by staff. Which CA may certify kiosks the kiosk does not know: that the
// new one opens the line is tried (Keeper).
func check(der []byte, old *x509.Certificate, key crypto.PublicKey, now time.Time) (*x509.Certificate, error) {
	c, err := Usable(der, old.Subject.CommonName, key, now)
	if err == nil && !c.NotAfter.After(old.NotAfter) {
		return nil, useless("it ends no later than the old one")
	}
	return c, err
}

// Usable reads a certificate that was asked for under this name for this key, and
// refuses one that a kiosk could not use.
func Usable(der []byte, name string, key crypto.PublicKey, now time.Time) (*x509.Certificate, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUseless, err)
	}
	pub, ok := c.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !ok || !pub.Equal(key):
		return nil, useless("it is for another key")
	case c.Subject.CommonName != name:
		return nil, useless("it is for another kiosk")
	case c.IsCA:
		return nil, useless("it is a CA's")
	case now.Before(c.NotBefore.Add(-skew)):
		return nil, useless("it is not good yet")
	case !now.Before(Due(c)):
		return nil, useless("it would have to be renewed at once")
	}
	if !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
		return nil, useless("it is not for a client")
	}
	return c, nil
}
