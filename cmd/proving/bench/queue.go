package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/bars"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// lengths of the queue at which acknowledging is compared.
var lengths = []int{1_000, 100_000, 1_000_000}

const acknowledged = 100 // records at a time

// boot is a line that a full queue does not refuse.
func boot() kiosk.Entry { return kiosk.Entry{Kind: kiosk.EntryBoot, Before: -1, After: -1} }

// fill makes a ledger with n records that wait. A million durable appends take
// an hour on a slow disk, so the first record is the ledger's own and the rest
// follow it in one transaction: the same bytes with the next number and the
// hash before (offline/README.md, the record). OpenLedger then holds every one
// of them against the chain, as always.
func fill(dir string, n int, opt offline.Options) (err error) {
	ctx := context.Background()
	l, err := offline.OpenLedger(ctx, dir, opt)
	if err != nil {
		return err
	}
	if err := errors.Join(l.Append(ctx, boot())); err != nil {
		return errors.Join(err, l.Close())
	}
	first, err := l.Records(ctx, 1, 1)
	if err := errors.Join(err, l.Close()); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "live", "ledger.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert, err := tx.Prepare("INSERT INTO record (seq, hash, bytes) VALUES (?, ?, ?)")
	if err != nil {
		return err
	}
	b, prev := first[0].Bytes, first[0].Hash
	for seq := 2; seq <= n; seq++ {
		binary.BigEndian.PutUint64(b[20:], uint64(seq))
		copy(b[28:], prev[:])
		prev = sha256.Sum256(b)
		if _, err := insert.Exec(seq, prev[:], b); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// A queue is a ledger with so many records waiting.
type queue struct {
	l    *offline.Ledger
	took []time.Duration
}

// queues acknowledges 100 records at each length in turn, and appends 100
// before it, so that the length stays. Keep is none, so that every fifth
// acknowledgement also lets 500 records go: what a drain costs is in it.
func queues(to io.Writer, dir string, turns int, b *bars.Bars) (err error) {
	ctx := context.Background()
	opt, err := ledgerOptions()
	if err != nil {
		return err
	}
	opt.Keep = -1
	fmt.Fprintf(to, "Acknowledging %d records, %d times each in turns; every fifth also lets go of 500\n", acknowledged, turns)
	var qs []*queue
	defer func() {
		for _, q := range qs {
			err = errors.Join(err, q.l.Close())
		}
	}()
	t := bars.Table(to)
	fmt.Fprint(t, "waiting\tmedian µs\t÷ first\tmean µs\t÷ first\topened and verified in s\t\n")
	var opened []time.Duration
	for _, n := range lengths {
		sub := filepath.Join(dir, fmt.Sprint("queue", n))
		if err := fill(sub, n, opt); err != nil {
			return err
		}
		began := time.Now()
		l, err := offline.OpenLedger(ctx, sub, opt)
		if err != nil {
			return err
		}
		opened = append(opened, time.Since(began))
		qs = append(qs, &queue{l: l})
		if l.Aside() != nil || l.Head().Seq != uint64(n) {
			return fmt.Errorf("the queue of %d was not made as the ledger makes it: %v, %v", n, l.Head().Seq, l.Aside())
		}
	}
	for range turns {
		for _, q := range qs {
			if err := q.turn(ctx); err != nil {
				return err
			}
		}
	}
	for i, q := range qs {
		m, mean := ratio(q.took, qs[0].took, .5), float64(total(q.took))/float64(total(qs[0].took))
		fmt.Fprintf(t, "%d\t%.0f\t%.2f\t%.0f\t%.2f\t%.2f\t\n", lengths[i], micro(quantile(q.took, .5)), m,
			micro(total(q.took))/float64(turns), mean, opened[i].Seconds())
		if i > 0 {
			b.AtMost(fmt.Sprintf("acknowledge at %d ÷ at %d, median", lengths[i], lengths[0]), m, 1.3)
		}
	}
	return t.Flush()
}

func (q *queue) turn(ctx context.Context) error {
	for range acknowledged {
		if err := q.l.Append(ctx, boot()); err != nil {
			return err
		}
	}
	rs, err := q.l.Unsent(ctx, acknowledged)
	if err != nil {
		return err
	}
	if len(rs) != acknowledged {
		return fmt.Errorf("%d records wait and %d should", len(rs), acknowledged)
	}
	r := receipt(rs[len(rs)-1])
	began := time.Now()
	err = q.l.Ack(ctx, r)
	q.took = append(q.took, time.Since(began))
	return err
}

// receipt is as long as the authority's; it is not verified here.
func receipt(r port.Record) port.Receipt {
	return port.Receipt{Epoch: r.Epoch, Seq: r.Seq, Head: r.Hash, Signature: make([]byte, 72)}
}

func total(ds []time.Duration) (sum time.Duration) {
	for _, d := range ds {
		sum += d
	}
	return sum
}

// drained is what becomes of the file when a long queue has been sent.
func drained(to io.Writer, dir string, b *bars.Bars) (err error) {
	const n = 100_000
	ctx := context.Background()
	opt, err := ledgerOptions()
	if err != nil {
		return err
	}
	opt.IdleAfter = time.Millisecond // else two seconds a moment
	sub := filepath.Join(dir, "drained")
	if err := fill(sub, n, opt); err != nil {
		return err
	}
	l, err := offline.OpenLedger(ctx, sub, opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }() // a second Close is none
	file := filepath.Join(sub, "live", "ledger.db")
	before, err := size(file)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := drain(ctx, l); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := size(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "A queue of %d, sent in batches of 50 in %.1f s; the last 10,000 stay\n", n, took.Seconds())
	fmt.Fprintf(to, "  before %.1f MB, after the last acknowledgement %.1f MB\n", mega(before), mega(after))
	moments, now, err := idle(ctx, l, file, after)
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "  after %d idle moments %.1f MB\n", moments, mega(now))
	b.AtMost("file after a drain of 100,000 and 200 idle moments ÷ before", float64(now)/float64(before), 0.2)
	if err := l.Close(); err != nil {
		return err
	}
	if now, err = size(file); err != nil {
		return err
	}
	fmt.Fprintf(to, "  closed %.1f MB\n", mega(now))
	return nil
}

func drain(ctx context.Context, l *offline.Ledger) error {
	for {
		rs, err := l.Unsent(ctx, 50)
		if err != nil || len(rs) == 0 {
			return err
		}
		last := rs[len(rs)-1]
		if err := l.Ack(ctx, receipt(last)); err != nil {
			return err
		}
	}
}

// idle lets up to 200 quiet moments pass after a line each, and says when the
// file was smallest. The end of a moment cannot be seen from here, so each has
// a fifth of a second at most to show in the file.
func idle(ctx context.Context, l *offline.Ledger, file string, was int64) (moments int, smallest int64, err error) {
	smallest = was
	for n := 1; n <= 200; n++ {
		if err := l.Append(ctx, boot()); err != nil {
			return moments, smallest, err
		}
		for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); time.Sleep(time.Millisecond) {
			now, err := size(file)
			if err != nil {
				return moments, smallest, err
			}
			if now < smallest {
				moments, smallest = n, now
				break
			}
		}
		if n > moments+10 {
			break // ten without a change: this is all
		}
	}
	return moments, smallest, nil
}

func size(file string) (int64, error) {
	i, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return i.Size(), nil
}

func mega(n int64) float64 { return float64(n) / (1 << 20) }
