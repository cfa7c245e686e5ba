package authority

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// Who is believed: TLS 1.3, a certificate of the configured CA for the
// configured name and for serving, inside its dates, from an end that also
// asks for ours. The check sits in VerifyConnection so that it can say which
// of these failed, and runs again on resumed connections.

// peerError is a bad other end: E-CRT, and E-CLK where only the time is wrong.
type peerError struct{ why error }

func (e peerError) Error() string { return "the other end is not the authority: " + e.why.Error() }

func (e peerError) Unwrap() []error {
	if clock := (clockError{}); errors.As(e.why, &clock) {
		return []error{e.why} // which carries a fault of its own
	}
	return []error{e.why, port.Fault(kiosk.MsgPeer)}
}

// networkError is no other end: E-NET.
type networkError struct{ why error }

func (e networkError) Error() string   { return "the authority cannot be reached: " + e.why.Error() }
func (e networkError) Unwrap() []error { return []error{e.why, port.Fault(kiosk.MsgNetwork)} }

// dialer makes connections to the one authority.
type dialer struct {
	roots  *x509.CertPool
	name   string
	own    tls.Certificate
	now    func() time.Time
	resume tls.ClientSessionCache
	shown  *atomic.Pointer[x509.Certificate] // see Client.Shown
	net    net.Dialer
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	raw, err := d.net.DialContext(ctx, network, address)
	if err != nil {
		return nil, networkError{err}
	}
	asked := false
	conn := tls.Client(raw, &tls.Config{
		MinVersion:         tls.VersionTLS13,
		ServerName:         d.name,
		ClientSessionCache: d.resume,
		Time:               d.now,
		// Go's own check is replaced, not left out: see verify.
		InsecureSkipVerify: true,
		VerifyConnection:   d.verify,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = true
			return &d.own, nil
		},
	})
	err = conn.HandshakeContext(ctx)
	// A resumed connection was asked for our certificate when it was new.
	if err == nil && !asked && !conn.ConnectionState().DidResume {
		err = peerError{errors.New("it asks for no client certificate")}
	}
	if err != nil {
		raw.Close()
		return nil, beforeHandshake(classify(err))
	}
	return conn, nil
}

// beforeHandshake adds port.ErrHandshake to an error of the network.
func beforeHandshake(err error) error {
	var network networkError
	if !errors.As(err, &network) {
		return err
	}
	return networkError{fmt.Errorf("%w: %w", port.ErrHandshake, network.why)}
}

// verify checks the chain, the name, the purpose and the dates.
func (d *dialer) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return peerError{errors.New("it shows no certificate")}
	}
	leaf := state.PeerCertificates[0]
	options := x509.VerifyOptions{
		Roots:         d.roots,
		DNSName:       d.name, // an address is compared with the certificate's addresses
		Intermediates: x509.NewCertPool(),
		CurrentTime:   d.now(),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, c := range state.PeerCertificates[1:] {
		options.Intermediates.AddCert(c)
	}
	_, err := leaf.Verify(options)
	if err == nil {
		d.shown.Store(leaf)
		return nil
	}
	// Is it only the time? Then the clock here, or the certificate there, is
	// the thing to look at, and staff is told which dates disagree.
	now := options.CurrentTime
	options.CurrentTime = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	if _, timeless := leaf.Verify(options); timeless == nil {
		d.shown.Store(leaf)
		err = clockError{now: now, from: leaf.NotBefore, to: leaf.NotAfter, why: err}
	}
	return peerError{err}
}

// clockError: a certificate that is good at another time than now, E-CLK. Who
// repairs it looks at this machine's clock first.
type clockError struct {
	now, from, to time.Time
	why           error
}

func (e clockError) Error() string {
	const day = time.DateOnly
	return fmt.Sprintf("its certificate is right for this name and CA but not for this time: it runs from %s to %s and the clock here says %s",
		e.from.UTC().Format(day), e.to.UTC().Format(day), e.now.UTC().Format(day))
}

func (e clockError) Unwrap() []error { return []error{e.why, port.Fault(kiosk.MsgClock)} }

// classify says of any transport error whether there was no peer or the wrong
// one. Silence, resets and time-outs are the network's; everything that an
// other end said is the other end's.
func classify(err error) error {
	var peer peerError
	var network networkError
	if errors.As(err, &peer) || errors.As(err, &network) {
		return err
	}
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") {
		return peerError{err} // a TLS alert, theirs or ours
	}
	var header tls.RecordHeaderError
	if errors.As(err, &header) {
		return peerError{err} // it speaks something else than TLS
	}
	var timeout net.Error
	var errno syscall.Errno
	if errors.As(err, &timeout) || errors.As(err, &errno) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed) {
		return networkError{err}
	}
	return peerError{err}
}

// kioskKey is the public half of the kiosk's TLS key. Other kinds of key than
// ECDSA P-256 are refused: the heads of batches are signed with it.
func kioskKey(c tls.Certificate) (*x509.Certificate, error) {
	if len(c.Certificate) == 0 || c.PrivateKey == nil {
		return nil, errors.New("no client certificate: TLS is mutual")
	}
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	if k, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || k.Curve != elliptic.P256() {
		return nil, errors.New("client certificate: the key is not ECDSA P-256")
	}
	return leaf, nil
}
