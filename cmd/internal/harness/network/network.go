// Package network is a TCP connection path that can be cut, go silent, tear, hold
// back, repeat, and come back. The bytes are the real TLS of both ends; nothing is read here. It is
// toxiproxy with two toxics more. Read [Network] first.
package network

import (
	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// A Network leads to one address. One goroutine at a time may change it.
type Network struct {
	proxy *toxiproxy.Proxy
	from  string // its beginning
	cut   bool
}

// Open starts a network from a port of its own on the loopback.
func Open(to string) (n *Network, err error) {
	for range 10 { // another may take the address first
		from, err := Address()
		if err != nil {
			return nil, err
		}
		n = &Network{proxy: newProxy(from, to), from: from}
		if err = n.proxy.Start(); err == nil {
			return n, nil
		}
	}
	return nil, ErrNoAddress
}

func newProxy(listen, to string) *toxiproxy.Proxy {
	return toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "network", listen, to)
}

// Address is where the network begins. It stays the same over every Cut.
func (n *Network) Address() string { return n.from }

// Cut ends every connection and refuses new ones.
func (n *Network) Cut() {
	if n.cut {
		return
	}
	n.cut = true
	proxy := n.proxy
	within(func() error { proxy.Stop(); return nil }) //nolint:errcheck // its listener is closed first of all
}

// Silence lets requests through and nothing back.
func (n *Network) Silence() error {
	return n.Apply(Toxic{Type: "timeout", With: map[string]any{"timeout": 0}})
}

// Restore makes the network whole again.
func (n *Network) Restore() error {
	if err := n.reopen(); err != nil {
		return err
	}
	return n.remove(applied)
}

func (n *Network) reopen() error {
	if !n.cut {
		return nil
	}
	proxy := n.proxy
	stuck, err := within(func() error { return start(proxy) })
	if stuck {
		err = n.replace()
	}
	n.cut = err != nil
	return err
}

// Close ends the network.
func (n *Network) Close() { n.Cut() }
