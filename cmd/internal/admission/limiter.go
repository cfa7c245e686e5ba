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
)

// Limiter hands out a capacity. It may be used by several goroutines.
type Limiter struct {
	mu     sync.Mutex
	rate   float64 // a second
	most   int32   // promises a second
	tokens float64
	last   time.Time
	now    int64          // the second that slots begins with, Unix
	next   int64          // no second before it has room
	slots  [horizon]int32 // promises by second modulo horizon
}

// New makes a Limiter for rate requests a second, at least 1.
func New(rate int) *Limiter {
	rate = max(rate, 1)
	p := &Limiter{rate: float64(rate), most: int32(max(rate*promised/of, 1))}
	p.tokens = p.depth()
	return p
}

func (p *Limiter) depth() float64 { return max(p.rate/burst, 1) }

// Take asks for room for one request now. Where there is none, after is when
// to come back: whole seconds, 1 at least.
func (p *Limiter) Take(now time.Time) (ok bool, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn(now)
	if p.tokens >= 1 {
		p.tokens--
		return true, 0
	}
	return false, time.Duration(p.promise()-p.now) * time.Second
}

// turn lets time pass. A clock that was set back begins anew: what was
// promised by the other clock is forgotten, and met when it comes.
func (p *Limiter) turn(now time.Time) {
	second := now.Unix()
	switch {
	case p.last.IsZero():
	case now.Before(p.last) || second-p.now >= horizon:
		p.slots = [horizon]int32{}
		p.next = 0
		p.tokens = min(p.depth(), p.tokens+max(0, now.Sub(p.last).Seconds())*p.rate)
	default:
		for s := p.now; s < second; s++ {
			p.slots[s%horizon] = 0
		}
		p.tokens = min(p.depth(), p.tokens+now.Sub(p.last).Seconds()*p.rate)
	}
	p.last, p.now = now, second
}

// promise books the first second with room. Where all of the horizon is
// booked, the later half of it is filled a second time, evenly.
func (p *Limiter) promise() int64 {
	end := p.now + horizon
	s := max(p.next, p.now+1)
	for s < end && p.slots[s%horizon] >= p.most {
		s++
	}
	p.next = s
	if s < end {
		p.slots[s%horizon]++
		return s
	}
	least := end - 1
	for s := p.now + horizon/2; s < end; s++ {
		if p.slots[s%horizon] < p.slots[least%horizon] {
			least = s
		}
	}
	p.slots[least%horizon]++
	return least
}
