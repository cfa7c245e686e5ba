package admission

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// doorway is a Pending and the names of what it cut, in order.
type doorway struct {
	*Pending
	cuts []string
}

func (d *doorway) arrive(t *testing.T, name, from string) *Conn {
	t.Helper()
	c, ok := d.Arrive(netip.MustParseAddr(from), noon, func() { d.cuts = append(d.cuts, name) })
	if !ok {
		t.Fatalf("%s finds no place", name)
	}
	return c
}

func (d *doorway) wantCut(t *testing.T, names ...string) {
	t.Helper()
	if !slices.Equal(d.cuts, names) {
		t.Errorf("cut: %q, want %q", d.cuts, names)
	}
}

func TestOldestSilentConnectionIsCutFirst(t *testing.T) {
	d := &doorway{Pending: NewPending(Bounds{Silent: 3, Hello: 8})}
	conns := map[string]*Conn{}
	for i, name := range []string{"a", "b", "c"} {
		conns[name] = d.arrive(t, name, fmt.Sprintf("192.0.2.%d", i))
	}
	if !conns["a"].Hello("", noon) { // it is not silent any more
		t.Error("a has no place")
	}
	d.arrive(t, "d", "192.0.2.9")
	d.wantCut(t)
	d.arrive(t, "e", "192.0.2.9")
	d.arrive(t, "f", "198.51.100.1")
	d.wantCut(t, "b", "c")
	if conns["b"].Hello("", noon) {
		t.Error("b was cut and has a place")
	}
	conns["b"].Leave()
	if silent, hello := d.Len(); silent != 3 || hello != 1 {
		t.Errorf("%d and %d are pending", silent, hello)
	}
}

func TestPrefixHasItsBoundAndShedsItsOwn(t *testing.T) {
	for _, c := range []struct{ near, far string }{
		{"192.0.2.%d", "192.0.3.%d"}, {"::ffff:192.0.2.%d", "192.0.3.%d"}, {"2001:db8:0:1::%x", "2001:db8:0:2::%x"},
		{"fe80::%x%%eth0", "2001:db8::%x"},
	} {
		d := &doorway{Pending: NewPending(Bounds{Silent: 100, Hello: 100, Prefix: 3})}
		d.arrive(t, "other", fmt.Sprintf(c.far, 1))
		var near []*Conn
		for i := range 3 {
			near = append(near, d.arrive(t, strconv.Itoa(i), fmt.Sprintf(c.near, i)))
		}
		d.wantCut(t)
		near[0].Hello("", noon)
		near[0].Waits(noon)
		d.arrive(t, "3", fmt.Sprintf(c.near, 9))
		d.wantCut(t, "1") // the oldest silent one of the prefix
		d.arrive(t, "4", fmt.Sprintf(c.near, 9)).Hello("", noon)
		d.arrive(t, "5", fmt.Sprintf(c.near, 9)).Hello("", noon)
		d.wantCut(t, "1", "2", "3")
		from := netip.MustParseAddr(fmt.Sprintf(c.near, 9))
		if _, ok := d.Arrive(from, noon.Add(patience/2), nil); ok {
			t.Errorf("%s: a fourth, and none is silent or has stalled", from)
		}
		if _, ok := d.Arrive(from, noon.Add(patience), nil); !ok {
			t.Errorf("%s: no place, and one has stalled", from)
		}
		d.wantCut(t, "1", "2", "3", "0")
		d.arrive(t, "far", fmt.Sprintf(c.far, 2))
	}
}

func TestHandshakeUnderWayIsNotLostToANewcomer(t *testing.T) {
	d := &doorway{Pending: NewPending(Bounds{Silent: 8, Hello: 2})}
	a, b := d.arrive(t, "a", "192.0.2.1"), d.arrive(t, "b", "192.0.2.1")
	a.Hello("", noon)
	b.Waits(noon.Add(-time.Hour)) // for its ClientHello, which is not counted
	b.Hello("", noon)
	b.Waits(noon)
	b.Works(noon.Add(patience / 2)) // a byte
	b.Waits(noon.Add(patience / 2))
	if d.arrive(t, "c", "192.0.2.1").Hello("", noon.Add(patience-1)) {
		t.Error("a third handshake, and none has stalled")
	}
	if !d.arrive(t, "d", "192.0.2.1").Hello("", noon.Add(patience)) {
		t.Error("b has stalled and kept its place")
	}
	d.wantCut(t, "b")
	if got := d.Turned(); got != (Turned{Stalled: 1, Full: 1}) {
		t.Errorf("%+v", got)
	}
}

