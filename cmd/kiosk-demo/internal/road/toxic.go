package road

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

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

// besetting is the name of the one toxic that Beset puts on a road.
const besetting = "besetting"

// Beset puts a toxic on the road, for connections that are there and those to
// come, in the place of the last one.
func (r *Road) Beset(t Toxic) error {
	if err := r.Mend(); err != nil {
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
		"name": besetting, "type": t.Type, "stream": stream, "toxicity": t.Share, "attributes": t.With,
	})
	if err != nil {
		return err
	}
	stuck, err := r.add(order)
	if stuck {
		if err = r.replace(); err == nil {
			_, err = r.add(order)
		}
	}
	if err != nil {
		return fmt.Errorf("toxic %s: %w", t.Type, err)
	}
	return nil
}

func (r *Road) add(order []byte) (stuck bool, err error) {
	all := r.proxy.Toxics
	return within(func() error {
		_, err := all.AddToxicJson(bytes.NewReader(order))
		return err
	})
}

// Drop ends every connection that is there and leaves the road open: what comes
// next is a handshake.
func (r *Road) Drop() error {
	r.Cut()
	return r.reopen()
}

func (r *Road) remove(name string) error {
	all := r.proxy.Toxics
	stuck, err := within(func() error {
		if all.GetToxic(name) == nil {
			return nil
		}
		return all.RemoveToxic(context.Background(), name)
	})
	if stuck {
		return r.replace()
	}
	return err
}

// toxiproxy changes the toxics of a connection under a lock that the same
// connection asks for when it ends, and waits for bytes to be taken that nobody
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
func (r *Road) replace() error {
	go r.proxy.Stop()
	proxy := newProxy(r.from, r.proxy.Upstream)
	err := proxy.Start()
	for end := time.Now().Add(patience); err != nil && time.Now().Before(end); {
		<-time.After(10 * time.Millisecond)
		err = proxy.Start()
	}
	r.proxy = proxy
	return err
}
