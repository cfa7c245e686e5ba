package offline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// oldRow is a record that another ledger began.
type oldRow struct {
	n     int64 // its row in table old; 0 before it has one
	sent  bool
	head  record.Header
	bytes []byte
}

// A scan is what one reading of a whole database found.
type scan struct {
	tables   map[string]bool // objects that are as the ledger made them; the others are not read
	state    State
	stateOK  bool
	last     Head      // the last record of the unbroken chain, or the state where there is none
	anchor   bool      // last is known
	newest   time.Time // the latest time that any line carries
	open     intents
	doubts   doubts
	old      []oldRow // whole rows of table old, in order
	rows     []oldRow // only where asked for: every record whose bytes are as they were written
	aside    int
	receipts []port.Receipt // one an epoch, the newest
	refused  []Refused      // only where asked for
	wrong    []error        // what does not verify; empty for a whole ledger
}

func (f *scan) blame(err error) { f.wrong = append(f.wrong, err) }

func (f *scan) blameIf(errs ...error) {
	for _, err := range errs {
		if err != nil {
			f.blame(err)
		}
	}
}

// err is nil for a whole ledger. ErrVersion wins: a ledger of a newer program
// may look spoiled to this one.
func (f *scan) err() error {
	for _, e := range f.wrong {
		if errors.Is(e, record.ErrVersion) {
			return e
		}
	}
	if len(f.wrong) == 0 {
		return nil
	}
	return f.wrong[0]
}

// examine reads the whole database: its objects, the row about itself, SQLite's
// own check of its pages, then every record against its hash, its number and the
// one before. With keep it also collects what can be saved from a spoiled
// ledger. The error is one of the disk, not of the ledger.
func examine(ctx context.Context, q querier, keep bool) (*scan, error) {
	f := &scan{}
	if err := checkFormat(ctx, q); err != nil {
		f.blame(err)
		if errors.Is(err, record.ErrVersion) {
			return f, nil
		}
	}
	for _, step := range []func(context.Context, querier, bool) error{f.objects, f.readState, f.pages, f.readOld, f.readRecords, f.readAside, f.readReceipts} {
		if err := step(ctx, q, keep); err != nil {
			if !isDamage(err) && !errors.Is(err, record.ErrVersion) {
				return nil, err
			}
			f.blame(err)
		}
	}
	return f, nil
}

func (f *scan) readState(ctx context.Context, q querier, _ bool) error {
	if !f.tables["ledger"] {
		return nil
	}
	s, err := readState(ctx, q)
	if err != nil {
		return damage(err)
	}
	return f.believe(s)
}

// believe takes the row about itself for true.
func (f *scan) believe(s State) error {
	f.state, f.stateOK, f.anchor = s, true, true
	f.last = Head{Epoch: s.Epoch, Seq: s.Cut, Hash: s.CutHash}
	if s.Acked < s.Cut || s.Cut == 0 && s.CutHash != s.Base {
		return fmt.Errorf("%w: its own row contradicts itself", ErrSpoiled)
	}
	return nil
}

// pages asks SQLite. It sees what the chain cannot: spoiled free pages and
// page maps, which would spoil the next insert.
func (f *scan) pages(ctx context.Context, q querier, _ bool) error {
	if len(f.wrong) > 0 {
		return nil // it evaluates what the schema says
	}
	var says string
	if err := q.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&says); err != nil {
		return damage(err)
	}
	if says != "ok" {
		return fmt.Errorf("%w: %s", ErrSpoiled, clip(says))
	}
	return nil
}

// damage marks an error of SQLite as the file's fault where it is.
func damage(err error) error {
	if err == nil || errors.Is(err, ErrSpoiled) || !isDamage(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrSpoiled, err)
}

// whole reads one stored record and holds it against its stored hash.
func whole(stored, b []byte) (record.Header, error) {
	if h := record.Hash(b); string(h[:]) != string(stored) {
		return record.Header{}, fmt.Errorf("%w: a record that does not have its hash", ErrSpoiled)
	}
	h, err := record.DecodeHeader(b)
	if err != nil && !errors.Is(err, record.ErrVersion) {
		err = fmt.Errorf("%w: %w", ErrSpoiled, err)
	}
	return h, err
}

// note takes up what a good line says: its intent and its time. A body that
// is sealed says neither.
func (f *scan) note(b []byte, h record.Header, old int64) {
	e := kiosk.Entry{Kind: h.Kind, Session: h.Session, Grant: h.Grant, Before: h.Before, After: -1}
	if l, err := record.Decode(b); err == nil {
		e = l.Entry
		if l.Time.After(f.newest) {
			f.newest = l.Time
		}
	}
	f.open.add(e, h.Seq, old)
	if old == 0 {
		f.doubts.note(h.Kind, h.Grant, h.Seq)
	}
}

