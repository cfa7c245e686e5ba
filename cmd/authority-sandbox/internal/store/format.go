package store

import (
	"context"
	"errors"
	"fmt"
)

// steps bring tables of the format that is their key to the next one. A cut in
// the middle of one is met by doing it again.
var steps = map[int]func(*DB, context.Context) error{
	2: (*DB).wrapOld,
	3: func(db *DB, ctx context.Context) error {
		return db.change(ctx, 4, `ALTER TABLE kiosks ADD COLUMN day INTEGER NOT NULL DEFAULT 0`,
			`ALTER TABLE kiosks ADD COLUMN asked INTEGER NOT NULL DEFAULT 0`)
	},
	// A kiosk that was revoked by its name gets a row that no certificate has, so that
	// the one it had is not taken for its first when the name is let in again.
	4: func(db *DB, ctx context.Context) error {
		return db.change(ctx, 5, `INSERT INTO certificates SELECT name, CAST('revoked by its name, in format 4' AS BLOB), '', CAST('' AS BLOB), 4, 0 FROM kiosks WHERE revoked <> 0`)
	},
	5:  func(db *DB, ctx context.Context) error { return db.change(ctx, 6) }, // a table more
	6:  func(db *DB, ctx context.Context) error { return db.change(ctx, 7) }, // those of people.sql
	7:  func(db *DB, ctx context.Context) error { return db.change(ctx, 8) }, // enrolments
	8:  (*DB).peopleOfCards,
	9:  func(db *DB, ctx context.Context) error { return db.change(ctx, 10) }, // those of consents.sql
	10: func(db *DB, ctx context.Context) error { return db.change(ctx, 11) }, // withdrawn carriers
	11: func(db *DB, ctx context.Context) error { return db.change(ctx, 12) }, // what banks ask about certificates, and are reminded of
	12: func(db *DB, ctx context.Context) error { return db.change(ctx, 13) }, // makers, batches, applications
	13: func(db *DB, ctx context.Context) error { return db.change(ctx, 14) }, // looks
	14: func(db *DB, ctx context.Context) error { return db.change(ctx, 15) }, // offers
}

// check brings older tables to this format and refuses those of any other.
func (db *DB) check(ctx context.Context) (err error) {
	unlock, err := db.lockFormat(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	for {
		var is int
		err = db.Tx(ctx, func(t *Tx) error {
			err := t.one(`SELECT max(version) FROM format`, nil, &is)
			if err != nil {
				return fmt.Errorf("%w: no tables of a sandbox; init makes them", err)
			}
			return nil
		})
		if err != nil || is == format {
			return err
		}
		step := steps[is]
		if step == nil {
			return fmt.Errorf("store: the tables are of format %d, this program knows %d", is, format)
		}
		if err = step(db, ctx); err != nil {
			return err
		}
	}
}

// formatLock is a number of ours among PostgreSQL's advisory locks.
const formatLock = 0x6d796e61

// lockFormat lets one process at a time look at the format and change it: of two
// that start at once, the second finds the first one's work done. SQLite serves one
// process.
func (db *DB) lockFormat(ctx context.Context) (unlock func() error, err error) {
	if db.group != nil {
		return func() error { return nil }, nil
	}
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, formatLock); err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), conn.Close())
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, formatLock)
		return errors.Join(err, conn.Close())
	}, nil
}

// change makes the tables and indexes that are new, and then all of these
// statements or none.
func (db *DB) change(ctx context.Context, to int, statements ...string) error {
	if err := db.makeTables(ctx); err != nil {
		return err
	}
	return db.Tx(ctx, func(t *Tx) error {
		for _, s := range statements {
			if err := db.alter(t, s); err != nil {
				return err
			}
		}
		return t.run(`UPDATE format SET version = $1`, to)
	})
}

// alter carries a statement about tables out, at once: a later one may need it.
func (db *DB) alter(t *Tx, statement string) error {
	if db.group == nil {
		statement = inPostgres.Replace(statement)
	}
	_, err := t.exec(statement)
	return err
}
