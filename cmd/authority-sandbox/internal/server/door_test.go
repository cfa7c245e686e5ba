package server

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/admission"
	"multicopy.example/kiosk/must"
)

// line is a door with its CA, and a server behind it that answers each
// connection with one byte.
type line struct {
	*testing.T
	ca   *pki.Pair
	door *Door
	log  *bytes.Buffer
}

func pair(t *testing.T, p *pki.Pair, err error) tls.Certificate {
	t.Helper()
	must.OK(t, err)
	return tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key}
}

func newLine(t *testing.T, limits Limits) *line {
	t.Helper()
	ca, err := pki.NewTransportCA(time.Now())
	must.OK(t, err)
	own, err := ca.Server(time.Now(), "127.0.0.1")
	roots := x509.NewCertPool()
	roots.AddCert(ca.Cert)
	secure := KioskTLS(pair(t, own, err), roots, time.Now)
	secure.SetSessionTicketKeys([][32]byte{{1}, {2}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	n := &line{T: t, ca: ca, log: &bytes.Buffer{}}
	n.door = NewDoor(l, secure, limits, slog.New(slog.NewTextHandler(n.log, nil)))
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			c, err := n.door.Accept()
			if err != nil {
				return
			}
			c.Write([]byte("!")) //nolint:errcheck // the client says what it got
			c.Close()
		}
	}()
	t.Cleanup(func() { n.door.Close(); <-served })
	return n
}

// kiosk is the TLS configuration of one, with a cache for its tickets.
func (n *line) kiosk(name string) *tls.Config {
	n.Helper()
	p, err := n.ca.Kiosk(name, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	roots := x509.NewCertPool()
	roots.AddCert(n.ca.Cert)
	return &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", Certificates: []tls.Certificate{pair(n.T, p, err)}, ClientSessionCache: tls.NewLRUClientSessionCache(1)}
}

func (n *line) dial(c *tls.Config) (resumed bool, err error) {
	n.Helper()
	conn, err := tls.Dial("tcp", n.door.Addr().String(), c)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	_, err = io.ReadAll(conn)
	return conn.ConnectionState().DidResume, err
}

// empty waits until the connections that are served have left their places.
func (n *line) empty() {
	n.Helper()
	for _, hello := n.door.pending.Len(); hello > 0; _, hello = n.door.pending.Len() {
		if n.Context().Err() != nil {
			n.Fatal("a connection that is served keeps its place")
		}
		runtime.Gosched()
	}
}

func TestKnownKioskFindsItsPlaceWhereTheOthersAreTaken(t *testing.T) {
	n := newLine(t, Limits{Handshakes: 1, Silent: 8})
	known, unknown, forger := n.kiosk("kiosk-0001"), n.kiosk("kiosk-0002"), n.kiosk("kiosk-0003")
	for _, c := range []*tls.Config{known, forger} {
		if resumed, err := n.dial(c); resumed || err != nil {
			t.Fatal(resumed, err)
		}
		n.empty()
	}
	cached, _ := forger.ClientSessionCache.Get("127.0.0.1")
	ticket, state, err := cached.ResumptionState()
	if err != nil || len(ticket) == 0 {
		t.Fatal(len(ticket), err)
	}
	ticket[len(ticket)/2] ^= 1
	other, err := tls.NewResumptionState(ticket, state)
	must.OK(t, err)
	forger.ClientSessionCache.Put("127.0.0.1", other)

	taken, _ := n.door.pending.Arrive(netip.Addr{}, time.Now(), func() {})
	if !taken.Hello("", time.Now()) {
		t.Fatal("the one place is not free")
	}
	if resumed, err := n.dial(known); !resumed || err != nil {
		t.Errorf("a known kiosk: resumed %v, %v", resumed, err)
	}
	for name, c := range map[string]*tls.Config{"unknown": unknown, "a ticket that does not open": forger} {
		if _, err := n.dial(c); err == nil {
			t.Errorf("%s: let in although the place is taken", name)
		}
	}
	taken.Leave()
	for name, c := range map[string]*tls.Config{"unknown": unknown, "a ticket that does not open": forger} {
		if resumed, err := n.dial(c); resumed || err != nil {
			t.Errorf("%s: resumed %v, %v", name, resumed, err)
		}
		n.empty()
	}
	if got := n.door.pending.Turned(); got != (admission.Turned{Full: 2}) {
		t.Errorf("%+v", got)
	}
}

func TestCrowdBeforeTheDoorIsOneLineInTheLog(t *testing.T) {
	n := newLine(t, Limits{Handshakes: 64, Silent: 64})
	const crowd = 200
	for range crowd {
		c, err := net.Dial("tcp", n.door.Addr().String())
		must.OK(t, err)
		io.WriteString(c, "GET / HTTP/1.1\r\n\r\n") //nolint:errcheck // it may be cut already
		io.Copy(io.Discard, c)                      //nolint:errcheck // until it is closed
		c.Close()
	}
	long := errors.New(strings.Repeat("x", 1<<20))
	n.door.report.failed(nil, long)
	n.door.report.line()
	n.door.report.line()
	if text := n.log.String(); strings.Count(text, "\n") != 1 || len(text) > 600 || !strings.Contains(text, "broken=201") {
		t.Errorf("%d bytes: %.600s", len(text), text)
	}
}

// troubled is a listener whose Accept fails a few times.
type troubled struct {
	net.Listener
	errs []error
}

func (l *troubled) Accept() (net.Conn, error) {
	err := l.errs[0]
	l.errs = l.errs[1:]
	return nil, err
}

func TestDoorOutlivesTheLackOfFiles(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	defer l.Close()
	op := func(e error) error { return &net.OpError{Op: "accept", Err: e} }
	last := op(syscall.EBADF)
	bad := &troubled{Listener: l, errs: []error{op(syscall.EMFILE), op(syscall.ECONNABORTED), op(syscall.ENOBUFS), last}}
	d := NewDoor(bad, &tls.Config{}, DefaultLimits, slog.New(slog.DiscardHandler))
	if _, err := d.Accept(); err != last {
		t.Errorf("ended with %v", err)
	}
	if len(bad.errs) != 0 {
		t.Errorf("%d were not asked for", len(bad.errs))
	}
}
