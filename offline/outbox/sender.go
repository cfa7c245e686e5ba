package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/backoff"
)

// maxBatch is the most records in one batch; the contract's limit.
const maxBatch = 50

// Uplink is the way to the authority.
type Uplink interface {
	// Batch hands over records of one epoch, in order. The receipt says up to
	// which of them the authority now has them durably; a number below theirs
	// says none. It counts beside an error too. The error unwraps to
	// port.ErrRetryLater, port.ErrSetAside (about the first record after the
	// receipt's) or port.ErrStopSending; any other means later.
	Batch(ctx context.Context, records []port.Record) (port.Receipt, error)
}

// A Queue is what a Sender drains; [offline.Ledger] is the one that a kiosk has.
type Queue interface {
	// Unsent reads up to n records of one epoch that the authority does not
	// have, in the order in which it wants them.
	Unsent(ctx context.Context, n int) ([]port.Record, error)
	// Doubts reads records that are worth more than their turn (doubt.go). It
	// may leave some out.
	Doubts(ctx context.Context) ([]port.Record, error)
	// Ack says that the authority has every record up to the receipt's.
	Ack(ctx context.Context, r port.Receipt) error
	// SetAside says that it will never take this one, the next unsent.
	SetAside(ctx context.Context, epoch [16]byte, seq uint64, reason string) error
	// Wait returns when something may have come since Unsent found nothing.
	Wait(ctx context.Context) error
}

// Options of a Sender. Now and Rand are required.
type Options struct {
	Now  func() time.Time
	Rand *rand.Rand   // spread and jitter, nothing secret; used by Run alone
	Log  *slog.Logger // default: nothing is logged
	// Spread is the time over which a fleet's first contacts are spread, and
	// what the authority's Retry-After is lengthened by at most; 0 none. 30 s
	// turned 33,000 requests in a second into 1,200 with nothing refused.
	Spread      time.Duration
	Base        time.Duration // the first pause after an error; default 1 s
	Max         time.Duration // the longest; default 5 minutes
	Unreachable time.Duration // the longest where no handshake came about; default 30 s, Max where that is less
	// Sleep waits, and returns ctx's error where ctx ends first; default: a
	// timer. A simulation has a time of its own.
	Sleep func(ctx context.Context, d time.Duration) error
	// Patience bounds one hand-over; default 1 minute. The uplink has its own,
	// shorter deadlines: this one keeps a defect there from stopping the queue.
	Patience time.Duration
}

// A Status is what staff may see of the sending.
type Status struct {
	Stopped  error     // unwraps to port.ErrStopSending: nothing is sent until Resume; nil while sending
	Last     error     // what the last batch met; nil after a good one
	Failures int       // errors in a row
	Next     time.Time // not before then; zero where nothing is being waited for
	Sent     uint64    // records acknowledged since the start
	Aside    uint64    // records set aside since the start
}

// A Sender drains a queue: in order, one batch at a time, and never deletes.
// See offline/README.md, "How records leave"; when it asks again is decided by backoff.
type Sender struct {
	queue   Queue
	up      Uplink
	opt     Options
	backoff *backoff.Backoff // Run's own
	resume  chan struct{}
	single  int            // records still to be handed over one by one, to find the one that is refused; Run's own
	doubt   bool           // outcomes in doubt go before the next batch; Run's own
	ahead   map[place]bool // those that went, in this run; Run's own

	mu     sync.Mutex
	status Status
}

