package kiosk

import (
	"slices"
	"testing"
	"time"
)

// How long a secret can be held while the screen is not touched.

// hand reports whether a person did it: touched the screen, or came for maintenance.
func (e Event) hand() bool { return e.touch() || e.Kind == StaffIn }

// longestHeld is how long a secret can be held after the last touch, whatever
// cards, authority and disk do: each clock on the way runs to its end.
const longestHeld = 270 * time.Second

// held is the longest way of clocks from p on which a secret stays live
// untouched; -1 when it comes round.
func (k *walk) held(p Place, on [Places]bool) time.Duration {
	all := p.row().timers
	own, more := all[len(all)-1].after, time.Duration(0)
	on[p] = true
	for q, led := range k.led[p] {
		if !led || Place(q) == p {
			continue
		}
		if on[q] {
			return -1
		}
		after := k.held(Place(q), on)
		if after < 0 {
			return -1
		}
		more = max(more, after)
	}
	return own + more
}

// Cards slip, networks stall, disks fail: without a touch no secret is held for
// longer than the clocks of the places still ahead.
func TestNoSecretIsHeldUntouchedForLonger(t *testing.T) {
	k, _ := walked()
	longest := time.Duration(0)
	for p := Starting + 1; p < Places; p++ {
		if k.led[p] == [Places]bool{} {
			continue
		}
		switch d := k.held(p, [Places]bool{}); {
		case d < 0:
			t.Errorf("a secret is held round and round from %s", p)
		default:
			longest = max(longest, d)
		}
	}
	if longest != longestHeld {
		t.Errorf("a secret can be held for %v after the last touch, want %v", longest, longestHeld)
	}
}

// Places of one question have the same timers, or an index would mean another
// time.
func TestPlacesOfOneClockHaveTheSameTimers(t *testing.T) {
	for p := range Places {
		if of := p.clock(); of.clock() != of || !slices.Equal(p.row().timers, of.row().timers) {
			t.Errorf("%s runs on the clock of %s, which has other timers", p, of)
		}
	}
}
