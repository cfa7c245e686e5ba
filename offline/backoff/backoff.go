// Package backoff decides when a kiosk asks the authority again. It is the one
// place for that: records, signs of life and certificates all go by it, so a
// fleet of 33,000 behaves in one way. cmd/proving/fleet runs this code against an
// authority that has been away (make fleet).
//
// A Backoff decides and does nothing else: no clock, no waiting, no network. The
// other half, how an authority gives out its capacity, is cmd/internal/admission.
package backoff

import (
	"errors"
	"math/rand/v2"
	"net"
	"time"

	"multicopy.example/kiosk/port"
)

// Policy is how patient a kiosk is.
type Policy struct {
	// Spread is the time over which a fleet's first contacts are spread; 0
	// none. A national power cut ends at one moment for all.
	Spread time.Duration
	// Base is the first pause where the authority was reached and did not answer, or
	// could not: cut off, in trouble. It doubles with each further one up to
	// Max, for each time cost the authority a handshake and a request.
	Base, Max time.Duration
	// Unreachable is the longest pause where no handshake was completed: the
	// authority is away, or it turned the connection away before the handshake
	// (cmd/internal/admission, Pending). The first pause is half of it. Such an
	// attempt costs an authority next to nothing, so the pause may be shorter
	// than Max, and it decides how soon after its return an authority has
	// everything. 33,000 kiosks at 30 s make 1,470 attempts a second.
	Unreachable time.Duration
}

// maxAsked bounds what an authority can ask for: a nonsensical Retry-After must
// not silence a kiosk for ever.
const maxAsked = 24 * time.Hour

// Backoff is one kiosk's patience with one kind of request. It is not safe for
// use by several goroutines.
type Backoff struct {
	policy Policy
	rand   *rand.Rand
	asked  int // pauses in a row: the authority asked for them
	unmet  int // … no handshake was completed
	bad    int // … any other trouble
}

// New makes a Backoff. The randomness is for spread and jitter, nothing secret.
func New(p Policy, r *rand.Rand) *Backoff { return &Backoff{policy: p, rand: r} }

// First is how long to wait before the first contact.
func (p *Backoff) First() time.Duration { return p.UpTo(p.policy.Spread) }

// Reset says that the authority did what it was asked.
func (p *Backoff) Reset() { p.asked, p.unmet, p.bad = 0, 0, 0 }

// Next is how long to wait after an error before asking again. asked is the
// authority's Retry-After, 0 where it did not say.
//
// What the authority asked is never shortened. An authority that gives
// each kiosk a second of its own (cmd/internal/admission) expects it in that second, so
// it is lengthened by little at first: by up to an eighth, and a second at
// least, because Retry-After has whole seconds. One that says the same to
// all of them is noticed when it says it again, and what is added doubles
// up to Spread.
//
// Without its word pauses double, and the second half of each is left to
// chance, so that a fleet that failed together does not return together.
func (p *Backoff) Next(asked time.Duration, why error) time.Duration {
	if asked > 0 {
		asked = min(asked, maxAsked)
		more := min(p.policy.Spread, doubled(max(asked/8, time.Second), p.asked, p.policy.Spread))
		p.asked++
		return asked + p.UpTo(more)
	}
	var d time.Duration
	if Unreachable(why) {
		d = doubled(p.policy.Unreachable/2, p.unmet, p.policy.Unreachable)
		p.unmet++
	} else {
		d = doubled(p.policy.Base, p.bad, p.policy.Max)
		p.bad++
	}
	return d/2 + p.UpTo(d/2)
}

func doubled(d time.Duration, times int, longest time.Duration) time.Duration {
	for ; times > 0 && d < longest; times-- {
		d *= 2
	}
	return min(d, longest)
}

// UpTo is a duration from 0 to d, all equally likely.
func (p *Backoff) UpTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(p.rand.Int64N(int64(d) + 1))
}

// Unreachable reports whether no handshake was completed: no name, no route, no
// listener, or a connection that ended before its handshake (port.ErrHandshake).
func Unreachable(err error) bool {
	var op *net.OpError
	return errors.Is(err, port.ErrHandshake) || errors.As(err, &op) && op.Op == "dial"
}