// New makes a Sender; Run does the work.
func New(q Queue, up Uplink, opt Options) (*Sender, error) {
	if opt.Now == nil || opt.Rand == nil {
		return nil, errors.New("outbox: a sender needs a clock and randomness (Options.Now, Rand)")
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Base <= 0 {
		opt.Base = time.Second
	}
	if opt.Max <= 0 {
		opt.Max = 5 * time.Minute
	}
	if opt.Patience <= 0 {
		opt.Patience = time.Minute
	}
	if opt.Unreachable <= 0 {
		opt.Unreachable = min(30*time.Second, opt.Max)
	}
	if opt.Sleep == nil {
		opt.Sleep = backoff.Sleep
	}
	p := backoff.New(backoff.Policy{Spread: opt.Spread, Base: opt.Base, Max: opt.Max, Unreachable: opt.Unreachable}, opt.Rand)
	return &Sender{queue: q, up: up, opt: opt, backoff: p, resume: make(chan struct{}, 1)}, nil
}

// Status is how the sending stands.
func (s *Sender) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Resume ends a stop (port.ErrStopSending): staff has looked, or the authority has
// answered well since.
func (s *Sender) Resume() {
	select {
	case s.resume <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends, and returns its error, or until the queue is
// unusable. One Run at a time for a queue.
func (s *Sender) Run(ctx context.Context) error {
	s.doubt, s.ahead = true, nil
	if err := s.pause(ctx, s.backoff.First()); err != nil {
		return err
	}
	for {
		doubts, err := s.doubts(ctx)
		if err != nil {
			return err
		}
		size := maxBatch
		if s.single > 0 {
			size = 1
		}
		batch, err := s.queue.Unsent(ctx, size)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			if err := s.queue.Wait(ctx); err != nil {
				return err
			}
			continue
		}
		if s.doubt {
			err = s.settle(ctx, doubts, batch)
		}
		if err == nil && !s.doubt {
			err = s.hand(ctx, batch)
		}
		if err != nil {
			return err
		}
	}
}

// offer hands one batch over. rest are the records that the authority does not
// have.
func (s *Sender) offer(ctx context.Context, batch []port.Record) (receipt port.Receipt, rest []port.Record, answer error) {
	try, cancel := context.WithTimeout(ctx, s.opt.Patience)
	defer cancel()
	receipt, answer = s.up.Batch(try, batch)
	if answer != nil && ctx.Err() != nil {
		return receipt, batch, ctx.Err()
	}
	rest, answer = after(batch, receipt, answer)
	return receipt, rest, answer
}

// hand hands one batch over and draws the consequences. An error ends Run.
func (s *Sender) hand(ctx context.Context, batch []port.Record) error {
	receipt, rest, answer := s.offer(ctx, batch)
	if answer != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if len(rest) < len(batch) {
		if err := s.queue.Ack(ctx, receipt); err != nil && !errors.Is(err, offline.ErrFull) {
			return err
		} else if err != nil { // nothing is lost: the same records go again, and are known there
			answer = errors.Join(port.ErrRetryLater{}, err)
		}
	}
	s.note(uint64(len(batch)-len(rest)), answer)
	s.single = max(0, s.single-(len(batch)-len(rest)))
	switch {
	case answer == nil:
		return nil
	case errors.Is(answer, port.ErrStopSending):
	case errors.Is(answer, port.ErrSetAside) && len(batch) > 1:
		s.single = len(rest)
		return nil
	case errors.Is(answer, port.ErrSetAside):
		return s.setAside(ctx, batch[0], answer)
	}
	return s.hold(ctx, answer)
}

// after holds the authority's answer against what it was asked: rest are the
// records it does not have. An answer about records that were not sent, or a
// silent one that leaves some out, cannot be believed.
func after(batch []port.Record, r port.Receipt, answer error) (rest []port.Record, err error) {
	first, last := batch[0].Seq, batch[len(batch)-1].Seq
	switch {
	case r.Seq > last:
		return batch, fmt.Errorf("%w: record %d was acknowledged and %d was the last sent", port.ErrStopSending, r.Seq, last)
	case r.Seq < first:
		rest = batch
	default:
		n := int(r.Seq - first)
		if sent := batch[n]; sent.Epoch != r.Epoch || sent.Hash != r.Head {
			return batch, fmt.Errorf("%w: another record %d was acknowledged than was sent", port.ErrStopSending, r.Seq)
		}
		rest = batch[n+1:]
	}
	if len(rest) > 0 && answer == nil {
		answer = errors.Join(port.ErrRetryLater{}, errors.New("not every record was acknowledged"))
	}
	return rest, answer
}

// setAside moves one record out of the way of those behind it.
func (s *Sender) setAside(ctx context.Context, r port.Record, why error) error {
	err := s.queue.SetAside(ctx, r.Epoch, r.Seq, why.Error())
	if errors.Is(err, offline.ErrFull) {
		return s.pause(ctx, s.backoff.Next(0, err))
	}
	if err != nil {
		return err
	}
	s.opt.Log.Error("ledger: a record was set aside", "seq", r.Seq, "reason", why)
	s.single = 0
	s.backoff.Reset()
	s.set(func(t *Status) { t.Aside++; t.Failures = 0 })
	return nil
}

func (s *Sender) note(sent uint64, answer error) {
	if answer == nil || sent > 0 {
		s.backoff.Reset()
	}
	s.set(func(t *Status) {
		t.Sent += sent
		t.Last = answer
		if answer == nil || sent > 0 {
			t.Failures = 0
		}
		if answer != nil {
			t.Failures++
		}
	})
}

func (s *Sender) set(f func(*Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.status)
}