func (f *scan) readOld(ctx context.Context, q querier, _ bool) error {
	if !f.tables["old"] {
		return nil
	}
	var wrong rowErrors
	err := eachRow(ctx, q, "SELECT n, hash, bytes, sent FROM old ORDER BY n", func(n int64, stored, b []byte, sent int64) bool {
		_, err := whole(stored, b)
		if err == nil {
			err = f.carry(n, b, sent != 0)
		}
		if err != nil {
			wrong.add(fmt.Errorf("carried over, row %d: %w", n, err))
		}
		return true
	})
	return errors.Join(wrong.err(), damage(err))
}

// carry takes up a carried-over record.
func (f *scan) carry(n int64, b []byte, sent bool) error {
	h, err := record.DecodeHeader(b)
	if err != nil {
		return err
	}
	if k := len(f.old); k > 0 && f.old[k-1].head.Epoch == h.Epoch && f.old[k-1].head.Seq >= h.Seq {
		return fmt.Errorf("%w: record %d after %d", ErrSpoiled, h.Seq, f.old[k-1].head.Seq)
	}
	f.old = append(f.old, oldRow{n: n, sent: sent, head: h, bytes: b})
	f.note(b, h, n)
	return nil
}

// readRecords walks the chain. Where it breaks, and something is to be saved,
// it goes on collecting every record that still has its own hash, and where
// SQLite cannot read on it comes back from the other end.
func (f *scan) readRecords(ctx context.Context, q querier, keep bool) error {
	if !f.tables["record"] {
		return nil
	}
	var broken error
	var upTo int64
	err := eachRow(ctx, q, "SELECT seq, hash, bytes, 0 FROM record ORDER BY seq", func(seq int64, stored, b []byte, _ int64) bool {
		upTo = seq
		h, err := whole(stored, b)
		if err == nil && broken == nil {
			broken = f.link(seq, h, b)
		} else if broken == nil {
			broken = fmt.Errorf("record %d: %w", seq, err)
		}
		if err == nil {
			f.note(b, h, 0)
			if keep {
				f.rows = append(f.rows, oldRow{head: h, bytes: b})
			}
		}
		return broken == nil || keep
	})
	if broken == nil && err == nil {
		broken = f.ackedIsHere()
	}
	if err == nil || !keep {
		return errors.Join(broken, damage(err))
	}
	f.fromTheEnd(ctx, q, upTo)
	return errors.Join(broken, damage(err))
}

func (f *scan) ackedIsHere() error {
	if f.stateOK && f.state.Acked > f.last.Seq {
		return fmt.Errorf("%w: record %d was acknowledged and the last one here is %d: a tail is lost that the authority has",
			ErrSpoiled, f.state.Acked, f.last.Seq)
	}
	return nil
}

// link holds a good record against the chain so far.
func (f *scan) link(seq int64, h record.Header, b []byte) error {
	if !f.anchor { // the row about itself is gone: believe the first record
		f.last, f.anchor = Head{Epoch: h.Epoch, Seq: h.Seq - 1, Hash: h.Prev}, true
	}
	switch {
	case uint64(seq) != h.Seq || h.Seq != f.last.Seq+1:
		return fmt.Errorf("%w: after record %d comes row %d with record %d", ErrSpoiled, f.last.Seq, seq, h.Seq)
	case h.Epoch != f.last.Epoch:
		return fmt.Errorf("%w: record %d is of another ledger", ErrSpoiled, seq)
	case h.Prev != f.last.Hash:
		return fmt.Errorf("%w: record %d does not follow record %d", ErrSpoiled, seq, f.last.Seq)
	}
	f.last.Seq, f.last.Hash = h.Seq, record.Hash(b)
	return nil
}

func (f *scan) fromTheEnd(ctx context.Context, q querier, upTo int64) {
	var tail []oldRow
	// The error is the one that the walk from the front has met.
	_ = eachRow(ctx, q, "SELECT seq, hash, bytes, 0 FROM record ORDER BY seq DESC", func(seq int64, stored, b []byte, _ int64) bool {
		if seq <= upTo {
			return false
		}
		if h, err := whole(stored, b); err == nil {
			tail = append(tail, oldRow{head: h, bytes: b})
		}
		return true
	})
	for i := len(tail) - 1; i >= 0; i-- {
		f.note(tail[i].bytes, tail[i].head, 0)
		f.rows = append(f.rows, tail[i])
	}
}

func (f *scan) readAside(ctx context.Context, q querier, keep bool) error {
	if !f.tables["aside"] {
		return nil
	}
	var wrong rowErrors
	why := map[int64]string{}
	if keep {
		reasons := func(n int64, reason, _ []byte, _ int64) bool { why[n] = clip(string(reason)); return true }
		if err := eachRow(ctx, q, "SELECT n, reason, x'', 0 FROM aside ORDER BY n", reasons); err != nil {
			wrong.add(damage(err))
		}
	}
	err := eachRow(ctx, q, "SELECT n, hash, bytes, 0 FROM aside ORDER BY n", func(n int64, stored, b []byte, _ int64) bool {
		h, err := whole(stored, b)
		if err != nil {
			wrong.add(fmt.Errorf("set aside, row %d: %w", n, err))
		} else if keep {
			f.refused = append(f.refused, Refused{record.New(h, b), why[n]})
		}
		f.aside++
		return true
	})
	return errors.Join(wrong.err(), damage(err))
}
