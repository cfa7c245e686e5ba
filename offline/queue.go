package offline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// maxRead bounds one read of records, so that no caller holds the only
// connection for long.
const maxRead = 1000

// letGo is how many acknowledged records go at once. Together with Keep it
// makes the cost of an acknowledgement flat.
const letGo = 500

// Records reads up to n (at most 1,000) records of this ledger, from seq on.
// Records that were let go are not among them.
func (l *Ledger) Records(ctx context.Context, from uint64, n int) ([]port.Record, error) {
	var all []port.Record
	err := l.do(ctx, func() (err error) {
		all, err = l.read("SELECT seq, hash, bytes, 0 FROM record WHERE seq >= ? ORDER BY seq LIMIT ?", int64(from), n)
		return err
	})
	if err != nil {
		return nil, err // a caller that gave up must not look at what may still be filled
	}
	return all, nil
}

// Unsent reads up to n (at most 1,000) records that the authority does not
// have, in the order in which it wants them: what was carried over from
// ledgers set aside comes first. All records of one answer have one epoch.
func (l *Ledger) Unsent(ctx context.Context, n int) ([]port.Record, error) {
	var all []port.Record
	err := l.do(ctx, func() (err error) {
		if len(l.queue) == 0 {
			all, err = l.read("SELECT seq, hash, bytes, 0 FROM record WHERE seq > ? ORDER BY seq LIMIT ?", int64(l.st.Acked), n)
			return err
		}
		all, err = l.read("SELECT n, hash, bytes, 0 FROM old WHERE n >= ? AND sent = 0 ORDER BY n LIMIT ?", l.queue[0].n, n)
		for i := range all {
			if all[i].Epoch != all[0].Epoch {
				all = all[:i]
				break
			}
		}
		return err
	})
	if err != nil {
		return nil, err // a caller that gave up must not look at what may still be filled
	}
	return all, nil
}

// read holds every record against its hash once more: what was verified at
// opening may have been spoiled since, and must not travel.
func (l *Ledger) read(query string, from int64, n int) ([]port.Record, error) {
	var all []port.Record
	var wrong error
	err := eachRow(context.Background(), l.db, query, func(_ int64, stored, b []byte, _ int64) bool {
		var h record.Header
		if h, wrong = whole(stored, b); wrong == nil {
			all = append(all, record.New(h, b))
		}
		return wrong == nil
	}, from, max(0, min(n, maxRead)))
	if err := errors.Join(wrong, damage(err)); err != nil {
		return nil, faulty(err)
	}
	return all, nil
}

// Ack says that the authority has every record up to the receipt's, and keeps
// the receipt where it is signed (receipt.go). It may be said again. It moves
// one number; nothing that was not acknowledged is ever let go, and of what
// was the last Options.Keep records stay.
func (l *Ledger) Ack(ctx context.Context, r port.Receipt) error {
	if len(r.Signature) > maxSignature {
		return fmt.Errorf("%w: a receipt with a signature of %d bytes", record.ErrEntry, len(r.Signature))
	}
	return l.do(ctx, func() error {
		if r.Epoch != l.st.Epoch {
			return l.ackOld(r, "")
		}
		return l.ack(r, "")
	})
}

// SetAside says that the authority will never take this record, which must be
// the next unsent one. It is copied to table aside, where it stays for ever,
// and the queue goes on behind it.
func (l *Ledger) SetAside(ctx context.Context, epoch [16]byte, seq uint64, reason string) error {
	if reason == "" {
		reason = "no reason was given"
	}
	return l.do(ctx, func() error {
		if epoch != l.st.Epoch {
			if len(l.queue) == 0 || l.queue[0].epoch != epoch || l.queue[0].seq != seq {
				return fmt.Errorf("%w: record %d of another ledger is not the next to send", record.ErrEntry, seq)
			}
			return l.ackOld(port.Receipt{Epoch: epoch, Seq: seq}, clip(reason))
		}
		if len(l.queue) != 0 || seq != l.st.Acked+1 {
			return fmt.Errorf("%w: record %d is not the next to send", record.ErrEntry, seq)
		}
		return l.ack(port.Receipt{Epoch: epoch, Seq: seq}, clip(reason))
	})
}

const copyAside = "INSERT INTO aside (reason, hash, bytes) SELECT ?, hash, bytes FROM "

