package heartbeat

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/backoff"
)

// lasts is how long a good answer is believed. Heartbeats renew it before; where
// none is answered any more, the authority is asked for health itself.
const lasts = Period + Period/3

// longest is the longest pause before a kiosk that is out of service asks again,
// whatever Retry-After says: it may come from a proxy that was told of an hour's
// maintenance, and a resident cannot make the kiosk ask.
const longest = 5 * time.Minute

// skew is how far the two clocks may be apart; the loop's own bound.
const skew = 10 * time.Minute

// asking is the policy of a kiosk that was refused or met no authority. Its first
// question is spread over twice the time of the first records, which all come at
// one moment after a national power cut too.
func asking(spread time.Duration) backoff.Policy {
	return backoff.Policy{Spread: 2 * spread, Base: 20 * time.Second, Max: longest, Unreachable: time.Minute}
}

// errNoVisit is a good answer by which no visit may begin, and which does not say
// until when.
var errNoVisit = errors.New("no visit may begin")

// A Word is the authority's newest word on whether a visit may begin, from
// whatever answer brought it. Idle kiosks look at it as often as they like: 33,000
// that asked every 20 seconds were 1,650 requests a second. It is safe for use by
// several goroutines; one of them has to be in Run.
type Word struct {
	ask func(context.Context) (port.Health, error)
	now func() time.Time

	mu      sync.Mutex
	health  port.Health
	at      time.Time // when health came
	err     error     // why there is none
	due     time.Time // when Run asks next
	wake    func()    // what Run waits in ends: it is due sooner
	backoff *backoff.Backoff

	first chan struct{} // closed when there is a word
	once  sync.Once
}

// NewWord is the word of an authority that ask asks for its health. spread is the
// time over which a fleet's first contacts are spread; r is Word's own.
func NewWord(ask func(context.Context) (port.Health, error), spread time.Duration, r *rand.Rand, now func() time.Time) *Word {
	w := &Word{ask: ask, now: now, backoff: backoff.New(asking(spread), r), first: make(chan struct{})}
	w.due = now().Add(w.backoff.First())
	return w
}

// Alone says, before Run, that this program was started and not its machine: no
// power came back, and no fleet starts with it. The first question is asked at
// once, for before its answer no visit may begin.
func (w *Word) Alone() { w.due = w.now() }

// Run asks where the word is due to be renewed, until ctx ends, and returns its
// error. sleep is heartbeat's; nil: a timer.
func (w *Word) Run(ctx context.Context, sleep func(context.Context, time.Duration) error) error {
	if sleep == nil {
		sleep = backoff.Sleep
	}
	for {
		until, wake := context.WithCancel(ctx)
		w.mu.Lock()
		w.wake = wake
		wait := w.due.Sub(w.now())
		w.mu.Unlock()
		if wait <= 0 {
			wake()
			if _, err := w.Ask(ctx); err != nil && ctx.Err() != nil { // any other error is the word
				return ctx.Err()
			}
			continue
		}
		err := sleep(until, wait)
		woken := until.Err() != nil && ctx.Err() == nil
		wake()
		if err != nil && !woken {
			return err
		}
	}
}

// Health is the newest word, its clock brought forward to now. It asks nothing;
// where there is no word yet it waits for the first.
func (w *Word) Health(ctx context.Context) (port.Health, error) {
	select {
	case <-w.first:
	case <-ctx.Done():
		return port.Health{}, ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.health
	if h.Now != 0 {
		h.Now += int64(w.now().Sub(w.at) / time.Second)
	}
	return h, w.err
}

// Last is the newest word as it came, when the authority was last heard, and why
// there is no word now; false before the first. It waits for nothing.
func (w *Word) Last() (h port.Health, at time.Time, err error, ok bool) {
	select {
	case <-w.first:
	default:
		return h, at, nil, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.health, w.at, w.err, true
}

// Ask asks the authority now: a person begins. No answer in the person's time is an
// answer too; only a question that was given up says nothing.
func (w *Word) Ask(ctx context.Context) (port.Health, error) {
	h, err := w.ask(ctx)
	if !errors.Is(ctx.Err(), context.Canceled) {
		w.Heard(h, err)
	}
	return h, err
}

// Heard takes the answer to a question or to a heartbeat.
func (w *Word) Heard(h port.Health, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, before := w.now(), w.due
	switch {
	case err == nil:
		w.health, w.err, w.at = h, nil, now
		w.due = now.Add(w.good(h, now))
	case w.known(now) && errors.As(err, new(*wire.Refused)):
		// A refusal in the contract's words, such as "come later" to a heartbeat,
		// says nothing about visits: what was known stays, and when it is asked for.
		if !w.due.After(now) {
			w.due = now.Add(w.pause(err))
		}
	default:
		w.health, w.err, w.due = port.Health{}, err, now.Add(w.pause(err))
	}
	if w.wake != nil && w.due.Before(before) {
		w.wake()
	}
	w.once.Do(func() { close(w.first) })
}

// good is how long a good answer stands.
func (w *Word) good(h port.Health, now time.Time) time.Duration {
	again := time.Duration(h.RetryAfter) * time.Second
	switch {
	case h.Now != 0 && now.Sub(time.Unix(h.Now, 0)).Abs() > skew, !h.Open && again == 0:
		return w.pause(errNoVisit)
	case !h.Open && again < lasts:
		return again + w.backoff.First() // all open at one moment
	}
	w.backoff.Reset()
	return lasts
}

func (w *Word) known(now time.Time) bool {
	return w.err == nil && !w.at.IsZero() && now.Sub(w.at) < lasts
}

func (w *Word) pause(why error) time.Duration {
	return min(w.backoff.Next(wire.RetryAfter(why), why), longest)
}
