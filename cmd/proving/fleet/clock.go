package main

import (
	"context"
	"iter"
	"math"
	"time"
)

// A clock is virtual time and the goroutines that live in it. One of them runs at a
// time; to wait is to hand over to the next one. So a day of 33,000 kiosks
// takes a minute, and the same seed gives the same day.
type clock struct {
	now   time.Duration // since the authority is back
	queue []waiter      // a heap: the next one first
	n     uint64        // orders those who wait for the same moment
}

// noon is when the authority is back.
var noon = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

// Now is what a kiosk's clock says.
func (c *clock) Now() time.Time { return noon.Add(c.now) }

// A life is one thread of a kiosk's doing. Its methods are called by itself
// alone.
type life struct {
	clock *clock
	yield func(time.Duration) bool
	next  func() (time.Duration, bool)
	stop  func()
}

const forever = time.Duration(math.MaxInt64)

// live begins a life at that moment.
func (c *clock) live(at time.Duration, do func(*life)) {
	l := &life{clock: c}
	l.next, l.stop = iter.Pull(func(yield func(time.Duration) bool) {
		l.yield = yield
		do(l)
	})
	c.wait(at, l)
}

// Sleep is the way in which the kiosk's own code waits.
func (l *life) Sleep(_ context.Context, d time.Duration) error {
	if !l.yield(max(d, 0)) {
		return context.Canceled // the world has ended
	}
	return nil
}

// woken is Sleep that ends with ctx, some minutes later: a goroutine that waits
// looks at nothing.
func (l *life) woken(ctx context.Context, d time.Duration) error {
	for ; d > 0; d -= 5 * time.Minute {
		if err := l.Sleep(ctx, min(d, 5*time.Minute)); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// park waits for the end of the world.
func (l *life) park() error { return l.Sleep(context.Background(), forever) }

// pass waits where nothing is to be answered.
func (l *life) pass(d time.Duration) error { return l.Sleep(context.Background(), d) }

// run lets time pass until no goroutine waits for something before end, and ends
// all of them.
func (c *clock) run(end time.Duration) {
	for len(c.queue) > 0 && c.queue[0].at < end {
		l := c.queue[0].life
		c.now = c.queue[0].at
		d, more := l.next()
		switch {
		case !more:
			last := len(c.queue) - 1
			c.queue[0] = c.queue[last]
			c.queue = c.queue[:last]
		case d > end: // parked, or later than the end
			c.queue[0].at = forever
		default:
			c.n++
			c.queue[0].at, c.queue[0].n = c.now+d, c.n
		}
		c.sink(0)
	}
	for _, w := range c.queue {
		w.life.stop()
	}
	c.queue = nil
}

type waiter struct {
	at   time.Duration
	n    uint64
	life *life
}

func (w waiter) before(v waiter) bool { return w.at < v.at || w.at == v.at && w.n < v.n }

func (c *clock) wait(at time.Duration, l *life) {
	c.n++
	c.queue = append(c.queue, waiter{at, c.n, l})
	q := c.queue
	for i := len(q) - 1; i > 0 && q[i].before(q[(i-1)/4]); i = (i - 1) / 4 {
		q[i], q[(i-1)/4] = q[(i-1)/4], q[i]
	}
}

// sink moves the waiter at i to its place in a heap of four branches.
func (c *clock) sink(i int) {
	q := c.queue
	for {
		least := i
		for child := 4*i + 1; child < min(4*i+5, len(q)); child++ {
			if q[child].before(q[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		q[i], q[least] = q[least], q[i]
		i = least
	}
}
