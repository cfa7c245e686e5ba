package admission

import (
	"sync"
	"sync/atomic"
)

// Gate bounds how much of something is in progress at once. It may be used by
// several goroutines.
type Gate struct {
	most int64
	in   atomic.Int64
	shed atomic.Uint64
}

// NewGate makes a Gate for that many at once, at least 1.
func NewGate(atOnce int) *Gate { return &Gate{most: int64(max(atOnce, 1))} }

// Enter asks for a place. leave gives it back and may be called twice; where
// ok is false there is no place, and leave does nothing.
func (g *Gate) Enter() (leave func(), ok bool) {
	for {
		n := g.in.Load()
		if n >= g.most {
			g.shed.Add(1)
			return func() {}, false
		}
		if g.in.CompareAndSwap(n, n+1) {
			return sync.OnceFunc(func() { g.in.Add(-1) }), true
		}
	}
}

// Inside is how many have not left.
func (g *Gate) Inside() int { return int(g.in.Load()) }

// Shed is how many were turned away since the beginning.
func (g *Gate) Shed() uint64 { return g.shed.Load() }
