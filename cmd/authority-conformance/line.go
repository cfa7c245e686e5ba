package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"multicopy.example/kiosk/authority/wire"
)

// line is the way to the authority as one kiosk. It is not the firmware's
// client: that one can send nothing wrong.
type line struct {
	url   string
	http  *http.Client
	own   tls.Certificate
	leaf  *x509.Certificate
	roots *x509.CertPool
	peer  atomic.Pointer[x509.Certificate] // of the last answer

	resumed atomic.Bool // the connection of the last answer was
}

func newLine(o options, certificate, key string) (*line, error) {
	own, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(o.roots)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: no certificate", o.roots)
	}
	return lineWith(o, roots, own, func(*tls.Config) {})
}

// lineWith is a line that change may spoil.
func lineWith(o options, roots *x509.CertPool, own tls.Certificate, change func(*tls.Config)) (*line, error) {
	leaf, err := x509.ParseCertificate(own.Certificate[0])
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: roots, ServerName: o.name, MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}}
	change(config)
	if len(config.Certificates) > 0 {
		// Shown whatever the authority asks for: Go keeps a certificate back
		// that is of none of the CAs the other end names.
		shown := config.Certificates[0]
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &shown, nil }
	}
	return &line{url: o.url, own: own, leaf: leaf, roots: roots,
		http: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: config, Proxy: nil, MaxConnsPerHost: 16},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

func (l *line) Close() { l.http.CloseIdleConnections() }

// spki is what a proof binds of this kiosk.
func (l *line) spki() [32]byte { return sha256.Sum256(l.leaf.RawSubjectPublicKeyInfo) }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	peer   *x509.Certificate
}

func (l *line) do(ctx context.Context, method, path string, body []byte) (a answer, err error) {
	request, err := http.NewRequestWithContext(ctx, method, l.url+path, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	return l.sends(request)
}

// part asks for bytes of what is no message.
func (l *line) part(ctx context.Context, path, spoken string) (a answer, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+path, nil)
	if err != nil {
		return a, err
	}
	request.Header.Set("Range", spoken)
	return l.sends(request)
}

func (l *line) sends(request *http.Request) (a answer, err error) {
	response, err := l.http.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	a.status, a.header = response.StatusCode, response.Header
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		a.peer = response.TLS.PeerCertificates[0]
		l.resumed.Store(response.TLS.DidResume)
	}
	a.body, err = io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return a, err
}

// refused is a refusal as an error.
type refused struct {
	wire.Refusal
	status int
}

func (r *refused) Error() string { return fmt.Sprintf("refused %d %s: %s", r.status, r.Code, r.Detail) }

// send posts bytes and holds the answer against the contract. A refusal is an
// error. Where the authority asks to wait, the same bytes go once more.
func (s *suite) send(l *line, method, path string, body []byte) (answer, error) {
	for patience := 3; ; patience-- {
		a, err := s.judged(l, method, path, body)
		var r *refused
		if !errors.As(err, &r) || r.Code != wire.CodeBusy || patience == 0 {
			return a, err
		}
		select {
		case <-s.ctx.Done():
			return a, s.ctx.Err()
		case <-time.After(time.Duration(r.RetryAfter)*time.Second + time.Second/10):
		}
	}
}

// judged sends once. path is one of package wire's, or of no contract.
func (s *suite) judged(l *line, method, path string, body []byte) (answer, error) {
	path = wire.PathOf(s.version, path)
	a, err := l.do(s.ctx, method, path, body)
	if err != nil {
		return a, err
	}
	if err := s.document.Reply(method, path, a.status, a.header, a.body); err != nil {
		return a, fmt.Errorf("the reply %d is outside the contract: %w", a.status, err)
	}
	if a.status == http.StatusOK {
		return a, nil
	}
	r := &refused{status: a.status}
	if err := s.decode(a.body, &r.Refusal); err != nil {
		return a, fmt.Errorf("the refusal %d is no message: %w", a.status, err)
	}
	if status := r.Code.Status(); a.status != status && !(a.status == 422 && r.Code == wire.CodeContract) {
		return a, fmt.Errorf("%s came under status %d, not %d", r.Code, a.status, status)
	}
	return a, r
}

// ask sends a message and reads its reply, which has to repeat the id.
func ask[R any](s *suite, l *line, path string, m any) (reply R, err error) {
	body, err := wire.Encode(m)
	if err != nil {
		return reply, err
	}
	a, err := s.send(l, http.MethodPost, path, body)
	if a.peer != nil {
		l.peer.Store(a.peer)
	}
	id := m.(interface{ Echo() wire.ID }).Echo()
	var r *refused
	if errors.As(err, &r) && r.Request != nil && *r.Request != id {
		return reply, errors.New("the refusal repeats another request's id")
	}
	if err != nil {
		return reply, err
	}
	if err := s.decode(a.body, &reply); err != nil {
		return reply, err
	}
	if any(reply).(interface{ Echo() wire.ID }).Echo() != id {
		return reply, errors.New("the reply repeats another request's id")
	}
	return reply, nil
}

// mint begins a request of the contract that is tried.
func (s *suite) mint() wire.Envelope { return wire.Envelope{Contract: s.version, Request: freshID()} }

func freshID() (id wire.ID) {
	rand.Read(id[:])
	return id
}

// decode reads a message of the contract that is tried.
func (s *suite) decode(body []byte, to any) error { return wire.DecodeVersion(s.version, body, to) }

// wants is nil where err is that refusal.
func wants(err error, codes ...wire.RefusalCode) error {
	var r *refused
	switch {
	case err == nil:
		return fmt.Errorf("it was answered, and %s belongs", codes[0])
	case !errors.As(err, &r):
		return err
	}
	for _, c := range codes {
		if r.Code == c {
			return nil
		}
	}
	return fmt.Errorf("%w, and %s belongs", err, codes[0])
}

// breaks is nil where err is the refusal of what breaks the contract, under that status.
func breaks(err error, status int) error {
	var r *refused
	switch {
	case err == nil:
		return errors.New("it was answered 200")
	case !errors.As(err, &r):
		return err
	case r.status != status || r.Code != wire.CodeContract:
		return fmt.Errorf("%w, and contract under %d belongs", r, status)
	}
	return nil
}
