// Package store keeps the sandbox's rows in SQLite or PostgreSQL and knows no
// rule about them: what may follow what is decided in package domain, inside
// one transaction a request.
//
// There is one code path. The SQL is what both databases understand, and the
// two differ in four things alone: what a type is called in the schema, how a table
// is kept append-only, whether rows have to be locked, and whether requests share a
// transaction.
//
//   - SQLite has one writer. Requests that are there at the same moment share
//     one transaction, each in a savepoint of its own, and one flush to the
//     disk (group.go). Nothing has to be locked, since no other transaction runs.
//   - PostgreSQL has many writers, in this process and in others. A
//     transaction locks the kiosk's row first and the card's row second, and
//     reads what it decides by behind these locks, so two requests about one
//     kiosk or one card follow each other wherever they arrive. A batch of
//     records can lock several cards; where two of them wait for each other
//     the database ends one (40P01), which is run again. So is one that a
//     serialisable database refuses (40001).
package store

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "github.com/mattn/go-sqlite3"    // the driver "sqlite3"
)

//go:embed schema.sql
var schema string

//go:embed people.sql
var people string

//go:embed consents.sql
var consents string

// format is of the tables. Older ones are brought to it (format.go); another is
// refused with both named.
const format = 15

// conns is how many connections one process has to PostgreSQL. Debian's
// default of 100 leaves room for seven processes and a person.
const conns = 12

// DB is the database.
type DB struct {
	sql   *sql.DB
	group *group // nil: transactions run beside each other
	lock  string // what a SELECT that locks its row ends with
	wrap  wrapper
}

// IsPostgres reports whether a connection string names PostgreSQL. Every other
// is the path of a SQLite file.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// ErrInUse: a database has the rows of an authority already.
var ErrInUse = errors.New("store: the database is in use by an authority and is unchanged: name an empty one, or serve this one from the folder that init made for it")

// Unused answers ErrInUse where a database is an authority's. Nothing is made
// where there is none.
func Unused(ctx context.Context, dsn string) error {
	if !IsPostgres(dsn) {
		if _, err := os.Stat(dsn); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	pool, err := pool(ctx, dsn)
	if err != nil {
		return err
	}
	return errors.Join(unused(ctx, pool, IsPostgres(dsn)), pool.Close())
}

func unused(ctx context.Context, pool *sql.DB, postgres bool) error {
	find := `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'format'`
	if postgres {
		find = `SELECT count(to_regclass('format'))`
	}
	var n int
	err := pool.QueryRowContext(ctx, find).Scan(&n)
	if err == nil && n > 0 {
		err = pool.QueryRowContext(ctx, `SELECT count(*) FROM format`).Scan(&n)
	}
	switch {
	case err != nil:
		return fmt.Errorf("store: %w", err)
	case n > 0:
		return ErrInUse
	}
	return nil
}

// Create makes the tables where there are none, and opens. key, KeyLen bytes, is
// what secrets are wrapped by (wrap.go). A database that is in use is refused:
// written over with this format, it would never be brought from its own to it.
func Create(ctx context.Context, dsn string, key []byte) (*DB, error) {
	db, err := connect(ctx, dsn, key)
	if err != nil {
		return nil, err
	}
	if err = unused(ctx, db.sql, db.group == nil); err == nil {
		err = db.makeTables(ctx)
	}
	if err == nil {
		err = db.Tx(ctx, func(t *Tx) error { return t.run(`INSERT INTO format VALUES ($1)`, format) })
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// inPostgres says SQLite's words in PostgreSQL's.
var inPostgres = strings.NewReplacer("BLOB", "BYTEA", "INTEGER", "BIGINT", ") STRICT, WITHOUT ROWID;", ");", ") STRICT;", ");")

// makeTables makes the tables and indexes that are not there.
func (db *DB) makeTables(ctx context.Context) error {
	text := schema + people + consents
	if db.group == nil {
		text = inPostgres.Replace(text)
	}
	text += keepAll(db.group == nil)
	if _, err := db.sql.ExecContext(ctx, text); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// Open opens a database that Create made, of this format or an older one.
func Open(ctx context.Context, dsn string, key []byte) (*DB, error) {
	db, err := connect(ctx, dsn, key)
	if err != nil {
		return nil, err
	}
	if err := db.check(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func connect(ctx context.Context, dsn string, key []byte) (*DB, error) {
	w, err := newWrapper(key)
	if err != nil {
		return nil, err
	}
	if !IsPostgres(dsn) {
		if err := closeToOthers(dsn); err != nil {
			return nil, err
		}
	}
	pool, err := pool(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if IsPostgres(dsn) {
		return &DB{sql: pool, lock: " FOR UPDATE", wrap: w}, nil
	}
	g, err := newGroup(ctx, pool, w)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("store: %s: %w", dsn, err)
	}
	return &DB{sql: pool, group: g, wrap: w}, nil
}

// pool are connections to either kind of database.
func pool(ctx context.Context, dsn string) (*sql.DB, error) {
	driver := "pgx"
	if !IsPostgres(dsn) {
		// synchronous=FULL is asked for by name: the driver's own default loses
		// acknowledged rows in a power cut.
		q := url.Values{"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_foreign_keys": {"on"}, "_busy_timeout": {"5000"}}
		driver, dsn = "sqlite3", "file:"+(&url.URL{Path: dsn}).EscapedPath()+"?"+q.Encode()
	}
	pool, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if driver == "pgx" {
		pool.SetMaxOpenConns(conns)
		pool.SetMaxIdleConns(conns)
		if err := pool.PingContext(ctx); err != nil {
			pool.Close()
			return nil, fmt.Errorf("store: %w", err)
		}
	}
	return pool, nil
}

// Close closes the database, after the transaction that is under way.
func (db *DB) Close() error {
	var err error
	if db.group != nil {
		err = db.group.close()
	}
	return errors.Join(err, db.sql.Close())
}

// tries bounds how often a transaction is run again. Two that wait for each
// other need two; ten are a defect.
const tries = 10

// Tx runs f in a transaction: durable when it returns nil, undone otherwise. f
// may run more than once and has to begin from nothing each time.
func (db *DB) Tx(ctx context.Context, f func(*Tx) error) (err error) {
	if db.group != nil {
		return db.group.do(ctx, f)
	}
	for try := range tries {
		if err = db.alone(ctx, f); !again(err) {
			return err
		}
		// Begun again at once, it would often take its first lock before the
		// other one has woken up, and wait for it once more.
		select {
		case <-time.After(rand.N(time.Duration(try+1) * 20 * time.Millisecond)):
		case <-ctx.Done():
			return err
		}
	}
	return err
}

// again: the whole transaction was undone, by the database that says so, or since what it had read was no longer so when
// it wrote. A connection that broke says nothing about a commit, so that error goes to the kiosk, which asks
// again under the same request id.
func again(err error) bool {
	var e *pgconn.PgError
	return errors.Is(err, errRows) || errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

func (db *DB) alone(ctx context.Context, f func(*Tx) error) error {
	return inPipeline(ctx, db.sql, "BEGIN", func(q querier) error {
		return ran(&Tx{on: q, ctx: ctx, lock: db.lock, wrap: db.wrap}, f)
	})
}
