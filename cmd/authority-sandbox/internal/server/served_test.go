package server

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"multicopy.example/kiosk/must"
)

// named is a connection of an owner, which knows that it was closed.
type named struct {
	net.Conn
	owner, name string
	closed      *[]string
}

func (c *named) Close() error {
	*c.closed = append(*c.closed, c.name)
	return nil
}

func TestOldestConnectionWithoutARequestMakesRoom(t *testing.T) {
	var closed []string
	s := newServed(3, func(c net.Conn) string { return c.(*named).owner })
	conns := map[string]*named{}
	come := func(owner, name string) {
		conns[name] = &named{owner: owner, name: name, closed: &closed}
		s.change(conns[name], http.StateNew)
	}
	for _, name := range []string{"a", "b", "c"} {
		come("k", name)
	}
	s.change(conns["a"], http.StateActive)
	come("other", "o")
	if closed != nil {
		t.Errorf("%q were closed, and there was room", closed)
	}
	come("k", "d") // a has a request
	s.change(conns["a"], http.StateIdle)
	s.change(conns["b"], http.StateActive) // read before it was closed
	come("k", "e")
	if !slices.Equal(closed, []string{"b", "c"}) {
		t.Errorf("%q were closed", closed)
	}
	for _, name := range []string{"a", "d", "e"} {
		s.change(conns[name], http.StateActive)
	}
	come("k", "f")
	if !slices.Equal(closed, []string{"b", "c", "f"}) {
		t.Errorf("%q were closed: requests go on, the newest makes room", closed)
	}
	for _, c := range conns {
		s.change(c, http.StateClosed)
	}
	if len(s.open)+len(s.by) != 0 {
		t.Errorf("%d connections of %d owners are left", len(s.open), len(s.by))
	}
}

func TestSilentConnectionsKeepNoRequestFromAServer(t *testing.T) {
	const most = 8
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	// httptest has a ConnState of its own, which calls the one it finds.
	bound(server.Config, most, func(net.Conn) string { return "" })
	server.Start()
	defer server.Close()
	var first net.Conn
	for i := range 3 * most {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		must.OK(t, err)
		defer c.Close()
		if i == 0 {
			first = c
		}
	}
	if r, err := server.Client().Get(server.URL); err != nil || r.StatusCode != 404 {
		t.Errorf("%v, %v", r, err)
	}
	if n, err := first.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Error("the oldest was not closed")
	}
}
