package offline

import (
	"context"
	"fmt"
)

// What is known of this ledger outside of it has to be here: the head file knows its newest
// record, the authority the one that it signed.

// A finder answers the hash of a record that should be here.
type finder func(seq uint64) ([]byte, error)

func inDB(ctx context.Context, q querier) finder {
	return func(seq uint64) (b []byte, err error) {
		err = q.QueryRowContext(ctx, "SELECT hash FROM record WHERE seq = ?", int64(seq)).Scan(&b)
		return b, damage(err)
	}
}

// headAgrees holds the head file against what is here.
func (f *scan) headAgrees(head Head, find finder) error {
	switch {
	case !f.stateOK || len(f.wrong) > 0:
		return nil // worse is known already
	case head.Epoch != f.state.Epoch:
		return fmt.Errorf("%w: the head file is of another ledger", ErrSpoiled)
	}
	return f.hasRecord(head, "the head file", find)
}

// hasRecord verifies that the record known to the head file or the authority is here.
func (f *scan) hasRecord(known Head, who string, find finder) error {
	at := f.state.CutHash
	switch {
	case known.Seq > f.last.Seq:
		return fmt.Errorf("%w: %s knows record %d and the last one here is %d: a tail is lost", ErrSpoiled, who, known.Seq, f.last.Seq)
	case known.Seq < f.state.Cut:
		return nil // let go since
	case known.Seq > f.state.Cut:
		b, err := find(known.Seq)
		if err != nil {
			return err
		}
		copy(at[:], b)
	}
	if at != known.Hash {
		return fmt.Errorf("%w: record %d is not the one that %s knows", ErrSpoiled, known.Seq, who)
	}
	return nil
}
