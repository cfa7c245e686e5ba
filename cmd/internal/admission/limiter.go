package admission

import (
	"sync"
	"time"
)

const (
	// horizon is the longest wait that is ever told. 33,000 kiosks fill
	// 22 seconds of 1,500; a crowd that fills ten minutes is met again then.
	horizon = 600
	// Of each second in the future a quarter is not promised: it is for those
	// who come unannounced, and for those who come a little late.
	promised, of = 3, 4
	// burst is the part of a second's capacity that may be taken at one
	// instant.
	burst = 4
	// ring has the seconds of the horizon and the one before: whose time was
	// then may still be on the way, since Retry-After has whole seconds.
	ring = horizon + 1
)

// Limiter hands out a capacity, to each kiosk its share. It may be used by
// several goroutines.
type Limiter struct {
	mu     sync.Mutex
	rate   float64 // a second
	most   int32   // promises a second
	tokens float64
	last   time.Time
	now    int64       // Unix
	next   int64       // no second before it has room
	slots  [ring]int32 // promises that are not kept yet, by second modulo ring
	kiosks shares
}

// New makes a Limiter for rate requests a second, at least 1.
func New(rate int) *Limiter {
	rate = max(rate, 1)
	p := &Limiter{rate: float64(rate), most: int32(max(rate*promised/of, 1)), kiosks: newShares(float64(rate))}
	p.tokens = p.depth()
	return p
}

func (p *Limiter) depth() float64 { return max(p.rate/burst, 1) }

// Take asks for room for one request of a kiosk now. Where there is none, after
// is when to come back: whole seconds, 1 at least. A kiosk that comes back
// earlier is told the rest of its wait, and takes no room by asking.
func (p *Limiter) Take(kiosk string, now time.Time) (ok bool, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn(now)
	k := p.kiosks.of(kiosk, now)
	if k.due > p.now {
		return false, time.Duration(k.due-p.now) * time.Second
	}
	within := k.own >= 1
	free := p.tokens
	switch {
	case k.promised:
	case within:
		free -= p.reserved()
	default:
		free -= max(p.reserved(), p.depth()/2)
	}
	if k.promised && k.due >= p.now-1 {
		*p.slot(k.due)--
	}
	k.due, k.promised = p.now, false
	switch {
	case free >= 1:
		p.tokens--
		k.own = max(k.own-1, 0)
		return true, 0
	case within:
		k.due, k.promised = p.promise(), true
	default:
		k.due = p.now + 1
	}
	return false, time.Duration(k.due-p.now) * time.Second
}

// reserved is what those have to find who were told to come now. A quarter of
// the burst is never reserved: some of them may not come.
func (p *Limiter) reserved() float64 {
	owed := *p.slot(p.now) + *p.slot(p.now - 1)
	return min(float64(owed), p.depth()*promised/of)
}

// turn lets time pass. A clock that was set back begins anew: what was
// promised by the other clock is forgotten, and met when it comes.
func (p *Limiter) turn(now time.Time) {
	second := now.Unix()
	switch {
	case p.last.IsZero():
	case now.Before(p.last) || second-p.now >= horizon:
		p.slots = [ring]int32{}
		p.next = 0
		p.kiosks.forget()
		p.tokens = min(p.depth(), p.tokens+max(0, now.Sub(p.last).Seconds())*p.rate)
	default:
		for s := p.now; s < second; s++ {
			*p.slot(s - 1) = 0
		}
		p.tokens = min(p.depth(), p.tokens+now.Sub(p.last).Seconds()*p.rate)
	}
	p.last, p.now = now, second
}

// slot is a second's. Clocks may also stand before 1970.
func (p *Limiter) slot(second int64) *int32 { return &p.slots[(second%ring+ring)%ring] }

// promise books the first second with room. Where all of the horizon is
// booked, the later half of it is filled a second time, evenly.
func (p *Limiter) promise() int64 {
	end := p.now + horizon
	s := max(p.next, p.now+1)
	for s < end && *p.slot(s) >= p.most {
		s++
	}
	p.next = s
	if s < end {
		*p.slot(s)++
		return s
	}
	least := end - 1
	for s := p.now + horizon/2; s < end; s++ {
		if *p.slot(s) < *p.slot(least) {
			least = s
		}
	}
	*p.slot(least)++
	return least
}
