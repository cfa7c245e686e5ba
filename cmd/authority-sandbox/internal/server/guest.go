package server

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"multicopy.example/cmd/internal/admission"
)

// guest is a connection that is not through its handshake. Its place among the
// handshakes is asked for when its ClientHello has been read, and before a byte
// is answered.
type guest struct {
	net.Conn
	place   *admission.Conn
	asked   bool
	through bool
}

var errNoPlace = errors.New("too many handshakes are under way")

// preSharedKey is TLS's extension of that name (RFC 8446, 4.2.11).
const preSharedKey = 41

// config is the one of the server, and asks for the place. A ClientHello that
// brings a ticket waits for crypto/tls to open it, which costs a key
// agreement at most; where it does not, the question for our certificate asks,
// before anything is signed with its key.
func (g *guest) config(secure *tls.Config) *tls.Config {
	own := secure.Clone()
	own.UnwrapSession = func(ticket []byte, state tls.ConnectionState) (*tls.SessionState, error) {
		s, err := secure.DecryptTicket(ticket, state)
		if err != nil {
			return nil, err
		}
		if !g.ask(kioskOf(s)) {
			return nil, errNoPlace
		}
		return s, nil
	}
	own.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if !slices.Contains(hello.Extensions, preSharedKey) && !g.ask("") {
			return nil, errNoPlace
		}
		return nil, nil
	}
	own.Certificates = nil // or a client without a server name would not be asked about
	own.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if !g.ask("") {
			return nil, errNoPlace
		}
		return &secure.Certificates[0], nil
	}
	return own
}

// ask is for the place, once.
func (g *guest) ask(kiosk string) bool {
	if g.asked {
		return true
	}
	g.asked = true
	if g.place.Hello(kiosk, time.Now()) {
		return true
	}
	reset(g.Conn)
	return false
}

func (g *guest) Read(b []byte) (int, error) {
	if !g.through {
		g.place.Waits(time.Now())
		defer func() { g.place.Works(time.Now()) }()
	}
	return g.Conn.Read(b)
}

func (g *guest) Write(b []byte) (int, error) {
	if !g.through && !g.ask("") {
		return 0, errNoPlace
	}
	return g.Conn.Write(b)
}

// ticketOf marks what of a ticket's extra data says whose it is.
const ticketOf = "kiosk "

// sealTickets lets tickets say in a part of their own whose they are. They say
// it anyway, in the certificate, which crypto/tls shows too late.
func sealTickets(secure *tls.Config) {
	secure.WrapSession = func(state tls.ConnectionState, s *tls.SessionState) ([]byte, error) {
		if len(state.PeerCertificates) > 0 {
			s.Extra = append(s.Extra, []byte(ticketOf+state.PeerCertificates[0].Subject.CommonName))
		}
		return secure.EncryptTicket(state, s)
	}
}

// kioskOf is whose ticket it is; "" of none.
func kioskOf(s *tls.SessionState) string {
	if s != nil {
		for _, e := range s.Extra {
			if name, ok := strings.CutPrefix(string(e), ticketOf); ok {
				return name
			}
		}
	}
	return ""
}

func addressOf(c net.Conn) netip.Addr {
	if t, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return t.AddrPort().Addr()
	}
	return netip.Addr{}
}

// reset closes without a word, so that the port of a connection that was turned
// away is not remembered for minutes.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		t.SetLinger(0) //nolint:errcheck // it is closed all the same
	}
	c.Close()
}
