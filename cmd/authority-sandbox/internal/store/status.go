package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"multicopy.example/cmd/authority-sandbox/internal/life"
)

// statusAt is one search of one table. A certificate of which nothing had happened by
// then was not issued by then.
const statusAt = `SELECT state, reason, at FROM events WHERE issuer = $1 AND serial = $2 AND at <= $3 ORDER BY n DESC LIMIT 1`

// Status of a certificate at a moment, by its events until then. ErrNone: none of that
// number was issued by then. It is read beside all transactions, so that no number of
// inquiries makes a kiosk wait.
func (db *DB) Status(ctx context.Context, issuer int64, serial Serial, at int64) (s Status, err error) {
	err = db.sql.QueryRowContext(ctx, statusAt, issuer, serial[:], at).Scan(&s.State, &s.Reason, &s.Since)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return s, ErrNone
	case err != nil:
		return s, fmt.Errorf("store: %w", err)
	}
	return s, nil
}

// Status is as DB's, inside a transaction.
func (t *Tx) Status(issuer int64, serial Serial, at int64) (s Status, err error) {
	return s, t.one(statusAt, []any{issuer, serial[:], at}, &s.State, &s.Reason, &s.Since)
}

// Revision of a part: how often its list came to say something else; 0 where it says nothing yet.
func (t *Tx) Revision(issuer, part int64) (n int64, err error) {
	if err = t.one(`SELECT revision FROM parts WHERE issuer = $1 AND part = $2`, []any{issuer, part}, &n); err == ErrNone {
		return 0, nil
	}
	return n, err
}

// Part says which list is wanted.
type Part struct {
	Issuer, Part int64
	At           int64 // as it was at that moment
	Ended        int64 // certificates whose last day was before it are left out
}

// Entry is one line of a revocation list.
type Entry struct {
	Serial Serial
	Status // held or revoked
}

// entriesAt reads the index certs_listed alone, but for certificates that changed after the
// moment: what they were is looked up among their events. There are few between a moment and now.
var entriesAt = `SELECT serial, ` + then("state", "state") + `, ` + then("reason", "reason") + `, ` + then("at", "since") + `
	FROM certs c WHERE issuer = $2 AND part = $3 AND listed = 1 AND not_after >= $4 ORDER BY serial`

func then(column, now string) string {
	return `CASE WHEN since <= $1 THEN ` + now + ` ELSE coalesce((SELECT e.` + column + ` FROM events e
		WHERE e.issuer = c.issuer AND e.serial = c.serial AND e.at <= $1 ORDER BY e.n DESC LIMIT 1), 0) END`
}

// Entries tells the entries of a list in the order of their serial numbers, one after the
// other and none of them kept: a list of any length needs the memory of one. Ask it
// inside a Snapshot: in a transaction of Tx on SQLite everything else waits for it.
func (t *Tx) Entries(p Part, row func(Entry) error) error {
	return t.each(entriesAt, []any{p.At, p.Issuer, p.Part, p.Ended}, func(scan func(...any) error) error {
		var e Entry
		var serial []byte
		if err := scan(&serial, &e.State, &e.Reason, &e.Since); err != nil {
			return err
		}
		if e.State != life.Held && e.State != life.Revoked {
			return nil
		}
		e.Serial = Serial(serial)
		return row(e)
	})
}
