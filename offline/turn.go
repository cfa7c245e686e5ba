package offline

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/kiosk"
)

// acknowledging names the changes that let records go.
const acknowledging = "acknowledge"

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
			if l.giveUp(what) {
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

// giveUp makes room on a full disk, once for everybody and once more for
// acknowledgements: lines would take that room for good, acknowledgements
// give room back, and without them a full disk stays full for ever.
func (l *Ledger) giveUp(what string) bool {
	if dropBallast(l.dir, ballastName) {
		l.opt.Log.Warn("ledger: the disk is full, the ballast is given up")
		return true
	}
	if what != acknowledging || !dropBallast(l.dir, acksName) {
		return false
	}
	l.opt.Log.Warn("ledger: the disk is full, the acknowledgements' ballast is given up")
	// SQLite's log starts anew once all of it is in the database. Otherwise it
	// grows, and takes the room that was just made.
	if err := l.drain("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		l.opt.Log.Warn("ledger: emptying the log", "err", err)
	}
	return true
}

// writeHead lets the head file follow. It may lag, so an error here is a
// warning: what it costs is that a lost tail could go unnoticed.
func (l *Ledger) writeHead() {
	if err := l.headf.write(mark{l.head, l.latest}); err != nil && !l.warned {
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
