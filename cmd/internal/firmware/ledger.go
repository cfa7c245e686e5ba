package firmware

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// ledger opens the folder anew when the ledger in it can no longer tell what
// the disk holds: the loop asks Open before anybody is served again.
type ledger struct {
	dir string
	key []byte // what records are sealed to
	log *slog.Logger

	mu     sync.Mutex
	l      *offline.Ledger
	sender *offline.Sender // nil before the first
	unsend func()          // ends the sending from l; nil before the first
	broken bool            // an Append ended without a clear answer
	booted bool            // this start of the firmware has its line
}

func openLedger(ctx context.Context, dir string, key []byte, log *slog.Logger) (*ledger, error) {
	m := &ledger{dir: dir, key: key, log: log}
	return m, m.reopen(ctx)
}

func (m *ledger) reopen(ctx context.Context) (err error) {
	if m.unsend != nil { // or it would wait for a line in a ledger that nobody writes to any more
		m.unsend()
	}
	if m.l != nil {
		if err := m.l.Close(); err != nil {
			m.log.Warn("the ledger did not close", "err", err)
		}
	}
	m.l, err = offline.OpenLedger(ctx, m.dir, offline.Options{Now: time.Now, Key: m.key, Log: m.log})
	m.broken = false
	if err == nil && !m.booted {
		m.boot(ctx)
	}
	return err
}

// boot writes the first line of this start. It stands before no act, so a disk
// without room for it is no reason not to start: what needs a line is refused
// by itself.
func (m *ledger) boot(ctx context.Context) {
	err := m.l.Append(ctx, kiosk.Entry{Kind: kiosk.EntryBoot, Before: -1, After: -1})
	if m.booted = err == nil; m.booted {
		return
	}
	m.log.Error("the start of the firmware is not in the ledger", "err", err)
	m.broken = !plain(err)
}

// plain: the ledger said no and is as it was. After anything else only opening
// it anew tells what the disk holds; after this, opening it anew would take away
// the sender, who may be about to make the room that was missing.
func plain(err error) bool {
	return errors.Is(err, offline.ErrFull) || errors.Is(err, offline.ErrQueue) || errors.Is(err, record.ErrEntry)
}

// Append is the loop's.
func (m *ledger) Append(ctx context.Context, e kiosk.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.l == nil {
		return offline.ErrClosed
	}
	if !m.booted { // the disk was full
		m.boot(ctx)
	}
	err := m.l.Append(ctx, e)
	m.broken = m.broken || err != nil && !plain(err)
	return err
}

// Open is the loop's: at start, after a failure, and as the ledger's part of
// the proof that the kiosk is alive.
func (m *ledger) Open(ctx context.Context) ([]kiosk.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.l == nil || m.broken {
		return m.anew(ctx)
	}
	open, err := m.l.Open(ctx)
	if errors.Is(err, offline.ErrBroken) { // met by an acknowledgement or by tidying
		return m.anew(ctx)
	}
	return open, err
}

func (m *ledger) anew(ctx context.Context) ([]kiosk.Entry, error) {
	if err := m.reopen(ctx); err != nil {
		m.l = nil
		return nil, err
	}
	return m.l.Open(ctx)
}

// Close lets the folder go.
func (m *ledger) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.l == nil {
		return nil
	}
	return m.l.Close()
}

func (m *ledger) current() *offline.Ledger {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.l
}

// toSend is the ledger to send from, for as long as that one is open.
func (m *ledger) toSend(ctx context.Context) (l *offline.Ledger, open context.Context, done func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	open, done = context.WithCancel(ctx)
	m.unsend = done
	return m.l, open, done
}

// sends notes who sends now.
func (m *ledger) sends(s *offline.Sender) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sender = s
}

// heard lets sending that has stopped try again: the authority took a sign of
// life, so it is the authority, knows this kiosk and speaks its version. Without
// this the records of a kiosk whose clock was put right would wait until
// somebody switches it off and on. Where the reason still stands, one batch is
// refused in every period of the heartbeat.
func (m *ledger) heard() {
	m.mu.Lock()
	s := m.sender
	m.mu.Unlock()
	if s == nil {
		return
	}
	if why := s.Status().Stopped; why != nil {
		m.log.Info("sending of records is tried again", "stopped", why)
		s.Resume()
	}
}

// send drains the queue for as long as ctx lives, over every reopening.
func (m *ledger) send(ctx context.Context, to offline.Uplink, spread time.Duration) {
	seed := [32]byte{}
	_, _ = rand.Read(seed[:]) // crypto/rand never fails
	chance := mathrand.New(mathrand.NewChaCha8(seed))
	for ctx.Err() == nil {
		l, open, done := m.toSend(ctx)
		if l != nil {
			opt := offline.SendOptions{Now: time.Now, Rand: chance, Log: m.log, Spread: spread}
			s, err := offline.NewSender(l, to, opt)
			if err == nil {
				m.sends(s)
				err = s.Run(open)
			}
			if ctx.Err() == nil {
				m.log.Warn("sending of records paused", "err", err)
			}
		}
		done()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
