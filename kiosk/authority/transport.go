package authority

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// transport is one certificate of ours and everything that must go by it alone: its
// connections, what may be resumed of them, the signatures under batches, and
// the key that a card's proof names. The authority compares the last two with
// the connection that they come over, so nothing of one transport is used on
// another.
type transport struct {
	own    tls.Certificate
	http   *http.Client
	resume tls.ClientSessionCache
	signer crypto.Signer
	leaf   *x509.Certificate
	spki   [32]byte // SHA-256 of our TLS key
}

// newTransport makes the transport of a certificate, whose connections may be
// resumed out of resume; nil where each begins with a whole handshake. It makes no
// connection.
func newTransport(d dialer, own tls.Certificate, resume tls.ClientSessionCache) (*transport, error) {
	leaf, err := kioskKey(own)
	if err != nil {
		return nil, err
	}
	signer, ok := own.PrivateKey.(crypto.Signer)
	if pub, same := leaf.PublicKey.(*ecdsa.PublicKey); !ok || !same || !pub.Equal(signer.Public()) {
		return nil, errors.New("the private key is not the certificate's")
	}
	d.own, d.resume, d.net = own, resume, net.Dialer{Timeout: dialTime}
	return &transport{own: own, http: newHTTP(&d), resume: d.resume, signer: signer, leaf: leaf, spki: sha256.Sum256(leaf.RawSubjectPublicKeyInfo)}, nil
}

// resumable remembers what may be resumed.
func resumable() tls.ClientSessionCache { return tls.NewLRUClientSessionCache(maxConns) }

// forget makes the next request begin with a whole handshake, in
// which the other end shows who it is now.
func (l *transport) forget(name string) {
	l.resume.Put(name, nil) // the key of crypto/tls: the server's name
	l.http.CloseIdleConnections()
}

// Adopt makes another certificate ours, of the same name, from the next visit
// and the next batch on. A visit that is under way stays on the transport it began
// on, to its last Settle: the proof that its card signs names the old key, and
// a try would be spent in vain on a proof that comes over another. The old
// certificate is good for a day more.
func (c *Client) Adopt(own tls.Certificate) error {
	next, err := newTransport(c.dialer, own, resumable())
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	if next.leaf.Subject.CommonName != c.kiosk {
		return errors.New("authority: a certificate for another kiosk")
	}
	c.mu.Lock()
	old := c.transport
	c.transport = next
	c.mu.Unlock()
	old.http.CloseIdleConnections()
	return nil
}

// Try asks for the authority's health on the transport of a certificate that is not
// ours yet. A certificate of the right CA may still be refused, by a revocation
// or by one machine of several that knows an older CA; once it is adopted
// no request is served and nothing is told.
func (c *Client) Try(ctx context.Context, own tls.Certificate) error {
	l, err := newTransport(c.dialer, own, nil)
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	defer l.http.CloseIdleConnections()
	_, err = c.exchange(ctx, l, http.MethodGet, wire.PathHealth, nil, &wire.Health{}, true)
	return err
}

// Certificate is the one that is ours now.
func (c *Client) Certificate() *x509.Certificate { return c.current().leaf }

func (c *Client) current() *transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.transport
}

// begun remembers which transport a session was opened on.
func (c *Client) begun(s kiosk.SessionID, l *transport) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session, c.visit, c.claim = s, l, claim{}
}

// of is the transport of a session. One that this client did not open is a late
// word about a visit of an earlier start, and goes by what is ours now.
func (c *Client) of(s kiosk.SessionID) *transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.visit != nil && s == c.session {
		return c.visit
	}
	return c.transport
}
