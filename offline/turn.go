package offline

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/kiosk"
)

// write runs one durable change and finds out what became of it. done says
// that the change is in the database; it can be together with an error, where
// the disk complained after it.
//
// Only a full disk that left the old state behind is an error to live with.
// After any other SQLite's view is its cache, not the disk: the ledger stops
// until it is opened, and so verified, anew.
func (l *Ledger) write(what string, change func() error, landed func() (bool, error)) (done bool, err error) {
	for {
		if err = change(); err == nil {
			return true, nil
		}
		in, look := landed()
		if look == nil && !in && isFull(err) {
			if dropBallast(l.dir) {
				l.opt.Log.Warn("ledger: the disk is full, the ballast is given up")
				continue
			}
			return false, fmt.Errorf("%s: %w: %w", what, ErrFull, err)
		}
		err = fmt.Errorf("%s: %w: %w", what, ErrBroken, errors.Join(err, look))
		l.mu.Lock()
		l.dead = err
		l.mu.Unlock()
		l.opt.Log.Error("ledger: unusable until it is opened anew", "err", err)
		return in && look == nil, err
	}
}

// writeHead lets the head file follow. It may lag, so an error here is a
// warning: what it costs is that a lost tail could go unnoticed.
func (l *Ledger) writeHead() {
	if err := writeHead(l.headf, l.head); err != nil && !l.warned {
		l.warned = true
		l.opt.Log.Error("ledger: the head file cannot be written", "err", err)
	}
}

// do runs f when it is its turn. Where the context ends first, f still runs to
// its end and memory follows the disk; only the caller is let go.
func (l *Ledger) do(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("ledger: %w", errors.Join(kiosk.Fault(kiosk.WordLedger), err))
	}
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("ledger: %w", errors.Join(kiosk.Fault(kiosk.WordLedger), ctx.Err()))
	}
	if err := l.usable(); err != nil {
		<-l.turn
		return err
	}
	if ctx.Done() == nil {
		defer func() { <-l.turn }()
		return f()
	}
	answer := make(chan error, 1)
	go func() {
		defer func() { <-l.turn }()
		answer <- f()
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		select {
		case err := <-answer:
			return err
		default:
			return fmt.Errorf("%w: %w", ErrLate, ctx.Err())
		}
	}
}

func (l *Ledger) usable() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}
