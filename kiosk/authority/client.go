package authority

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

const (
	requestTime = 10 * time.Second // one request with its one repetition
	dialTime    = 5 * time.Second  // of which the connection may take
	idleTime    = 60 * time.Second // an unused connection is closed
	maxConns    = 4                // a visit needs one, the sender of records another
)

// Config is everything the client needs. Nothing in it weakens a check.
type Config struct {
	URL         string          // https://host:port, no path
	ServerName  string          // the name the certificate must carry; the URL's host where empty
	Roots       *x509.CertPool  // the authority's CA; the system's own roots are never used
	Certificate tls.Certificate // the kiosk's: ECDSA P-256, with the private key or a signer for it
	CodeKey     []byte          // 32 bytes: the X25519 key that one-time passwords are sealed to
	Log         *slog.Logger    // gets method, path, status and duration; never a body
	// Built is when the firmware was made, the zero Time where that is not known:
	// certificates are never judged by an earlier time.
	Built time.Time
	// Said is what the authority said of the time before this start, the zero
	// Time where that is not known; see [Client.Said].
	Said time.Time
	// Now is the machine's clock. time.Now where nil.
	Now func() time.Time
}

// Client is the authority as the loop sees it. It is safe for use by several
// goroutines.
type Client struct {
	base    *url.URL
	dialer  dialer // what all transports have in common
	codeKey hpke.PublicKey
	clock   *clock
	shown   atomic.Pointer[x509.Certificate]
	kiosk   string // our name, as our certificate says it
	log     *slog.Logger

	mu        sync.Mutex
	transport *transport      // of the certificate that is ours now
	session   kiosk.SessionID // the last that was opened …
	visit     *transport      // … and the transport it was opened on
	claim     claim           // the last request that was answered with a ticket
	proved    kiosk.SessionID // the last session that proved something …
	act       kiosk.Act       // … and what for: its grant must say the same
}

// New checks the configuration. It makes no connection.
func New(cfg Config) (*Client, error) {
	c, err := build(cfg)
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	return c, nil
}

func build(cfg Config) (*Client, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil {
		return nil, err
	}
	if base.Scheme != "https" || base.Host == "" || base.User != nil || (base.Path != "" && base.Path != "/") || base.RawQuery != "" {
		return nil, errors.New("the address must be https://host:port and nothing else")
	}
	if cfg.Roots == nil || cfg.Log == nil {
		return nil, errors.New("no CA or no log")
	}
	codeKey, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(cfg.CodeKey)
	if err != nil {
		return nil, fmt.Errorf("key for one-time passwords: %w", err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ServerName == "" {
		cfg.ServerName = base.Hostname()
	}
	c := &Client{base: base, codeKey: codeKey, log: cfg.Log, clock: newClock(cfg.Now, cfg.Built, cfg.Said)}
	c.dialer = dialer{roots: cfg.Roots, name: cfg.ServerName, now: c.clock.Now, shown: &c.shown}
	if c.transport, err = newTransport(c.dialer, cfg.Certificate, resumable()); err != nil {
		return nil, err
	}
	c.kiosk = c.transport.leaf.Subject.CommonName
	return c, nil
}

func newHTTP(d *dialer) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // whatever the environment says
			DialTLSContext:         d.dial,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 8 << 10,
			ResponseHeaderTimeout:  requestTime,
			IdleConnTimeout:        idleTime,
			MaxConnsPerHost:        maxConns,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       requestTime,
	}
}

// Close ends idle connections.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.transport.http.CloseIdleConnections()
	if c.visit != nil {
		c.visit.http.CloseIdleConnections()
	}
}

// Name is the kiosk's name as its certificate says it.
func (c *Client) Name() string { return c.kiosk }

// Now is the time that certificates are judged by.
func (c *Client) Now() time.Time { return c.clock.Now() }

// Said is the time that the authority said last over a connection that was
// believed, the zero Time where it has said none since the start.
func (c *Client) Said() time.Time {
	if unix := c.clock.said.Load(); unix != 0 {
		return time.Unix(unix, 0)
	}
	return time.Time{}
}

// Shown is the certificate that the other end showed last and whose name, purpose
// and CA are right; its dates may be wrong, and are what it is for. nil where none
// was shown since the start.
func (c *Client) Shown() *x509.Certificate { return c.shown.Load() }

// envelope mints a request id.
func envelope() wire.Envelope {
	e := wire.Envelope{Contract: wire.Contract}
	rand.Read(e.Request[:]) // never fails: crypto/rand ends the program instead
	return e
}

