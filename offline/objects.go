package offline

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// What a database of format 1 may hold: the tables of schema.sql, and the
// receipts' where one has come. A trigger, a view, an index or a table of
// another form is not the ledger's making. A trigger can swallow an insert that
// Append then promises, and a view can answer for ever, so such a database is
// not read as a ledger: it is set aside, and only tables that are as the ledger
// made them are looked into.

// object is one row of sqlite_schema.
type object struct{ kind, name, table, made string }

// known are the objects of format 1, by name. made is the statement, folded.
var known = func() map[string]object {
	all := map[string]object{"sqlite_autoindex_receipt_1": {"index", "sqlite_autoindex_receipt_1", "receipt", ""}}
	for _, statement := range append(strings.Split(fold(schema), ";"), fold(createReceipt)) {
		statement = strings.Replace(strings.TrimSpace(statement), "CREATE TABLE IF NOT EXISTS", "CREATE TABLE", 1) // as SQLite keeps it
		if name, ok := strings.CutPrefix(statement, "CREATE TABLE "); ok {
			name, _, _ = strings.Cut(name, " ")
			all[name] = object{"table", name, name, statement}
		}
	}
	return all
}()

// required are the tables that every database of format 1 has.
var required = []string{"ledger", "record", "old", "aside"}

var comments = regexp.MustCompile(`--[^\n]*|(?s:/\*.*?\*/)`)

// fold takes comments and runs of white space out of a statement: neither has a
// meaning, and both have changed since the first database of format 1.
func fold(statement string) string {
	return strings.Join(strings.Fields(comments.ReplaceAllString(statement, " ")), " ")
}

// mostObjects bounds what is read of a schema; format 1 has six objects at most.
const mostObjects = 32

// objects compares every object and column of the database with those of
// format 1, and notes which tables may be read.
func (f *scan) objects(ctx context.Context, q querier, _ bool) error {
	rows, err := q.QueryContext(ctx, "SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT ?", mostObjects)
	if err != nil {
		return damage(err)
	}
	defer rows.Close()
	seen := map[string]bool{}
	var foreign []string
	for rows.Next() {
		var o object
		var made sql.NullString
		if err := rows.Scan(&o.kind, &o.name, &o.table, &made); err != nil {
			return fmt.Errorf("%w: an object of other types: %w", ErrSpoiled, err)
		}
		o.made = fold(made.String)
		if known[o.name] != o || seen[o.name] {
			if !slices.Contains([]string{"table", "index", "view", "trigger"}, o.kind) {
				o.kind = "object"
			}
			foreign = append(foreign, fmt.Sprintf("%s %q", o.kind, clip(o.name)))
			continue
		}
		seen[o.name] = true
	}
	if err := rows.Err(); err != nil {
		return damage(err)
	}
	for _, name := range required {
		if !seen[name] {
			foreign = append(foreign, fmt.Sprintf("no table %q of its own", name))
		}
	}
	f.tables = seen
	if len(foreign) > 0 {
		return fmt.Errorf("%w: what is in it is not the ledger's making: %s", ErrSpoiled, clip(strings.Join(foreign, ", ")))
	}
	return nil
}

// Actions of SQLite's authorizer (sqlite3.h) that the ledger takes. Everything
// else is refused when a statement is prepared, so that no defect here and no
// text in a damaged database can create a trigger, attach a file, or call what
// the ledger has no use for.
var (
	anywhere = []int{sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT}
	onTables = []int{sqlite3.SQLITE_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
	making   = []int{sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_INDEX}

	tables = []string{"ledger", "record", "old", "aside", "receipt", "sqlite_master", "sqlite_schema"}
	calls  = []string{"count"}

	permittedPragmas = []string{"application_id", "user_version", "page_size", "auto_vacuum", "journal_mode", "wal_autocheckpoint",
		"trusted_schema", "cell_size_check", "integrity_check", "wal_checkpoint", "incremental_vacuum", "freelist_count",
		"locking_mode", "synchronous", "busy_timeout", "query_only", "max_page_count"}
)

// authorize is SQLite's authorizer on every connection of a ledger.
func authorize(action int, arg1, arg2, _ string) int {
	ok := false
	switch {
	case slices.Contains(anywhere, action):
		ok = true
	case slices.Contains(onTables, action):
		ok = slices.Contains(tables, arg1)
	case slices.Contains(making, action): // the name of a table; an index's and its table's
		ok = known[arg1].kind != ""
	case action == sqlite3.SQLITE_FUNCTION:
		ok = slices.Contains(calls, arg2)
	case action == sqlite3.SQLITE_PRAGMA:
		ok = slices.Contains(permittedPragmas, arg1)
	}
	if ok {
		return sqlite3.SQLITE_OK
	}
	return sqlite3.SQLITE_DENY
}

// limits bound what SQLite does for us, however the file was damaged. A depth of
// 0 lets no trigger run.
var limits = map[int]int{
	sqlite3.SQLITE_LIMIT_LENGTH:         maxRow,
	sqlite3.SQLITE_LIMIT_SQL_LENGTH:     maxRow,
	sqlite3.SQLITE_LIMIT_COLUMN:         32,
	sqlite3.SQLITE_LIMIT_EXPR_DEPTH:     32,
	sqlite3.SQLITE_LIMIT_ATTACHED:       0,
	sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH:  0,
	sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
