package server

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

const (
	// openPerKiosk is what one kiosk may have open. Its client has four; the
	// rest is for those that died without a word, which stay until IdleTimeout.
	openPerKiosk = 32
	openApp      = 256
)

// served bounds the connections that a server has open, by their owner. Where
// one has too many, its oldest without a request is closed; where all have one,
// the newest.
type served struct {
	most  int
	owner func(net.Conn) string
	mu    sync.Mutex
	open  map[net.Conn]*list.Element // in waits, nil with a request
	by    map[string]*owned
}

type owned struct {
	n     int
	waits list.List // net.Conn
}

// bound lets a server have so many connections of one owner.
func bound(server *http.Server, most int, owner func(net.Conn) string) {
	server.ConnState = newServed(most, owner).change
}

func newServed(most int, owner func(net.Conn) string) *served {
	return &served{most: most, owner: owner, open: map[net.Conn]*list.Element{}, by: map[string]*owned{}}
}

func (s *served) change(c net.Conn, to http.ConnState) {
	name := s.owner(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.by[name]
	switch to {
	case http.StateNew:
		if o == nil {
			o = &owned{}
			s.by[name] = o
		}
		o.n++
		s.open[c] = o.waits.PushBack(c)
		if o.n > s.most {
			out := o.waits.Front().Value.(net.Conn)
			s.leave(o, name, out)
			reset(under(out))
		}
	case http.StateActive, http.StateIdle:
		e, ok := s.open[c]
		if !ok {
			return // it was closed for another
		}
		if e != nil {
			o.waits.Remove(e)
		}
		s.open[c] = nil
		if to == http.StateIdle {
			s.open[c] = o.waits.PushBack(c)
		}
	default:
		if _, ok := s.open[c]; ok {
			s.leave(o, name, c)
		}
	}
}

func (s *served) leave(o *owned, name string, c net.Conn) {
	if e := s.open[c]; e != nil {
		o.waits.Remove(e)
	}
	delete(s.open, c)
	if o.n--; o.n == 0 {
		delete(s.by, name)
	}
}

// owner is the kiosk that a connection through the Door belongs to.
func owner(c net.Conn) string {
	if t, ok := c.(*tls.Conn); ok {
		if certs := t.ConnectionState().PeerCertificates; len(certs) > 0 {
			return certs[0].Subject.CommonName
		}
	}
	return ""
}

// under is the connection itself, past TLS, whose Close says goodbye and waits
// for it.
func under(c net.Conn) net.Conn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if g, ok := c.(*guest); ok {
		c = g.Conn
	}
	return c
}