// echoer is a reply that repeats its request's id.
type echoer interface{ Echo() wire.ID }

// post sends a message and reads its reply. The same bytes go out once more
// where the connection broke: the authority answers an id it knows with the
// reply it gave, so the repetition does nothing twice. peer is the certificate
// of the end that answered.
func (c *Client) post(ctx context.Context, l *transport, path string, message, reply echoer, once bool) (peer *x509.Certificate, err error) {
	body, err := wire.Encode(message)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	peer, err = c.exchange(ctx, l, http.MethodPost, path, body, reply, once)
	if broken(ctx, err) && !(later[path] && errors.Is(err, port.ErrHandshake)) {
		c.log.Warn("connection broke, asking again", "path", path)
		peer, err = c.exchange(ctx, l, http.MethodPost, path, body, reply, once)
	}
	if err != nil {
		return nil, err
	}
	if reply.Echo() != message.Echo() {
		return nil, peerError{errors.New("the reply belongs to another request")}
	}
	return peer, nil
}

// later are the requests that no resident waits for. An authority that closes
// connections before their handshake has too much to do: a visit's request is
// repeated at once, these come later.
var later = map[string]bool{wire.PathRecords: true, wire.PathHeartbeat: true, wire.PathRenew: true, wire.PathUpdate: true}

// broken reports whether asking again may help: the connection was there and
// ended, and there is time left.
func broken(ctx context.Context, err error) bool {
	var network networkError
	var op *net.OpError
	if !errors.As(err, &network) || ctx.Err() != nil {
		return false
	}
	var timeout net.Error
	var answered statusError
	if errors.As(err, &timeout) && timeout.Timeout() || errors.As(err, &answered) {
		return false
	}
	return !errors.As(err, &op) || op.Op != "dial"
}

// exchange is one request and its answer. once closes the connection behind
// it.
func (c *Client) exchange(ctx context.Context, l *transport, method, path string, body []byte, reply any, once bool) (*x509.Certificate, error) {
	begun := time.Now()
	request, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Close = once
	request.Header.Set("User-Agent", "") // says nothing
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := l.http.Do(request)
	if err != nil {
		c.log.Warn("request", "method", method, "path", path, "err", err, "took", time.Since(begun))
		return nil, classify(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, wire.MaxMessage+1))
	c.log.Info("request", "method", method, "path", path, "status", response.StatusCode, "took", time.Since(begun))
	if err != nil {
		return nil, networkError{err}
	}
	switch {
	case response.StatusCode != http.StatusOK:
		return nil, refusal(response, data)
	case !isJSON(response):
		return nil, foreign(response)
	}
	return response.TLS.PeerCertificates[0], wire.Decode(data, reply)
}

// refusal makes an error of an answer that is not 200. One in the contract's form
// is the authority's; every other one is foreign.
func refusal(response *http.Response, data []byte) error {
	var r wire.Refusal
	if err := wire.Decode(data, &r); err != nil {
		if version := (wire.ErrVersion{}); errors.As(err, &version) {
			return err
		}
		return foreign(response)
	}
	return &wire.Refused{Code: r.Code, Status: response.StatusCode, Detail: printable(r.Detail),
		After: time.Duration(r.RetryAfter) * time.Second}
}

// isJSON reports whether the answer says that it is of the contract's media type.
func isJSON(response *http.Response) bool {
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// foreign is the error of an answer that is not the authority's own: something
// between it and us has trouble, or sends us away. Its status and Retry-After are
// all that is believed of it, and what was asked is asked again later.
func foreign(response *http.Response) error {
	return networkError{statusError{response.StatusCode, retryAfter(response)}}
}

// retryAfter is the header of that name: seconds, or a time after the answer's
// own Date (RFC 9110 §10.2.3). 0 where it is missing or neither.
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(text)
	said, serr := http.ParseTime(response.Header.Get("Date"))
	if err != nil || serr != nil {
		return 0
	}
	return max(0, at.Sub(said))
}

// statusError is an answer that is not the authority's own.
type statusError struct {
	status int
	after  time.Duration
}

func (e statusError) Error() string {
	return fmt.Sprintf("status %d, not in the contract's form", e.status)
}

// Unwrap says when to ask again.
func (e statusError) Unwrap() error { return port.ErrRetryLater{After: e.after} }

// printable keeps foreign text from moving a terminal's cursor.
func printable(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < 0x20 || c > 0x7E {
			b[i] = '?'
		}
	}
	return string(b)
}
