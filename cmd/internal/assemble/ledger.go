package assemble

import (
	"context"
	"crypto/rand"
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
	log *slog.Logger

	mu     sync.Mutex
	l      *offline.Ledger
	broken bool // an Append ended without a clear answer
}

func openLedger(ctx context.Context, dir string, log *slog.Logger) (*ledger, error) {
	m := &ledger{dir: dir, log: log}
	return m, m.reopen(ctx)
}

func (m *ledger) reopen(ctx context.Context) (err error) {
	if m.l != nil {
		if err := m.l.Close(); err != nil {
			m.log.Warn("the ledger did not close", "err", err)
		}
	}
	m.l, err = offline.OpenLedger(ctx, m.dir, offline.Options{Now: time.Now, Log: m.log})
	return err
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
		m.broken = false
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
