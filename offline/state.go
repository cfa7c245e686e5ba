package offline

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
)

// A State is what a ledger says of itself: the one row of table ledger
// (schema.sql).
type State struct {
	Epoch    [16]byte
	Base     [32]byte
	Cut      uint64
	CutHash  [32]byte
	Acked    uint64
	OldEpoch [16]byte
	OldSeq   uint64
	OldHead  uint64
	OldWhy   string
}

// maxWhy bounds the texts that the ledger keeps: reasons, in bytes.
const maxWhy = 300

func clip(s string) string { return s[:min(len(s), maxWhy)] }

// sum is the row's checksum.
func (s State) sum() [32]byte { return sha256.Sum256(append([]byte("ledger/1"), s.Row()...)) }

// Row is the row in bytes, its text last.
func (s State) Row() []byte {
	b := slices.Clone(s.Epoch[:])
	b = append(b, s.Base[:]...)
	b = binary.BigEndian.AppendUint64(b, s.Cut)
	b = append(b, s.CutHash[:]...)
	b = binary.BigEndian.AppendUint64(b, s.Acked)
	b = append(b, s.OldEpoch[:]...)
	b = binary.BigEndian.AppendUint64(b, s.OldSeq)
	b = binary.BigEndian.AppendUint64(b, s.OldHead)
	return append(b, s.OldWhy...)
}

// querier is a database, a connection or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// readState reads the row; ErrSpoiled where it is not as it was written.
func readState(ctx context.Context, q querier) (State, error) {
	var s State
	var epoch, base, cutHash, oldEpoch, sum []byte
	var cut, acked, oldSeq, oldHead int64
	err := q.QueryRowContext(ctx, `SELECT epoch, base, cut, cut_hash, acked, old_epoch, old_seq, old_head, old_why, sum
		FROM ledger WHERE id = 1`).Scan(&epoch, &base, &cut, &cutHash, &acked, &oldEpoch, &oldSeq, &oldHead, &s.OldWhy, &sum)
	if err != nil {
		return State{}, fmt.Errorf("%w: its own row: %w", ErrSpoiled, err)
	}
	s.Cut, s.Acked, s.OldSeq, s.OldHead = uint64(cut), uint64(acked), uint64(oldSeq), uint64(oldHead)
	for _, f := range []struct{ to, from []byte }{
		{s.Epoch[:], epoch}, {s.Base[:], base}, {s.CutHash[:], cutHash}, {s.OldEpoch[:], oldEpoch},
	} {
		if copy(f.to, f.from) != len(f.from) || len(f.from) != len(f.to) {
			return State{}, fmt.Errorf("%w: its own row has fields of other lengths", ErrSpoiled)
		}
	}
	if want := s.sum(); string(want[:]) != string(sum) {
		return State{}, fmt.Errorf("%w: its own row was changed", ErrSpoiled)
	}
	return s, nil
}

// writeState replaces the row.
func writeState(ctx context.Context, q querier, s State) error {
	sum := s.sum()
	return one(q.ExecContext(ctx, `INSERT OR REPLACE INTO ledger
		(id, epoch, base, cut, cut_hash, acked, old_epoch, old_seq, old_head, old_why, sum)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Epoch[:], s.Base[:], int64(s.Cut), s.CutHash[:], int64(s.Acked), s.OldEpoch[:], int64(s.OldSeq), int64(s.OldHead), s.OldWhy, sum[:]))
}

// one wants a statement to have changed exactly one row. SQLite reports success
// for an insert that a trigger or a conflict clause left out.
func one(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err == nil && n != 1 {
		err = fmt.Errorf("%w: %d rows were changed and not one", ErrSpoiled, n)
	}
	return err
}
