package network

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// toxiproxy's bandwidth toxic speaks through zerolog's global logger.
func init() { zerolog.SetGlobalLevel(zerolog.Disabled) }

// A Toxic is one thing that happens to bytes under way, by its name in
// toxiproxy's own list or in this package's (held.go, again.go).
type Toxic struct {
	Type string
	Up   bool // to requests; else to answers
	With map[string]any
	// Share of the connections that meet it, 0 for all of them. Each draws for
	// itself when it meets the toxic first.
	Share float64
}

// applied is the name of the one toxic that Apply puts on a network.
const applied = "applied"

// Apply puts a toxic on the network, for connections that are there and those to
// come, in the place of the last one.
func (n *Network) Apply(t Toxic) error {
	if err := n.Restore(); err != nil {
		return err
	}
	if t.With == nil {
		t.With = map[string]any{}
	}
	if t.Share == 0 {
		t.Share = 1
	}
	stream := "downstream"
	if t.Up {
		stream = "upstream"
	}
	order, err := json.Marshal(map[string]any{
		"name": applied, "type": t.Type, "stream": stream, "toxicity": t.Share, "attributes": t.With,
	})
	if err != nil {
		return err
	}
	stuck, err := n.add(order)
	if stuck {
		if err = n.replace(); err == nil {
			_, err = n.add(order)
		}
	}
	if err != nil {
		return fmt.Errorf("toxic %s: %w", t.Type, err)
	}
	return nil
}

func (n *Network) add(order []byte) (stuck bool, err error) {
	all := n.proxy.Toxics
	return within(func() error {
		_, err := all.AddToxicJson(bytes.NewReader(order))
		return err
	})
}

// Drop ends every connection that is there and leaves the network open: what comes
// next is a handshake.
func (n *Network) Drop() error {
	n.Cut()
	return n.reopen()
}

func (n *Network) remove(name string) error {
	all := n.proxy.Toxics
	stuck, err := within(func() error {
		if all.GetToxic(name) == nil {
			return nil
		}
		return all.RemoveToxic(context.Background(), name)
	})
	if stuck {
		return n.replace()
	}
	return err
}

// toxiproxy changes the toxics of a connection under a lock that the same
// connection asks for when it ends, and waits for bytes to be taken that no reader
// takes any more. Where the two meet it stands still for ever. Then another
// proxy takes its place, at the same address.
const patience = 2 * time.Second

func within(f func() error) (stuck bool, err error) {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err = <-done:
		return false, err
	case <-time.After(patience):
		return true, nil
	}
}

// replace leaves the proxy that stands still to itself; its listener is closed
// first of all.
func (n *Network) replace() error {
	go n.proxy.Stop()
	proxy := newProxy(n.from, n.proxy.Upstream)
	err := start(proxy)
	n.proxy = proxy
	return err
}

// start listens again at an address that was listened at a moment ago. A
// process that is started meanwhile, by a test beside this one, has a copy of
// the old listener between its fork and its exec.
func start(proxy *toxiproxy.Proxy) error {
	err := proxy.Start()
	for end := time.Now().Add(patience / 2); err != nil && time.Now().Before(end); {
		<-time.After(10 * time.Millisecond)
		err = proxy.Start()
	}
	return err
}