func TestPlacesAreKeptForKnownKiosks(t *testing.T) {
	d := &doorway{Pending: NewPending(Bounds{Silent: 100, Hello: 4, Kept: 4})}
	come := func(kiosk string) (c *Conn, ok bool) {
		c = d.arrive(t, "", "192.0.2.1")
		return c, c.Hello(kiosk, noon)
	}
	for i := range 6 {
		if _, ok := come(""); ok != (i < 4) {
			t.Errorf("unknown connection %d: %v", i, ok)
		}
	}
	var last *Conn
	for i := range 4 { // one ticket again and again is two places
		c, ok := come("copied")
		if ok != (i < perKiosk) {
			t.Errorf("ticket for the time %d: %v", i, ok)
		}
		if ok {
			last = c
		}
	}
	for i := range 3 {
		if _, ok := come(strconv.Itoa(i)); ok != (i < 2) {
			t.Errorf("known kiosk %d: %v", i, ok)
		}
	}
	last.Leave()
	if _, ok := come("copied"); !ok {
		t.Error("a place that was left is not free")
	}
	d.wantCut(t)
}

func TestStalledUnknownConnectionTakesNoKeptPlace(t *testing.T) {
	d := &doorway{Pending: NewPending(Bounds{Silent: 100, Hello: 1, Kept: 1})}
	known := d.arrive(t, "known", "192.0.2.1")
	known.Hello("k", noon)
	known.Waits(noon)
	d.arrive(t, "a", "192.0.2.1").Hello("", noon)
	if d.arrive(t, "b", "192.0.2.1").Hello("", noon.Add(patience)) {
		t.Error("an unknown connection took a known kiosk's place")
	}
	if !d.arrive(t, "c", "192.0.2.1").Hello("l", noon.Add(patience)) {
		t.Error("a known kiosk finds no place where one has stalled")
	}
	d.wantCut(t, "known")
}

func TestPendingNeverHasMoreThanItsBounds(t *testing.T) {
	const most, hellos, near = 40, 8, 16
	p := NewPending(Bounds{Silent: most, Hello: hellos, Kept: 2, Prefix: near})
	var wg sync.WaitGroup
	for i := range 64 {
		from := netip.AddrFrom4([4]byte{192, 0, byte(i % 8), byte(i)})
		wg.Go(func() {
			for n := range 300 {
				c, ok := p.Arrive(from, noon, func() {})
				if !ok {
					continue
				}
				if silent, hello := p.Len(); silent > most || hello > hellos+2 {
					t.Errorf("%d silent, %d handshakes", silent, hello)
				}
				c.Hello([]string{"", "a", "b"}[n%3], noon)
				c.Waits(noon)
				if n%5 == 0 {
					p.ShedSilent()
				}
				c.Leave()
				c.Leave()
			}
		})
	}
	wg.Wait()
	if silent, hello := p.Len(); silent+hello+len(p.prefix)+len(p.kiosks)+p.known != 0 {
		t.Errorf("%d silent, %d handshakes, %v, %v, %d known are left", silent, hello, p.prefix, p.kiosks, p.known)
	}
}

func TestConnectionIsCutOnceAtMost(t *testing.T) {
	p := NewPending(Bounds{Silent: 1, Hello: 1})
	cuts := 0
	c, _ := p.Arrive(netip.Addr{}, noon, func() { cuts++ })
	p.ShedSilent()
	p.ShedSilent()
	c.Leave()
	if _, ok := p.Arrive(netip.Addr{}, noon.Add(time.Hour), func() {}); !ok || cuts != 1 {
		t.Errorf("cut %d times; %v", cuts, ok)
	}
}
