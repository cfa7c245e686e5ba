// Package road is the network between the kiosk and the authority, on which
// things happen: it can be cut, go silent, tear, hold back and repeat, and come
// back. The bytes are the real TLS of both ends; nothing is read here. It is
// toxiproxy with two toxics more. Read [Road] first.
package road

import (
	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// A Road leads to one address. One goroutine at a time may change it.
type Road struct {
	proxy *toxiproxy.Proxy
	from  string // its beginning
	cut   bool
}

// Open starts a road from a port of its own on the loopback.
func Open(to string) (*Road, error) {
	r := &Road{proxy: newProxy("127.0.0.1:0", to)}
	err := r.proxy.Start()
	r.from = r.proxy.Listen
	return r, err
}

func newProxy(listen, to string) *toxiproxy.Proxy {
	return toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "road", listen, to)
}

// Address is where the road begins. It stays the same over every Cut.
func (r *Road) Address() string { return r.from }

// Cut ends every connection and refuses new ones.
func (r *Road) Cut() {
	if r.cut {
		return
	}
	r.cut = true
	proxy := r.proxy
	within(func() error { proxy.Stop(); return nil }) //nolint:errcheck // its listener is closed first of all
}

// Silence lets requests through and nothing back.
func (r *Road) Silence() error {
	return r.Beset(Toxic{Type: "timeout", With: map[string]any{"timeout": 0}})
}

// Mend makes the road whole again.
func (r *Road) Mend() error {
	if err := r.reopen(); err != nil {
		return err
	}
	return r.remove(besetting)
}

func (r *Road) reopen() error {
	if !r.cut {
		return nil
	}
	proxy := r.proxy
	stuck, err := within(proxy.Start)
	if stuck {
		err = r.replace()
	}
	r.cut = err != nil
	return err
}

// Close ends the road.
func (r *Road) Close() { r.Cut() }
