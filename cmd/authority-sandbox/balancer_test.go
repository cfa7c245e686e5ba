package main

import (
	"io"
	"net"
	"sync"
	"testing"

	"multicopy.example/kiosk/must"
)

// A balancer stands before several processes: each connection goes to the next
// one that answers. Where none does it waits for one, so a kiosk sees a slow
// authority and not a row of errors.
type balancer struct {
	at   net.Listener
	mu   sync.Mutex
	more *sync.Cond
	ends []string
	next int
	done bool
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	at, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	b := &balancer{at: at}
	b.more = sync.NewCond(&b.mu)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := at.Accept()
			if err != nil {
				return
			}
			all.Go(func() { b.carry(c) })
		}
	})
	t.Cleanup(func() {
		b.set()
		b.mu.Lock()
		b.done = true
		b.more.Broadcast()
		b.mu.Unlock()
		at.Close()
		all.Wait()
	})
	return b
}

// set says who is there now.
func (b *balancer) set(ends ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ends = ends
	b.more.Broadcast()
}

// pick is the next end; false when it is all over.
func (b *balancer) pick() (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.ends) == 0 && !b.done {
		b.more.Wait()
	}
	if b.done {
		return "", false
	}
	b.next++
	return b.ends[b.next%len(b.ends)], true
}

func (b *balancer) carry(c net.Conn) {
	defer c.Close()
	for {
		end, ok := b.pick()
		if !ok {
			return
		}
		to, err := net.Dial("tcp", end)
		if err != nil {
			continue // it was killed a moment ago
		}
		defer to.Close()
		go func() {
			io.Copy(to, c)
			to.Close()
		}()
		io.Copy(c, to)
		return
	}
}
