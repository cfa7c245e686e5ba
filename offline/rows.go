package offline

import (
	"context"
	"database/sql"
	"fmt"
)

// rowErrors are the errors of a table's rows: the first, and how many others.
// All of them, joined, would be copied anew with every one, and an attacker who
// plants many would decide how long an opening takes.
type rowErrors struct {
	first  error
	others int
}

func (w *rowErrors) add(err error) {
	if w.first != nil {
		w.others++
		return
	}
	w.first = err
}

func (w *rowErrors) err() error {
	if w.others == 0 {
		return w.first
	}
	return fmt.Errorf("%w; and %d more rows do not fit", w.first, w.others)
}

// mostRows bounds a table. A kiosk keeps some 120,000 records at its bounds
// (DefaultQueueCap, Options.Keep); an attacker who plants more does not decide how
// long an opening or an auditor takes.
const mostRows = 1 << 21

var errTooManyRows = fmt.Errorf("%w: a table has more than %d rows", ErrSpoiled, mostRows)

// eachRow calls f for every row until it answers false. Rows are copied; SQLite
// was told how long one may be (objects.go). ErrSpoiled for more than mostRows.
func eachRow(ctx context.Context, q querier, query string, f func(key int64, stored, bytes []byte, flag int64) bool, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		if n == mostRows {
			return errTooManyRows
		}
		var key, flag int64
		var stored, b sql.RawBytes
		if err := rows.Scan(&key, &stored, &b, &flag); err != nil {
			return fmt.Errorf("%w: a row of other types: %w", ErrSpoiled, err)
		}
		if !f(key, append([]byte(nil), stored...), append([]byte(nil), b...), flag) {
			return nil
		}
	}
	return rows.Err()
}
