package admission

import (
	"container/list"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long a peer whose ClientHello has arrived may be waited for, all
// in all, before its place is another's. An honest kiosk needs the way there and back
// and a few milliseconds.
const patience = time.Second

// perKiosk is how many of the kept places one kiosk may have at once. A ticket
// stands in the clear in the ClientHello, so it can be seen and sent again.
const perKiosk = 2

// Bounds are how many connections may be pending, that is, not through
// their TLS handshake.
type Bounds struct {
	Silent int // have not sent their ClientHello
	Hello  int // have
	Kept   int // beyond those, for known kiosks
	Prefix int // of one IPv4 /24 or IPv6 /64 in all; 0 is no bound
}

// Turned counts the connections that were closed before their handshake was done, for
// the sake of others.
type Turned struct {
	Silent, Stalled uint64 // gave their place to one that came later
	Prefix, Full    uint64 // found none
}

// Pending has the places. It may be used by several goroutines. It knows
// no network: cut is how its user closes a connection.
type Pending struct {
	bounds Bounds
	mu     sync.Mutex
	silent list.List // *Conn in the order of their coming
	hello  list.List // in the order of their ClientHello
	known  int       // of these
	prefix map[netip.Prefix]int
	kiosks map[string]int // known ones
	turned Turned
}

// Conn is a connection that is pending.
type Conn struct {
	all    *Pending
	cut    func()
	prefix netip.Prefix
	kiosk  string
	place  *list.Element // nil once it has left
	in     *list.List
	waits  atomic.Int64 // since when it is the peer's turn; 0 it is not
	waited atomic.Int64 // for how long it was before, since its ClientHello
}

// NewPending has at least one place of each kind.
func NewPending(b Bounds) *Pending {
	b.Silent, b.Hello = max(b.Silent, 1), max(b.Hello, 1)
	return &Pending{bounds: b, prefix: map[netip.Prefix]int{}, kiosks: map[string]int{}}
}

// Arrive gives a new connection a place among the silent ones. Where its prefix
// has too many, the oldest silent one of the prefix is cut, or one that has
// stalled; where there are too many of all, the oldest silent one. cut is called
// at most once and without locks.
func (p *Pending) Arrive(from netip.Addr, now time.Time, cut func()) (*Conn, bool) {
	c := &Conn{all: p, cut: cut, prefix: PrefixOf(from)}
	p.mu.Lock()
	var out []*Conn
	if p.bounds.Prefix > 0 && p.prefix[c.prefix] >= p.bounds.Prefix {
		near := func(o *Conn) bool { return o.prefix == c.prefix }
		v := first(&p.silent, near)
		if v == nil {
			v = first(&p.hello, func(o *Conn) bool { return near(o) && o.stalled(now) })
		}
		if v == nil {
			p.turned.Prefix++
			p.mu.Unlock()
			return nil, false
		}
		out = append(out, p.shed(v))
	}
	if p.silent.Len() >= p.bounds.Silent {
		out = append(out, p.shed(p.silent.Front().Value.(*Conn)))
	}
	p.prefix[c.prefix]++
	c.in, c.place = &p.silent, p.silent.PushBack(c)
	p.mu.Unlock()
	for _, o := range out {
		o.cut()
	}
	return c, true
}

// Hello says that the connection's ClientHello has arrived, with a ticket that
// opened and names a kiosk, or with none. Where there is no place for its
// handshake, and no connection that has stalled, it is not ok.
func (c *Conn) Hello(kiosk string, now time.Time) (ok bool) {
	p := c.all
	p.mu.Lock()
	if c.place == nil || c.in != &p.silent {
		here := c.place != nil
		p.mu.Unlock()
		return here
	}
	known := kiosk != "" && p.kiosks[kiosk] < perKiosk
	var v *Conn
	if !p.room(known) {
		v = first(&p.hello, func(o *Conn) bool { return o.stalled(now) && (known || o.kiosk == "") })
		if v == nil {
			p.turned.Full++
			p.mu.Unlock()
			return false
		}
		p.shed(v)
	}
	p.silent.Remove(c.place)
	c.waits.Store(0)
	c.waited.Store(0)
	c.in, c.place = &p.hello, p.hello.PushBack(c)
	if known {
		c.kiosk = kiosk
		p.kiosks[kiosk]++
		p.known++
	}
	p.mu.Unlock()
	if v != nil {
		v.cut()
	}
	return true
}

func (p *Pending) room(known bool) bool {
	n := p.hello.Len()
	return n < p.bounds.Hello+p.bounds.Kept && (known || n-p.known < p.bounds.Hello)
}

// Waits says that it is the peer's turn. All of its turns count together: it
// could send a byte each time.
func (c *Conn) Waits(now time.Time) { c.waits.Store(now.UnixNano()) }

// Works says that it is ours.
func (c *Conn) Works(now time.Time) {
	if since := c.waits.Swap(0); since != 0 {
		c.waited.Add(now.UnixNano() - since)
	}
}

func (c *Conn) stalled(now time.Time) bool {
	since := c.waits.Load()
	return since != 0 && c.waited.Load()+now.UnixNano()-since >= int64(patience)
}

// Leave gives the place back. It may be called twice.
func (c *Conn) Leave() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.all.remove(c)
}

// ShedSilent cuts the oldest silent connection: the process has no room for
// what no bound here counts.
func (p *Pending) ShedSilent() {
	p.mu.Lock()
	e := p.silent.Front()
	if e == nil {
		p.mu.Unlock()
		return
	}
	c := p.shed(e.Value.(*Conn))
	p.mu.Unlock()
	c.cut()
}

// Turned is what was closed since the beginning.
func (p *Pending) Turned() Turned {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.turned
}

// Len is how many are pending.
func (p *Pending) Len() (silent, hello int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.silent.Len(), p.hello.Len()
}

func (p *Pending) shed(c *Conn) *Conn {
	if c.in == &p.silent {
		p.turned.Silent++
	} else {
		p.turned.Stalled++
	}
	p.remove(c)
	return c
}

func (p *Pending) remove(c *Conn) {
	if c.place == nil {
		return
	}
	c.in.Remove(c.place)
	c.place = nil
	less(p.prefix, c.prefix)
	if c.kiosk != "" {
		p.known--
		less(p.kiosks, c.kiosk)
	}
}

func less[K comparable](m map[K]int, k K) {
	if m[k]--; m[k] == 0 {
		delete(m, k)
	}
}

func first(in *list.List, is func(*Conn) bool) *Conn {
	for e := in.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*Conn); is(c) {
			return c
		}
	}
	return nil
}

// PrefixOf is what one subscriber is given at least: a /64 of IPv6. Of IPv4 it
// is a /24, because addresses are cheap by the block.
func PrefixOf(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = 24
	}
	p, _ := a.Prefix(bits) // the zero address has the zero prefix
	return p
}
