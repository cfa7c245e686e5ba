package assemble

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
	broken bool            // an Append ended without a clear answer
	booted bool            // this start of the firmware has its line
}

func openLedger(ctx context.Context, dir string, key []byte, log *slog.Logger) (*ledger, error) {
	m := &ledger{dir: dir, key: key, log: log}
	return m, m.reopen(ctx)
}

func (m *ledger) reopen(ctx context.Context) (err error) {
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
	m.broken = !errors.Is(err, offline.ErrFull)
}

// Append is the loop's.
func (m *ledger) Append(ctx context.Context, e kiosk.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.l == nil {
		return offline.ErrClosed
	}
	err := m.l.Append(ctx, e)
	m.broken = m.broken || err != nil
	return err
}

// Open is the loop's: at start, after a failure, and as the ledger's part of
// the proof that the kiosk is alive.
func (m *ledger) Open(ctx context.Context) ([]kiosk.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.l == nil || m.broken {
		if err := m.reopen(ctx); err != nil {
			m.l = nil
			return nil, err
		}
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
		if l := m.current(); l != nil {
			opt := offline.SendOptions{Now: time.Now, Rand: chance, Log: m.log, Spread: spread}
			s, err := offline.NewSender(l, to, opt)
			if err == nil {
				m.sends(s)
				err = s.Run(ctx)
			}
			if ctx.Err() == nil {
				m.log.Warn("sending of records paused", "err", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
