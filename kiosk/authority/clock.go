package authority

import (
	"crypto/x509"
	"sync/atomic"
	"time"
)

// clock is the time that certificates are judged by: the machine's, or a floor
// where that is later. A machine whose clock was lost would otherwise believe
// certificates that ended long ago.
//
// The floor comes from the build and from the authority's word over a connection
// that was believed, and from nothing else: the time of a record is the machine's
// own, and a clock that once ran ahead would stay ahead in it for ever. What was
// said before this start is handed over as Config.Said.
type clock struct {
	machine func() time.Time
	built   int64        // Unix seconds; 0 where the build does not say
	floor   atomic.Int64 // Unix seconds
	said    atomic.Int64 // since this start; 0 where nothing was
}

func newClock(machine func() time.Time, built, said time.Time) *clock {
	c := &clock{machine: machine}
	if !built.IsZero() {
		c.built = built.Unix()
	}
	c.floor.Store(c.built)
	if !said.IsZero() {
		c.floor.Store(max(said.Unix(), c.built))
	}
	return c
}

// Now is the machine's time, or the floor.
func (c *clock) Now() time.Time {
	now := c.machine()
	if floor := time.Unix(c.floor.Load(), 0); now.Before(floor) {
		return floor
	}
	return now
}

// heard makes the floor what the authority says of the time, but never less than
// the build's: the last word and not the highest, so that a wrong one is mended by
// the next. A time after the last day of the certificate that it says it with is no
// time that it can be: it would shut that authority out.
func (c *clock) heard(unix int64, peer *x509.Certificate) {
	if unix > peer.NotAfter.Unix() {
		return
	}
	c.floor.Store(max(unix, c.built))
	c.said.Store(unix)
}
