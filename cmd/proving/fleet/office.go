package main

import (
	"errors"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	"multicopy.example/cmd/internal/admission"
	"multicopy.example/kiosk/port"
)

const (
	trip    = 20 * time.Millisecond // there and back
	idle    = 60 * time.Second      // an unused connection is closed: the kiosk's client's rule
	patient = 10 * time.Second      // and so is this: the longest that one request may take
)

// load is what an authority can carry.
type load struct {
	requests   int  // a second
	handshakes int  // a second, and as many at once
	mute       bool // it refuses without a Retry-After
}

// lose is how many of 1,000 answers are lost on the way, with their
// connection. Their records come again.
const lose = 5

// What a request is about.
const (
	records = iota
	beats
	renewals
	healths
	asked // for an update
	kinds
)

// second is what arrived in one second.
type second struct {
	requests        [kinds]int
	connections     int
	turned, refused int // away before the handshake; with 429 or 503
	absent          int // tried while the authority was away: costs the authority nothing
}

func (s *second) all() (n int) {
	for _, k := range s.requests {
		n += k
	}
	return n
}

// office is the authority as a crowd sees it: a bound on handshakes, a bound
// on requests, and records counted once. The places and the pacing are the
// sandbox authority's own code; the rest is two queues.
type office struct {
	clock   *clock
	load    load
	away    func(time.Duration) bool // the authority is away
	rand    *rand.Rand
	pending *admission.Pending
	limiter *admission.Limiter
	hands   time.Duration // when the last handshake in progress will be done
	works   time.Duration // and the last request

	seconds []second
	kept    []uint64 // by kiosk, a bit for each record
	again   int      // records that came and were there already
	gaps    int      // batches that left something out before them
	last    time.Duration
}

func newOffice(c *clock, l load, kiosks int, seed uint64) *office {
	return &office{clock: c, load: l, away: func(time.Duration) bool { return false }, rand: rand.New(rand.NewPCG(seed, 99)),
		pending: admission.NewPending(admission.Bounds{Silent: kiosks, Hello: l.handshakes}), limiter: admission.New(l.requests), kept: make([]uint64, kiosks)}
}

// second is now's; what was before the authority came back is the first one's.
func (a *office) second() *second {
	n := max(int(a.clock.now/time.Second), 0)
	for n >= len(a.seconds) {
		a.seconds = append(a.seconds, second{})
	}
	return &a.seconds[n]
}

// line is one kiosk's way to the authority, with its kept connection.
type line struct {
	a    *office
	name string        // the kiosk's
	open time.Duration // until when the connection is kept
}

// What the kiosk's client makes of these, from kiosk/authority.
var (
	errAbsent = fmt.Errorf("%w: %w", port.ErrRetryLater{}, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("no route to host")})
	errTurned = fmt.Errorf("%w: %w", port.ErrRetryLater{}, port.ErrHandshake)
	errCut    = fmt.Errorf("%w: %w", port.ErrRetryLater{}, io.ErrUnexpectedEOF)
	errLate   = fmt.Errorf("%w: no answer", port.ErrRetryLater{})
)

// request is one request on its way: through the handshake where there is no
// connection, past the pacing, through the work. do is what it comes to. l is
// whose time it takes.
func (n *line) request(l *life, kind int, do func()) error {
	if err := n.connect(l); err != nil {
		return err
	}
	a := n.a
	a.second().requests[kind]++
	n.open = a.clock.now + idle
	if ok, after := a.limiter.Take(n.name, a.clock.Now()); !ok {
		a.second().refused++
		if err := l.pass(trip); err != nil {
			return err
		}
		if a.load.mute {
			after = 0
		}
		return port.ErrRetryLater{After: after}
	}
	begun := a.clock.now
	a.works = max(a.works, begun) + time.Second/time.Duration(a.load.requests)
	do() // and what it leads to is not known before the answer
	if err := l.pass(a.works + trip - begun); err != nil {
		return err
	}
	switch {
	case a.clock.now-begun > patient:
		n.open = 0
		return errLate
	case a.rand.IntN(1000) < lose:
		n.open = 0
		return errCut
	}
	n.open = a.clock.now + idle
	return nil
}

func (n *line) connect(l *life) error {
	a := n.a
	if a.away(a.clock.now) {
		a.second().absent++
		n.open = 0
		return errAbsent
	}
	if a.clock.now < n.open {
		return nil
	}
	a.second().connections++
	// No kiosk has a ticket: in the worst case all were switched on just now.
	place, ok := a.pending.Arrive(netip.Addr{}, a.clock.Now(), func() {})
	if ok {
		defer place.Leave()
		ok = place.Hello("", a.clock.Now())
	}
	if !ok {
		a.second().turned++
		if err := l.pass(trip); err != nil {
			return err
		}
		return errTurned
	}
	a.hands = max(a.hands, a.clock.now) + time.Second/time.Duration(a.load.handshakes)
	return l.pass(a.hands + trip - a.clock.now)
}

// keep counts records by kiosk and number, each once.
func (a *office) keep(kiosk int, batch []port.Record) {
	if first := batch[0].Seq - 1; a.kept[kiosk]&(1<<first-1) != 1<<first-1 {
		a.gaps++
	}
	for _, r := range batch {
		bit := uint64(1) << (r.Seq - 1)
		if a.kept[kiosk]&bit != 0 {
			a.again++
		}
		a.kept[kiosk] |= bit
	}
	a.last = a.works
}

func (a *office) records() (n int) {
	for _, k := range a.kept {
		n += bits.OnesCount64(k)
	}
	return n
}
