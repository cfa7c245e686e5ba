package network

import (
	"sync"
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
)

// held is a toxic of ours: what one connection says is kept until Release, and
// arrives then even where its sender has hung up long ago and said it
// again on another connection. toxiproxy's latency does this by the clock; a
// proof wants to say when.
type held struct {
	Gate string `json:"gate"`
}

func init() { toxics.Register("held", new(held)) }

// A gate lets the first connection that speaks wait before it and all others
// pass.
type gate struct {
	open   chan struct{} // closed by Release
	caught chan struct{} // closed when a connection waits

	mu    sync.Mutex
	owner *toxics.ToxicStub
}

var (
	gatesMu sync.Mutex
	gates   = map[string]*gate{}
)

func (g *gate) catches(s *toxics.ToxicStub) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
		return false
	default:
	}
	if g.owner == nil {
		g.owner = s
		close(g.caught)
	}
	return g.owner == s
}

// Pipe is toxiproxy's: it runs for each connection until that is closed. What
// was kept goes on in one piece: the far end may be gone, and then no reader takes
// a second.
func (h *held) Pipe(stub *toxics.ToxicStub) {
	gatesMu.Lock()
	g := gates[h.Gate]
	gatesMu.Unlock()
	var kept []byte
	ended := false
	for {
		input, open := stub.Input, (<-chan struct{})(nil)
		if kept != nil {
			open = g.open
		}
		if ended {
			input = nil
		}
		select {
		case <-stub.Interrupt: // the network is mended
			pass(stub, kept)
			return
		case <-open:
			pass(stub, kept)
			kept = nil
			if ended {
				stub.Close()
				return
			}
		case c := <-input:
			switch {
			case c == nil && kept != nil:
				ended = true // the sender hung up; its bytes are under way all the same
			case c == nil:
				stub.Close()
				return
			case kept != nil || g != nil && g.catches(stub):
				kept = append(kept, c.Data...)
			default:
				stub.Output <- c
			}
		}
	}
}

func pass(stub *toxics.ToxicStub, b []byte) {
	if len(b) > 0 {
		stub.Output <- &stream.StreamChunk{Data: b, Timestamp: time.Now()}
	}
}

// Hold keeps back what the next connection that speaks says to the authority,
// until release. caught is closed when it has said something.
func (n *Network) Hold() (caught <-chan struct{}, release func(), err error) {
	g := &gate{open: make(chan struct{}), caught: make(chan struct{})}
	gatesMu.Lock()
	gates[n.Address()] = g
	gatesMu.Unlock()
	if err := n.Apply(Toxic{Type: "held", Up: true, With: map[string]any{"gate": n.Address()}}); err != nil {
		return nil, nil, err
	}
	return g.caught, sync.OnceFunc(func() { close(g.open) }), nil
}