func (l *Ledger) ack(r port.Receipt, aside string) error {
	seq := r.Seq
	if seq > l.head.Seq {
		return fmt.Errorf("%w: record %d was acknowledged and the last is %d", record.ErrEntry, seq, l.head.Seq)
	}
	if seq <= l.st.Acked {
		return nil
	}
	if len(l.queue) != 0 {
		return fmt.Errorf("%w: record %d was acknowledged before those of an earlier ledger", record.ErrEntry, seq)
	}
	if err := l.fits(r, "SELECT hash FROM record WHERE seq = ?", int64(seq)); err != nil {
		return err
	}
	next := l.st
	next.Acked = seq
	next.Cut = l.cutFor(seq)
	change := func() error {
		l.opt.testOnlyStep("ack: before")
		return l.inTx(func(tx *sql.Tx) error {
			if aside != "" {
				if err := one(tx.Exec(copyAside+"record WHERE seq = ?", aside, int64(seq))); err != nil {
					return err
				}
			}
			if err := keepReceipt(tx, r); err != nil {
				return err
			}
			if next.Cut > l.st.Cut {
				var h []byte
				if err := tx.QueryRow("SELECT hash FROM record WHERE seq = ?", int64(next.Cut)).Scan(&h); err != nil {
					return err
				}
				copy(next.CutHash[:], h)
				// A carried-over intent must not outlive the line that ended it.
				if err := l.deleteOld(tx, 0, math.MaxInt64); err != nil {
					return err
				}
				if _, err := tx.Exec("DELETE FROM record WHERE seq <= ?", int64(next.Cut)); err != nil {
					return err
				}
			}
			return writeState(context.Background(), tx, next)
		})
	}
	done, err := l.write(acknowledging, change, func() (bool, error) {
		s, err := readState(context.Background(), l.db)
		if err == nil && s != next && s != l.st {
			err = fmt.Errorf("%w: its own row is neither the old nor the new one", ErrSpoiled)
		}
		return s == next, err
	})
	if done {
		l.sent(next.Acked-l.st.Acked, aside)
		l.mu.Lock()
		l.ages.drop(next.Acked)
		l.mu.Unlock()
		l.st = next
		l.doubts.behind(next.Acked)
		l.idle.Reset(l.opt.IdleAfter) // freed pages go back to the disk when nothing is written
		l.opt.testOnlyStep("ack: durable")
	}
	return err
}

// cutFor is how far acknowledged records may be let go: the last Keep stay,
// so does every open intent and what came after it, and it is done in
// helpings.
func (l *Ledger) cutFor(acked uint64) uint64 {
	keep := uint64(max(l.opt.Keep, 0))
	if acked < l.st.Cut+keep+letGo {
		return l.st.Cut
	}
	cut := min(acked-keep, l.st.Cut+2*letGo)
	if i, ok := l.open.own.first(); ok {
		cut = min(cut, i.seq-1)
	}
	return max(cut, l.st.Cut)
}

// ackOld does the same for records carried over: rows go once they are sent,
// but for open intents, which stay marked as sent.
func (l *Ledger) ackOld(r port.Receipt, aside string) error {
	k := 0
	for k < len(l.queue) && l.queue[k].epoch == r.Epoch && l.queue[k].seq <= r.Seq {
		k++
	}
	if k == 0 {
		return nil
	}
	sent, upTo := l.queue[0].n-1, l.queue[k-1].n // what stands before them was sent, and of that only intents are left
	if l.queue[k-1].seq != r.Seq {
		r.Signature = nil // for a record that was not carried over, which cannot be compared here
	}
	if err := l.fits(r, "SELECT hash FROM old WHERE n = ?", upTo); err != nil {
		return err
	}
	change := func() error {
		l.opt.testOnlyStep("ack of another ledger: before")
		return l.inTx(func(tx *sql.Tx) error {
			if aside != "" {
				if err := one(tx.Exec(copyAside+"old WHERE n = ?", aside, upTo)); err != nil {
					return err
				}
			}
			if err := keepReceipt(tx, r); err != nil {
				return err
			}
			if _, err := tx.Exec("UPDATE old SET sent = 1 WHERE n > ? AND n <= ?", sent, upTo); err != nil {
				return err
			}
			return l.deleteOld(tx, sent, upTo)
		})
	}
	done, err := l.write(acknowledging, change, func() (bool, error) {
		var unsent int64
		err := l.db.QueryRow("SELECT count(*) FROM old WHERE n <= ? AND sent = 0", upTo).Scan(&unsent)
		return unsent == 0, err
	})
	if done {
		l.queue = l.queue[k:]
		l.sent(uint64(k), aside)
		l.opt.testOnlyStep("ack of another ledger: durable")
	}
	return err
}

// deleteOld lets go of carried-over rows behind one and up to another, open
// intents excepted.
func (l *Ledger) deleteOld(tx *sql.Tx, from, upTo int64) error {
	for i := range l.open.carried.all() { // in order of n
		if i.old <= from {
			continue
		}
		if i.old > upTo {
			break
		}
		if _, err := tx.Exec("DELETE FROM old WHERE n > ? AND n < ?", from, i.old); err != nil {
			return err
		}
		from = i.old
	}
	_, err := tx.Exec("DELETE FROM old WHERE n > ? AND n <= ?", from, upTo)
	return err
}

func (l *Ledger) sent(n uint64, aside string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waits -= n
	if aside != "" {
		l.count++
	}
}

// inTx runs f in one transaction. After an error the transaction is gone.
func (l *Ledger) inTx(f func(*sql.Tx) error) error {
	tx, err := l.db.Begin()
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		tx.Rollback() // SQLite may have done it; the driver's answer says nothing new
		return err
	}
	return nil
}

// Wait returns when a line has been appended since the last Wait.
func (l *Ledger) Wait(ctx context.Context) error {
	select {
	case <-l.wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
