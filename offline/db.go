package offline

import (
	"context"
	"database/sql"
	"database/sql/driver"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/mattn/go-sqlite3"

	"multicopy.example/offline/record"
)

//go:embed schema.sql
var schema string

// How the database is kept, each with its reason:
//
//   - locking_mode=EXCLUSIVE before the first access: no shared memory file,
//     and a third of the system calls a record. The driver would set
//     journal_mode first, so journal_mode is not in the DSN but below.
//   - journal_mode=WAL with synchronous=FULL: one flush a record. The driver's
//     own default for synchronous is NORMAL, under which a power cut takes
//     records that Append had promised.
//   - auto_vacuum=INCREMENTAL: rows that were let go give their pages back
//     without rewriting the file. It counts only before the first table, and
//     saying it again later would write to a ledger not yet examined.
//   - page_size=4096: one page of the disk.
//   - wal_autocheckpoint=0: SQLite throws away what became of its automatic
//     checkpoint (sqlite3WalDefaultHook), and one that fails must be the last
//     one into that file (renew.go). turn.go has one of our own. The log is
//     never truncated in service: a warm one needs one flush a record, a
//     growing one two.
//   - trusted_schema=OFF, cell_size_check=ON: the file may have been damaged, or
//     written by an attacker. objects.go has the limits and what may be done at all.
var (
	freshPragmas = []string{"PRAGMA page_size = 4096", "PRAGMA auto_vacuum = INCREMENTAL"}
	pragmas      = []string{"PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", "PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON"}
)

const (
	dsnOptions = "?mode=rw&_locking_mode=EXCLUSIVE&_synchronous=FULL&_busy_timeout=0&_txlock=immediate"

	// maxRow bounds every string, blob and row that SQLite may hand us
	// (SQLITE_LIMIT_LENGTH), however the file was damaged; the longest we
	// write is the schema.
	maxRow = 64 << 10

	// The marks in the database's first page. Version n is "MKL" and the
	// digit in application_id, and n in user_version: one flipped bit cannot
	// make another version of it.
	applicationID = 'M'<<24 | 'K'<<16 | 'L'<<8 | '0'
	formatVersion = 1
)

// connector opens one SQLite file. It is no name in database/sql's global
// list of drivers, so nothing else in the program can change what it does.
type connector struct {
	path  string
	fresh bool // the file is empty and about to get its tables
}

func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	d := sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		for limit, n := range limits {
			conn.SetLimit(limit, n)
		}
		conn.RegisterAuthorizer(authorize)
		all := pragmas
		if c.fresh {
			all = slices.Concat(freshPragmas, pragmas)
		}
		for _, p := range all {
			if _, err := conn.Exec(p, nil); err != nil {
				return err
			}
		}
		return nil
	}}
	u := url.URL{Scheme: "file", Path: c.path}
	return d.Open(u.String() + dsnOptions)
}

// openDB opens an existing database file on exactly one connection, which
// stays open until the database is closed: it holds the lock.
func openDB(ctx context.Context, path string, fresh bool) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector{path, fresh})
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// keepLog lets the database be closed without its log being deleted. Closing
// makes a checkpoint, into a file where an error may have been, and no caller is
// told how it ended.
func keepLog(db *sql.DB) error {
	c, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Raw(func(c any) error {
		s, ok := c.(*sqlite3.SQLiteConn)
		if !ok {
			return errors.New("not SQLite's connection")
		}
		return s.SetFileControlInt("main", sqlite3.SQLITE_FCNTL_PERSIST_WAL, 1)
	})
}

// checkFormat: a database of another version is not spoiled, and not ours to
// touch.
func checkFormat(ctx context.Context, q querier) error {
	var app, user int64
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return fmt.Errorf("%w: %w", ErrSpoiled, err)
	}
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&user); err != nil {
		return fmt.Errorf("%w: %w", ErrSpoiled, err)
	}
	switch {
	case app == applicationID+formatVersion && user == formatVersion:
		return nil
	case app == applicationID+user && user > 0 && user < 10:
		return fmt.Errorf("%w: format %d, this program knows format %d", record.ErrVersion, user, formatVersion)
	}
	return fmt.Errorf("%w: application id %#x, format %d", ErrSpoiled, app, user)
}

// makeDB writes a new database into the empty file at path.
func makeDB(ctx context.Context, path string, s State, was carryover) (err error) {
	db, err := openDB(ctx, path, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID+formatVersion, formatVersion)
	if _, err := tx.ExecContext(ctx, schema+marks); err != nil {
		return err
	}
	if err := writeState(ctx, tx, s); err != nil {
		return err
	}
	for _, o := range was.owed {
		sum := record.Hash(o.bytes)
		if err := one(tx.ExecContext(ctx, "INSERT INTO old (sent, hash, bytes) VALUES (?, ?, ?)", o.sent, sum[:], o.bytes)); err != nil {
			return err
		}
	}
	for i, r := range was.receipts {
		if i == 0 {
			if _, err := tx.ExecContext(ctx, createReceipt); err != nil {
				return err
			}
		}
		if err := writeReceipt(ctx, tx, r); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// What SQLite's answer says about the disk.
func sqliteCode(err error) sqlite3.ErrNo {
	var e sqlite3.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

func isFull(err error) bool { return sqliteCode(err) == sqlite3.ErrFull }

// isDamage: the file, not the disk or the moment, is at fault. A locked,
// unreadable or full disk is no reason to set a ledger aside.
func isDamage(err error) bool {
	if errors.Is(err, ErrSpoiled) {
		return true
	}
	switch sqliteCode(err) {
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrTooBig, sqlite3.ErrError, sqlite3.ErrFormat, sqlite3.ErrMismatch:
		return true
	}
	return false
}
