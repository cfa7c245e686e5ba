package offline

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
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
			if l.commits++; l.commits >= mostCommits {
				l.checkpoint()
			}
			return true, nil
		}
		in, look := landed()
		if look == nil && !in && isFull(err) {
			if l.giveUp(what) && l.usable() == nil {
				continue
			}
			return false, fmt.Errorf("%s: %w: %w", what, ErrFull, err)
		}
		return in && look == nil, l.breaks(what, errors.Join(err, look))
	}
}

// breaks ends the use of this opening.
func (l *Ledger) breaks(what string, err error) error {
	err = fmt.Errorf("%s: %w: %w", what, ErrBroken, err)
	l.mu.Lock()
	l.dead = err
	l.mu.Unlock()
	l.opt.Log.Error("ledger: unusable until it is opened anew", "err", err)
	return err
}

// mostCommits is how many changes there are from one checkpoint to the next
// where there is no idle time to tidy up: a log of some thousand pages. A
// checkpoint for which there is no room is tried again after as many as
// fullCommits.
const (
	mostCommits = 850
	fullCommits = 100
)

// checkpoint moves SQLite's log into the database; the log then begins anew in
// the room that it has (PASSIVE: it is not cut short). What was promised is in
// the log and stays there until this ends well, so an error takes nothing from
// any resident who was served. But it must not be tried again on these files.
func (l *Ledger) checkpoint() {
	switch err := l.drain("PRAGMA wal_checkpoint(PASSIVE)"); {
	case err == nil:
		l.commits = 0
	case isFull(err):
		l.commits = mostCommits - fullCommits
		l.opt.Log.Warn("ledger: no room to empty the log", "err", err)
	default:
		l.breaks("checkpoint", err)
	}
}

// giveUp makes room on a full disk, once for all changes and once more for
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
	l.checkpoint()
	return true
}

// writeHead lets the head file follow. It may lag, so an error here is a
// warning: what it costs is that a lost tail could go unnoticed.
func (l *Ledger) writeHead() {
	if err := l.headf.write(slot{l.head, l.latest}); err != nil && !l.warned {
		l.warned = true
		l.opt.Log.Error("ledger: the head file cannot be written", "err", err)
	}
}

// do runs f when it is its turn. Where the context ends first, f still runs to
// its end and memory follows the disk; only the caller is let go.
func (l *Ledger) do(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("ledger: %w", errors.Join(port.Fault(kiosk.MsgLedger), err))
	}
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("ledger: %w", errors.Join(port.Fault(kiosk.MsgLedger), ctx.Err()))
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
