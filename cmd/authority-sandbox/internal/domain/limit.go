package domain

import (
	"context"
	"sync"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// keep is how long a reply is given again: longer than a reservation lives, so
// that what is repeated later has nothing left to do. The contract promises 24
// hours.
const keep = 48 * time.Hour

// keepVisits is how long a visit is remembered that came to no grant. A kiosk
// that was away tells its records late, and they name its visits.
const keepVisits = 90 * 24 * time.Hour

// bite is how many rows are forgotten in one transaction: SQLite has one writer,
// and a resident's request waits for it.
const bite = 200

// Prune forgets what cannot be asked for again, in bites, between which requests
// are answered. Trouble with it is logged and stops nothing: it is called again.
func (s *Service) Prune(ctx context.Context) {
	now := s.now().Unix()
	s.faces.sweep(now)
	ago := func(d time.Duration) int64 { return now - int64(d.Seconds()) }
	old := store.Old{Replies: ago(keep), Codes: ago(keep), Challenges: ago(challengeLife), Rates: now / 60, Enrolments: now, Visits: ago(keepVisits)}
	var all int64
	for kind := range store.Prunables() {
		for gone := int64(bite); gone == bite; all += gone {
			err := s.db.Tx(ctx, func(tx *store.Tx) (err error) {
				gone, err = tx.Prune(kind, old, bite)
				return err
			})
			if ctx.Err() != nil {
				return // the program ends
			}
			if err != nil {
				s.log.Error("old rows are not forgotten", "err", err)
				return
			}
		}
	}
	if all > 0 {
		s.log.Info("old rows are forgotten", "rows", all)
	}
}

// minutely is the count of what begins in a minute, of one name. It is simple on
// purpose: a whole minute at a time.
func (c *call) minutely(name string, limit int) *store.Rated {
	return &store.Rated{Name: name, Minute: c.now / 60, Limit: limit}
}

// within refuses what was one too many, until the next minute.
func (c *call) within(list ...*store.Rated) error {
	for _, r := range list {
		if !r.OK {
			return &refusal{code: wire.CodeBusy, detail: "too many in this minute", after: uint32(60 - c.now%60)}
		}
	}
	return nil
}

// locks let one request of a kiosk be worked on at a time. The lock on the
// kiosk's row would make the second one wait as well, and hold a connection to
// the database meanwhile: one kiosk could take them all.
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
