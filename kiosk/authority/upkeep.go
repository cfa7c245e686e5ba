package authority

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"net/http"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// Health asks whether a visit may begin. Faults: E-NET, E-CRT, E-CLK, E-VER.
func (c *Client) Health(ctx context.Context) (port.Health, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	var h wire.Health
	peer, err := c.exchange(ctx, c.current(), http.MethodGet, wire.PathHealth, nil, &h, false)
	if err != nil {
		return port.Health{}, err
	}
	c.clock.heard(h.Now, peer)
	return port.Health{Open: h.State != wire.ServiceClosed, Now: h.Now, RetryAfter: h.RetryAfter}, nil
}

// Heartbeat tells how the kiosk is and answers what Health would.
func (c *Client) Heartbeat(ctx context.Context, b wire.Beat) (port.Health, error) {
	m := wire.HeartbeatRequest{Envelope: envelope(), Version: b.Version, Queue: b.Queue, Oldest: b.Oldest, Out: b.Out.Code()}
	var r wire.HeartbeatReply
	peer, err := c.post(ctx, c.current(), wire.PathHeartbeat, m, &r, false)
	if err != nil {
		return port.Health{}, err
	}
	c.clock.heard(r.Now, peer)
	return port.Health{Open: r.State != wire.ServiceClosed, Now: r.Now, RetryAfter: r.RetryAfter}, nil
}

// Renew sends a certificate request (PKCS#10, DER) for this kiosk's name and a
// new key, and answers the certificate in DER. The old one stays good for a day
// after the first use of the new one; the caller checks and stores the new one
// before it is used.
//
// The old key signs the request, over a connection of its own that begins with a
// whole handshake: the authority believes no resumed one here, because a ticket
// says only that this kiosk once had the key.
func (c *Client) Renew(ctx context.Context, csr []byte) ([]byte, error) {
	l, err := newTransport(c.dialer, c.current().own, nil)
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	defer l.http.CloseIdleConnections()
	m := wire.RenewRequest{Envelope: envelope(), CSR: csr}
	digest := wire.Renewal(c.kiosk, csr)
	if m.Signature, err = l.signer.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
		return nil, fmt.Errorf("authority: sign the renewal: %w", err)
	}
	var r wire.RenewReply
	if _, err := c.post(ctx, l, wire.PathRenew, m, &r, false); err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(r.Certificate)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", broke("no certificate"), err)
	}
	if cert.Subject.CommonName != c.kiosk {
		return nil, broke("a certificate for another kiosk")
	}
	return r.Certificate, nil
}
