package domain

import (
	"sync"
	"time"
)

// keep is how long a reply is given again: longer than a reservation lives, so
// that what is repeated later has nothing left to do. The contract promises 24
// hours.
const keep = 48 * time.Hour

// prune forgets, once an hour at most, what nobody can ask for again.
func (s *Service) prune(c *call) error {
	last := s.pruned.Load()
	if c.now-last < 3600 || !s.pruned.CompareAndSwap(last, c.now) {
		return nil
	}
	gone, err := c.Prune(c.now-int64(keep.Seconds()), c.now-int64(challengeLife.Seconds()))
	s.log.Info("forgot what nobody can ask for", "rows", gone)
	return err
}

// locks let one request id be worked on at a time, so that a repetition that
// overtakes its original waits for the original's reply.
type locks struct {
	mu   sync.Mutex
	held map[string]*held
}

type held struct {
	mu      sync.Mutex
	waiting int
}

func newLocks() *locks { return &locks{held: map[string]*held{}} }

// lock takes the key and answers how to give it back.
func (l *locks) lock(key string) (unlock func()) {
	l.mu.Lock()
	h := l.held[key]
	if h == nil {
		h = &held{}
		l.held[key] = h
	}
	h.waiting++
	l.mu.Unlock()
	h.mu.Lock()
	return func() {
		h.mu.Unlock()
		l.mu.Lock()
		defer l.mu.Unlock()
		if h.waiting--; h.waiting == 0 {
			delete(l.held, key)
		}
	}
}

// rates count what began in the current minute. They are simple on purpose:
// forgotten at a restart, a whole minute at a time.
type rates struct {
	mu     sync.Mutex
	now    func() time.Time
	minute int64
	counts map[string]int
}

func newRates(now func() time.Time) *rates { return &rates{now: now, counts: map[string]int{}} }

// allow counts one and answers 0, or the seconds until the next minute where
// there were already limit.
func (r *rates) allow(key string, limit int) (after uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now().Unix()
	if m := now / 60; m != r.minute {
		r.minute = m
		clear(r.counts)
	}
	if r.counts[key] >= limit {
		return uint32(60 - now%60)
	}
	r.counts[key]++
	return 0
}
