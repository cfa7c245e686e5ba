// Package update brings the version that the authority offers onto the machine: it asks, fetches the bundle in parts that
// go on after a cut, checks the whole, and has the machine install it when the authority says so and no resident is served.
// Call [Run] in a goroutine of its own; it ends with its context and for no other reason.
//
// What follows what is decided here, by pure functions of what was saved, what the machine is, and what the authority says:
// [Woken], [Next], [Fetched] and [Asked]. What the bundle holds is not looked at: the machine's updater judges its signature
// and its version, and this package can only keep a bundle away from it.
package update

import (
	"errors"

	"multicopy.example/kiosk/authority/wire"
)

// Phase is how far the kiosk is with an offer.
type Phase uint8

// The phases, in their order.
const (
	Idle       Phase = iota // there is none
	Fetching                // its bundle is fetched in parts
	Whole                   // it lies there, and its hash is the offer's
	Installing              // the machine's updater was asked
	Installed               // it has said that it is done: the machine starts again, and then its version is on trial
	Good                    // the machine keeps it
	Refused                 // it was not installed
	Failed                  // it was on trial, and the machine went back
	phases
)

// Saved is what is remembered of an offer, over starts and versions.
type Saved struct {
	Offer wire.Offer
	Phase Phase
	Why   wire.UpdateWhy // it was refused
	Tries int            // bundles that were not the offer's, and installations that were begun
	Boot  string         // of the machine when its updater was asked
}

// Machine is what runs.
type Machine struct {
	Runs string // the version of its image
	Good bool   // it is kept: no trial
	Boot string // another one at each start of the machine
}

const (
	// MaxBundle is the largest bundle that is fetched: a slot is smaller.
	MaxBundle = 1 << 30
	// mostTries is how often one offer is tried where the power goes, or parts of it are wrong.
	mostTries = 3
)

// Why nothing comes of a fetch or an installation.
var (
	ErrForeign = errors.New("the bundle is of another signer")
	ErrOlder   = errors.New("the bundle is older than what runs")
	ErrDamaged = errors.New("the bundle is not what was offered")
	ErrRoom    = errors.New("there is no room for the bundle")
	ErrGone    = errors.New("the bundle is given out no more")
)

// Woken is what a look at the machine makes of what was saved. A cut of the power while the updater works is no fault of the version:
// the other slot was being written, and is written again.
func Woken(s Saved, m Machine) Saved {
	runs, again := m.Runs == s.Offer.Version, m.Boot != s.Boot
	switch {
	case s.Phase == Idle:
	case runs && m.Good:
		s.Phase, s.Why = Good, 0
	case s.Phase == Installing && runs:
		s.Phase = Installed
	case s.Phase == Installing:
		if s.Phase = Whole; s.Tries >= mostTries {
			s.Phase, s.Why = Refused, wire.UpdateMachine
		}
	case s.Phase == Installed && !runs && again:
		s.Phase = Failed
	}
	return s
}

// Report is what is told of it.
func Report(s Saved, m Machine) wire.UpdateRequest {
	r := wire.UpdateRequest{Runs: m.Runs, State: [phases]wire.UpdateState{wire.UpdateNone, wire.UpdateFetching, wire.UpdateFetched, wire.UpdateFetched,
		wire.UpdateTrial, wire.UpdateGood, wire.UpdateRefused, wire.UpdateFailed}[s.Phase]}
	if s.Phase == Idle {
		return r
	}
	r.Offer = &s.Offer.Offer
	if s.Phase == Refused {
		r.Why = &s.Why
	}
	return r
}

// Act is what is done next.
type Act uint8

// What is done.
const (
	Nothing Act = iota
	Drop        // what was fetched is removed
	Begin       // the same, and the new one is fetched
	Fetch       // the fetch goes on
	Install     // the updater is asked
)

// Next is what the authority's answer makes of it. The answer was to [Report] of what is saved.
func Next(s Saved, m Machine, r wire.UpdateReply) (Saved, Act) {
	o := r.Offer
	switch {
	case s.Phase == Installed: // one at a time: it is told first what becomes of this one
		return s, Nothing
	case o == nil && (s.Phase == Fetching || s.Phase == Whole):
		return Saved{}, Drop
	case o == nil:
		return s, Nothing
	case *o != s.Offer && !wire.Older(m.Runs, o.Version):
		return Saved{Offer: *o, Phase: Refused, Why: wire.UpdateOlder}, Drop
	case *o != s.Offer && o.Size > MaxBundle:
		return Saved{Offer: *o, Phase: Refused, Why: wire.UpdateRoom}, Drop
	case *o != s.Offer:
		return Saved{Offer: *o, Phase: Fetching}, Begin
	case s.Phase == Fetching:
		return s, Fetch
	case s.Phase == Whole && r.Install:
		s.Phase, s.Tries, s.Boot = Installing, s.Tries+1, m.Boot
		return s, Install
	}
	return s, Nothing
}

// Fetched is what the end of a fetch makes of it. An error that says nothing of the bundle leaves it where it is: the next fetch goes on.
func Fetched(s Saved, err error) Saved {
	switch {
	case s.Phase != Fetching:
	case err == nil:
		s.Phase, s.Tries = Whole, 0
	case errors.Is(err, ErrGone):
		return Saved{}
	case errors.Is(err, ErrRoom):
		s.Phase, s.Why = Refused, wire.UpdateRoom
	case errors.Is(err, ErrDamaged):
		if s.Tries++; s.Tries >= mostTries { // what was wrong of it may have come of a cut
			s.Phase, s.Why = Refused, wire.UpdateDamaged
		}
	}
	return s
}

// Asked is what the updater's answer makes of it.
func Asked(s Saved, err error) Saved {
	switch {
	case s.Phase != Installing:
	case err == nil:
		s.Phase = Installed
	case errors.Is(err, ErrForeign):
		s.Phase, s.Why = Refused, wire.UpdateForeign
	case errors.Is(err, ErrOlder):
		s.Phase, s.Why = Refused, wire.UpdateOlder
	case errors.Is(err, ErrDamaged):
		s.Phase, s.Why = Refused, wire.UpdateDamaged
	default:
		s.Phase, s.Why = Refused, wire.UpdateMachine
	}
	return s
}
