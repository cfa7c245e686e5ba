package network

import (
	"net"
	"sync"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// again is a toxic of ours: when a connection ends, all it said is said to the
// authority once more, on a connection of its own, as a duplicating network or
// an attacker with a recording would. TLS 1.3 without early data has to refuse
// it: the far end's share of the handshake is another one.
type again struct {
	To string `json:"to"`
}

func init() { toxics.Register("again", new(again)) }

// said is what one connection said so far.
type said struct {
	mu sync.Mutex
	b  []byte
}

// mostSaid bounds a recording.
const mostSaid = 1 << 20

// NewState is toxiproxy's.
func (*again) NewState() any { return new(said) }

// Pipe is toxiproxy's.
func (a *again) Pipe(stub *toxics.ToxicStub) {
	s := stub.State.(*said)
	for {
		select {
		case <-stub.Interrupt:
			a.repeat(s)
			return
		case c := <-stub.Input:
			if c == nil {
				a.repeat(s)
				stub.Close()
				return
			}
			s.mu.Lock()
			if len(s.b)+len(c.Data) <= mostSaid {
				s.b = append(s.b, c.Data...)
			}
			s.mu.Unlock()
			stub.Output <- c
		}
	}
}

func (a *again) repeat(s *said) {
	s.mu.Lock()
	b := s.b
	s.b = nil
	s.mu.Unlock()
	if len(b) == 0 {
		return
	}
	to, err := net.DialTimeout("tcp", a.To, time.Second)
	if err != nil {
		return // no authority there: nothing is said twice
	}
	go func() {
		defer to.Close()
		to.SetDeadline(time.Now().Add(2 * time.Second)) //nolint:errcheck // a TCP connection has deadlines
		if _, err := to.Write(b); err != nil {
			return
		}
		for buf := make([]byte, 4096); err == nil; {
			_, err = to.Read(buf) // until it is hung up on
		}
	}()
}

// Repeat says everything that connections say from now on twice.
func (n *Network) Repeat() error {
	return n.Apply(Toxic{Type: "again", Up: true, With: map[string]any{"to": n.proxy.Upstream}})
}
