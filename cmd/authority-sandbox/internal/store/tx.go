package store

import (
	"context"
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

// querier is a transaction of PostgreSQL's, or SQLite's one connection. exec
// answers how many rows were changed. later may be carried out at any moment before
// the next exec, the next each or the commit, whichever comes first; must is later,
// and an error where it changes another number of rows.
type querier interface {
	exec(ctx context.Context, query string, args ...any) (int64, error)
	later(ctx context.Context, query string, args ...any) error
	must(ctx context.Context, rows int64, query string, args ...any) error
	each(ctx context.Context, list ...question) error
}

// question is a query and what takes each of its rows.
type question struct {
	query string
	args  []any
	row   func(scan func(...any) error) error
}

// first is a question of which the first row counts.
func first(found *bool, query string, args []any, into ...any) question {
	return question{query, args, func(scan func(...any) error) error {
		if *found {
			return nil
		}
		*found = true
		return scan(into...)
	}}
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
	n, err := t.on.exec(t.ctx, query, args...)
	if err != nil {
		return 0, t.breaks(err)
	}
	return n, nil
}

// run writes; nil does not say that it is done, the transaction's commit does.
func (t *Tx) run(query string, args ...any) error {
	if t.broken != nil {
		return t.broken
	}
	if err := t.on.later(t.ctx, query, args...); err != nil {
		return t.breaks(err)
	}
	return nil
}

// must is run of what changes exactly one row; changing another number of them it
// breaks the transaction.
func (t *Tx) must(query string, args ...any) error { return t.mustAll(1, query, args...) }

// mustAll is must of so many rows.
func (t *Tx) mustAll(rows int64, query string, args ...any) error {
	if t.broken != nil {
		return t.broken
	}
	if err := t.on.must(t.ctx, rows, query, args...); err != nil {
		return t.breaks(err)
	}
	return nil
}

var errRows = errors.New("a write changed another number of rows than it must")

// one reads the one row there is, or ErrNone.
func (t *Tx) one(query string, args []any, into ...any) error {
	found := false
	err := t.ask(first(&found, query, args, into...))
	if err == nil && !found {
		return ErrNone
	}
	return err
}

// each reads every row.
func (t *Tx) each(query string, args []any, row func(scan func(...any) error) error) error {
	return t.ask(question{query, args, row})
}

// rows are what take makes of each row.
func rows[T any](t *Tx, query string, args []any, take func(*T, func(...any) error) error) (list []T, err error) {
	err = t.each(query, args, func(scan func(...any) error) error {
		var one T
		err := take(&one, scan)
		list = append(list, one)
		return err
	})
	return list, err
}

// plain takes a row of one column.
func plain[T any](one *T, scan func(...any) error) error { return scan(one) }

// only is what take makes of the one row there is, or ErrNone.
func only[T any](t *Tx, query string, args []any, take func(*T, func(...any) error) error) (one T, err error) {
	list, err := rows(t, query, args, take)
	if err == nil && len(list) == 0 {
		err = ErrNone
	}
	if err == nil {
		one = list[0]
	}
	return one, err
}

// ask asks one behind the other; each sees what was there when the one before it was
// answered. It is one journey to PostgreSQL.
func (t *Tx) ask(list ...question) error {
	if t.broken != nil {
		return t.broken
	}
	if err := t.on.each(t.ctx, list...); err != nil {
		return t.breaks(err)
	}
	return nil
}
