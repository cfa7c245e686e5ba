// Package road is the network between the kiosk and the authority, on which
// things happen: it can be cut, go silent, and come back. The bytes are the
// real TLS of both ends; nothing is read here.
package road

import (
	"context"
	"strings"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// A Road leads to one address.
type Road struct {
	proxy *toxiproxy.Proxy
	cut   bool
}

const silence = `{"name":"silence","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`

// Open starts a road from a port of its own on the loopback.
func Open(to string) (*Road, error) {
	r := &Road{proxy: toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "road", "127.0.0.1:0", to)}
	return r, r.proxy.Start()
}

// Address is where the road begins. It stays the same over every Cut.
func (r *Road) Address() string { return r.proxy.Listen }

// Cut ends every connection and refuses new ones.
func (r *Road) Cut() {
	if !r.cut {
		r.proxy.Stop()
		r.cut = true
	}
}

// Silence lets requests through and nothing back.
func (r *Road) Silence() error {
	if err := r.Mend(); err != nil {
		return err
	}
	_, err := r.proxy.Toxics.AddToxicJson(strings.NewReader(silence))
	return err
}

// Mend makes the road whole again.
func (r *Road) Mend() error {
	if r.cut {
		if err := r.proxy.Start(); err != nil {
			return err
		}
		r.cut = false
	}
	if r.proxy.Toxics.GetToxic("silence") != nil {
		return r.proxy.Toxics.RemoveToxic(context.Background(), "silence")
	}
	return nil
}

// Close ends the road.
func (r *Road) Close() { r.Cut() }
