package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Snapshot runs f in a transaction that sees one moment and writes nothing, beside those
// of Tx: neither waits for the other.
func (db *DB) Snapshot(ctx context.Context, f func(*Tx) error) (err error) {
	if db.group == nil {
		return inPipeline(ctx, db.sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", func(q querier) error { return ran(&Tx{on: q, ctx: ctx}, f) })
	}
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	reader := &group{conn: conn, stmts: map[string]*sql.Stmt{}}
	defer func() {
		for _, s := range reader.stmts {
			err = errors.Join(err, s.Close())
		}
		// The connection goes back to the pool, or is closed with what it is in.
		_, ended := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK; PRAGMA query_only = OFF")
		err = errors.Join(err, ended, conn.Close())
	}()
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = ON; BEGIN"); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return ran(&Tx{on: reader, ctx: ctx}, f)
}

// ran is what came of f, or what broke its transaction.
func ran(t *Tx, f func(*Tx) error) error {
	if err := f(t); t.broken == nil {
		return err
	}
	return t.broken
}
