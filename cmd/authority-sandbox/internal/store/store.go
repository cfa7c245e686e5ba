// Package store keeps the sandbox's rows in SQLite and knows no rule about
// them: what may follow what is decided in package domain, inside one
// transaction a request.
package store

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"

	_ "github.com/mattn/go-sqlite3" // the driver
)

//go:embed schema.sql
var schema string

// DB is the database. It has one connection, so transactions come one after
// the other and none sees half of another.
type DB struct{ sql *sql.DB }

// Open opens or makes the file. synchronous=FULL is asked for by name: the
// driver's own default loses acknowledged rows in a power cut.
func Open(path string) (*DB, error) {
	q := url.Values{"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_foreign_keys": {"on"},
		"_busy_timeout": {"5000"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("store: %s: %w", path, err)
	}
	return &DB{db}, nil
}

// Close closes the file.
func (db *DB) Close() error { return db.sql.Close() }

// Tx is one transaction.
type Tx struct {
	tx  *sql.Tx
	ctx context.Context
}

// Tx runs f in a transaction: durable when it returns nil, undone otherwise.
func (db *DB) Tx(ctx context.Context, f func(*Tx) error) error {
	tx, err := db.sql.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer tx.Rollback() // nothing to undo after a commit
	if err := f(&Tx{tx, ctx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// ErrNone: there is no such row.
var ErrNone = errors.New("store: no such row")

func (t *Tx) exec(query string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	return r.RowsAffected()
}

func (t *Tx) one(query string, args []any, into ...any) error {
	err := t.tx.QueryRowContext(t.ctx, query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNone
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

func (t *Tx) run(query string, args ...any) error {
	_, err := t.exec(query, args...)
	return err
}
