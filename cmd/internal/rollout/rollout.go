// Package rollout decides which kiosks are offered a version of the appliance, which of them may install it
// now, and when no more may. It is pure: the authority calls [Step] for each question of a kiosk and
// [Stop] for each thing that it learned, and keeps what comes of it; cmd/proving/fleet plays both for a country.
//
// Three bounds keep a version that does not work away from most kiosks. A share: whose number is below it is offered
// the version at all. A beginning: so many may be on trial before one has shown that it works, and then one more
// for each that has for a while, so that their number at most doubles in the time that a failure takes. And a limit: where more
// than that part of those that have come to an end failed, were silent or refused, none begins any more.
package rollout

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"multicopy.example/kiosk/authority/wire"
)

// Of is what a share is counted in.
const Of = 10_000

// Least is how many have to fail before they are a share of anything: one broken disk among the first five says nothing
// of a version.
const Least = 3

// Settle is how long a kiosk works before another may begin for it. A failure takes longer than a success: who began beside it has gone back by
// then, and is counted.
const Settle = 20 * time.Minute

// Offer is a version that is offered.
type Offer struct {
	ID      wire.ID
	Version string
	Share   int  // of ten thousand kiosks, which may have it
	First   int  // so many may be on trial before one works
	Limit   int  // of a hundred that have come to an end, so many may have failed
	Stopped bool // by a person or by Stop; nothing of it is given out any more
}

// Tally is how many kiosks are where with an offer.
type Tally struct {
	Trial   int // they may install it, or run it and have not shown that it works
	Silent  int // of these, for how many that is too long ago
	Good    int
	Settled int // of these, for longer than Settle
	Failed  int // they went back
	Refused int
}

// Report is what a kiosk says: the version it runs, and how far it is with the offer.
type Report struct {
	Runs  string
	State wire.UpdateState
}

// Turn is a kiosk's number, below Of. It is another one for each offer, so that not the same kiosks are always the
// first, and the same one whatever share is asked for, so that a larger share has all of the smaller.
func Turn(offer wire.ID, kiosk string) int {
	sum := sha256.Sum256(append(offer[:], kiosk...))
	return int(binary.BigEndian.Uint64(sum[:8]) % Of)
}

// Step is what an offer is to a kiosk that asks: where it is with it now, after was, which is what the
// authority knew; whether it is made to it; and whether it may be installed.
func Step(o Offer, kiosk string, was wire.UpdateState, r Report, t Tally) (is wire.UpdateState, made, install bool) {
	is = learned(o, was, r)
	switch {
	case o.Stopped, !wire.Older(r.Runs, o.Version), Turn(o.ID, kiosk) >= o.Share:
		return is, false, false
	case is == wire.UpdateGood, is == wire.UpdateRefused, is == wire.UpdateFailed:
		return is, false, false
	case r.State != wire.UpdateFetched:
		return is, true, false
	case is != wire.UpdateTrial && t.Trial >= o.First+t.Settled:
		return is, true, false
	}
	return wire.UpdateTrial, true, true
}

// learned is where the kiosk is. A kiosk that refused an offer or went back stays there: what it says later comes of a
// memory that was lost. One that was to install it, runs another version and knows nothing of it has gone back too.
func learned(o Offer, was wire.UpdateState, r Report) wire.UpdateState {
	runs := r.Runs == o.Version
	switch {
	case r.State == wire.UpdateGood && runs:
		return wire.UpdateGood
	case was == wire.UpdateRefused || was == wire.UpdateFailed || was == wire.UpdateGood:
		return was
	case r.State == wire.UpdateRefused || r.State == wire.UpdateFailed:
		return r.State
	case was == wire.UpdateTrial && r.State == wire.UpdateNone && !runs:
		return wire.UpdateFailed
	case was == wire.UpdateTrial || r.State == wire.UpdateTrial && runs:
		return wire.UpdateTrial
	case r.State == wire.UpdateFetching || r.State == wire.UpdateFetched:
		return r.State
	}
	return was
}

// Stop reports whether too many have failed. Who may install a version and is not heard of again counts as one that failed,
// since a machine that does not start says nothing.
func Stop(o Offer, t Tally) bool {
	bad := t.Failed + t.Silent + t.Refused
	return bad >= Least && bad*100 > o.Limit*(bad+t.Good)
}
