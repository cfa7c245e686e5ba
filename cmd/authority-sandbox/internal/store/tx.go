package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Tx is one transaction. The first error of the database breaks it: nothing is
// asked or written after that, whatever the caller makes of the error.
type Tx struct {
	on     querier
	ctx    context.Context
	lock   string
	wrap   wrapper
	broken error
}

// querier is a transaction of PostgreSQL's, or SQLite's one connection.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// ErrNone: there is no such row.
var ErrNone = errors.New("store: no such row")

func (t *Tx) breaks(err error) error {
	t.broken = fmt.Errorf("store: %w", err)
	return t.broken
}

// exec answers how many rows it changed. Arguments are $1, $2 … in the order in
// which the text names them first: SQLite numbers them so.
func (t *Tx) exec(query string, args ...any) (int64, error) {
	if t.broken != nil {
		return 0, t.broken
	}
	r, err := t.on.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, t.breaks(err)
	}
	n, err := r.RowsAffected()
	if err != nil {
		return 0, t.breaks(err)
	}
	return n, nil
}

func (t *Tx) run(query string, args ...any) error {
	_, err := t.exec(query, args...)
	return err
}

// one reads the one row there is, or ErrNone.
func (t *Tx) one(query string, args []any, into ...any) error {
	found := false
	err := t.each(query, args, func(scan func(...any) error) error {
		if found {
			return nil
		}
		found = true
		return scan(into...)
	})
	if err == nil && !found {
		return ErrNone
	}
	return err
}

// each reads every row.
func (t *Tx) each(query string, args []any, row func(scan func(...any) error) error) error {
	if t.broken != nil {
		return t.broken
	}
	rows, err := t.on.QueryContext(t.ctx, query, args...)
	if err != nil {
		return t.breaks(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return t.breaks(err)
		}
	}
	if err := rows.Err(); err != nil {
		return t.breaks(err)
	}
	return nil
}
