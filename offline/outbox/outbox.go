// Package outbox is the kiosk's ledger and the way of its records to the
// authority.
//
// [Open] gives an [Outbox]: kiosk/run appends to it, and it opens its folder anew
// after a fault. Call [Outbox.Send] in a goroutine of its own; it drains the
// queue over every reopening. A [Sender] is the part that sends from one queue:
// in order, one batch at a time, asking again as offline/backoff says, and never
// deleting.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// Config of an [Outbox]. Key, Now and Rand are required.
type Config struct {
	Key  []byte // the authority's records key, to which records are sealed: X25519, 32 bytes
	Now  func() time.Time
	Rand *rand.Rand   // spread and jitter of Send, nothing secret; used by Send alone
	Log  *slog.Logger // nil: nothing is logged
	// Reads is the newest kind of record that each version which may have to go on with this ledger can read; nil: this
	// one alone goes on with it. While a version is on trial that is what the one before reads: it refuses a ledger with a newer kind, and with it the
	// records that are still owed. It is asked before each record.
	Reads func() kiosk.EntryKind
}

// ErrTrial: the record is of a kind that the version before this one cannot read. Nothing was written, and nothing is wrong with the ledger: what
// needs such a record is refused until this version is kept.
const ErrTrial = record.Error("this version is on trial, and the one before it cannot read such a record")

// An Outbox is the ledger in a folder, opened anew when it can no longer tell
// what the disk holds: the loop asks Open before a visit may begin again. It may
// be used by several goroutines.
type Outbox struct {
	dir string
	cfg Config

	mu     sync.Mutex
	l      *offline.Ledger
	sender *Sender // nil before the first
	unsend func()  // ends the sending from l; nil before the first
	broken bool    // an Append ended without a clear answer
	booted bool    // this start of the firmware has its record
}

// Open opens the ledger in dir, or makes one, and appends the record of this
// start. Errors as offline.OpenLedger.
func Open(ctx context.Context, dir string, cfg Config) (*Outbox, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	o := &Outbox{dir: dir, cfg: cfg}
	return o, o.reopen(ctx)
}

func (o *Outbox) reopen(ctx context.Context) (err error) {
	if o.unsend != nil { // or it would wait for a line in a ledger that is written to no more
		o.unsend()
	}
	if o.l != nil {
		if err := o.l.Close(); err != nil {
			o.cfg.Log.Warn("the ledger did not close", "err", err)
		}
	}
	o.l, err = offline.OpenLedger(ctx, o.dir, offline.Options{Now: o.cfg.Now, Key: o.cfg.Key, Log: o.cfg.Log})
	o.broken = false
	if err == nil && !o.booted {
		o.boot(ctx)
	}
	return err
}

// boot writes the first line of this start. It stands before no act, so a disk
// without room for it is no reason not to start: what needs a line is refused
// by itself.
func (o *Outbox) boot(ctx context.Context) {
	err := o.l.Append(ctx, kiosk.Entry{Kind: kiosk.EntryBoot, Before: -1, After: -1})
	if o.booted = err == nil; o.booted {
		return
	}
	o.cfg.Log.Error("the start of the firmware is not in the ledger", "err", err)
	o.broken = !plain(err)
}

// plain: the ledger said no and is as it was. After anything else only opening
// it anew tells what the disk holds; after this, opening it anew would take away
// the sender, who may be about to make the room that was missing.
func plain(err error) bool {
	return errors.Is(err, offline.ErrFull) || errors.Is(err, offline.ErrQueue) || errors.Is(err, record.ErrEntry) || errors.Is(err, ErrTrial)
}

// Append is run.Ledger's.
func (o *Outbox) Append(ctx context.Context, e kiosk.Entry) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.l == nil {
		return offline.ErrClosed
	}
	if !o.booted { // the disk was full
		o.boot(ctx)
	}
	if o.cfg.Reads != nil && e.Kind > o.cfg.Reads() {
		return fmt.Errorf("%w: kind %d", ErrTrial, e.Kind)
	}
	err := o.l.Append(ctx, e)
	o.broken = o.broken || err != nil && !plain(err)
	return err
}

// Open is run.Ledger's: at start, after a failure, and as the ledger's part of
// the proof that the kiosk is alive.
func (o *Outbox) Open(ctx context.Context) ([]kiosk.Entry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.l == nil || o.broken {
		return o.anew(ctx)
	}
	open, err := o.l.Open(ctx)
	if errors.Is(err, offline.ErrBroken) { // met by an acknowledgement or by tidying
		return o.anew(ctx)
	}
	return open, err
}

func (o *Outbox) anew(ctx context.Context) ([]kiosk.Entry, error) {
	if err := o.reopen(ctx); err != nil {
		o.l = nil
		return nil, err
	}
	return o.l.Open(ctx)
}

// Close lets the folder go.
func (o *Outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.l == nil {
		return nil
	}
	return o.l.Close()
}

func (o *Outbox) current() *offline.Ledger {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.l
}

// Queue is how many records wait for the authority, and the age of the oldest.
func (o *Outbox) Queue(ctx context.Context) (n int, oldest time.Duration, err error) {
	l := o.current()
	if l == nil {
		return 0, 0, offline.ErrClosed
	}
	return l.Queue(ctx)
}

// toSend is the ledger to send from, for as long as that one is open.
func (o *Outbox) toSend(ctx context.Context) (l *offline.Ledger, open context.Context, done func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	open, done = context.WithCancel(ctx)
	o.unsend = done
	return o.l, open, done
}

// sends notes who sends now.
func (o *Outbox) sends(s *Sender) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sender = s
}

// Retry lets sending that has stopped try again. Call it when the authority took
// a heartbeat: it is the authority, knows this kiosk and speaks its version. Without
// this the records of a kiosk whose clock was put right would wait until
// the kiosk is switched off and on. Where the reason still stands, one batch is
// refused in every period of the heartbeat.
func (o *Outbox) Retry() {
	o.mu.Lock()
	s := o.sender
	o.mu.Unlock()
	if s == nil {
		return
	}
	if why := s.Status().Stopped; why != nil {
		o.cfg.Log.Info("sending of records is tried again", "stopped", why)
		s.Resume()
	}
}

// Send drains the queue until ctx ends, over every reopening. spread is
// Options.Spread.
func (o *Outbox) Send(ctx context.Context, to Uplink, spread time.Duration) {
	for ctx.Err() == nil {
		l, open, done := o.toSend(ctx)
		if l != nil {
			opt := Options{Now: o.cfg.Now, Rand: o.cfg.Rand, Log: o.cfg.Log, Spread: spread}
			s, err := New(l, to, opt)
			if err == nil {
				o.sends(s)
				err = s.Run(open)
			}
			if ctx.Err() == nil {
				o.cfg.Log.Warn("sending of records paused", "err", err)
			}
		}
		done()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
