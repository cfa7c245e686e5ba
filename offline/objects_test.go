package offline

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// planted is a stopped ledger of two visits into which an attacker with SQL
// wrote these statements.
func planted(t *testing.T, statements string) (dir string) {
	t.Helper()
	dir = newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, append(visit(1), visit(2)...)...)
	must.OK(t, l.Ack(t.Context(), receipt(all(t, l)[3])))
	mustClose(t, l)
	db, err := sql.Open("sqlite3", filepath.Join(dir, liveName, dbName))
	must.OK(t, err)
	_, err = db.Exec(statements)
	must.OK(t, errors.Join(err, db.Close()))
	return dir
}

// A ledger that holds anything that the ledger did not make is set aside and
// named; what it owed is carried over; and every record that Append promises
// after that is on the disk and can be sent.
func TestPlantedObjectsAreSetAsideAndNamed(t *testing.T) {
	const view = "ALTER TABLE record RENAME TO hidden; CREATE VIEW record AS SELECT seq, hash, bytes FROM hidden; "
	for _, c := range []struct {
		name, statements, named string
		carried                 int // of the 12 records that the authority does not have
	}{
		{"a trigger that ignores", "CREATE TRIGGER t BEFORE INSERT ON record BEGIN SELECT RAISE(IGNORE); END", `trigger "t"`, 12},
		{"a trigger on another table", "CREATE TRIGGER t AFTER UPDATE ON ledger BEGIN DELETE FROM record; END", `trigger "t"`, 12},
		{"a view with INSTEAD OF", view + "CREATE TRIGGER t INSTEAD OF INSERT ON record BEGIN SELECT 1; END", `view "record"`, 0},
		{"a view without end", "DROP TABLE record; CREATE VIEW record AS WITH RECURSIVE r(seq, hash, bytes) AS " +
			"(SELECT 1, x'00', x'00' UNION ALL SELECT seq + 1, hash, bytes FROM r) SELECT * FROM r", `view "record"`, 0},
		{"an index", "CREATE INDEX i ON record (hash)", `index "i"`, 12},
		{"another table", "CREATE TABLE more (x)", `table "more"`, 12},
		{"another column", "ALTER TABLE record ADD COLUMN more BLOB", `table "record"`, 0},
		{"a generated column", "ALTER TABLE record ADD COLUMN more TEXT AS (hex(bytes))", `table "record"`, 0},
		{"another type", "DROP TABLE old; CREATE TABLE old (n INTEGER PRIMARY KEY, sent, hash, bytes)", `table "old"`, 12},
		{"a table that is gone", "DROP TABLE aside", `no table "aside"`, 12},
		{"receipts in a view", "DROP TABLE receipt; CREATE VIEW receipt AS SELECT NULL AS epoch, 9 AS seq, NULL AS head, NULL AS signature, NULL AS key, NULL AS sum",
			`view "receipt"`, 12},
		{"many objects", manyTables(), "table ", 12},
		{"a name for a terminal", "CREATE TABLE \"\x1b[2J\" (x)", `table "\x1b[2J"`, 12},
	} {
		dir := planted(t, c.statements)
		if r := verify(t, dir); r.Whole() || !strings.Contains(errors.Join(r.Wrong...).Error(), c.named) {
			t.Errorf("%s: verify says %v", c.name, r.Wrong)
		}
		l := mustOpen(t, dir, testOptions())
		aside := l.Aside()
		if aside == nil || !strings.Contains(aside.Reason.Error(), c.named) || aside.Carried != c.carried {
			t.Errorf("%s: set aside: %+v", c.name, aside)
			continue
		}
		mustAppend(t, l, visit(3)...)
		var rows int
		if err := l.db.QueryRow("SELECT count(*) FROM record").Scan(&rows); err != nil || rows != 8 || l.Head().Seq != 8 {
			t.Errorf("%s: 8 records were promised, %d are on the disk, the head says %d (%v)", c.name, rows, l.Head().Seq, err)
		}
		if n, _, err := l.Queue(t.Context()); err != nil || n != 8+c.carried {
			t.Errorf("%s: %d records wait for the authority (%v)", c.name, n, err)
		}
		mustClose(t, l)
		mustVerify(t, dir)
	}
}

func manyTables() string {
	var s strings.Builder
	for n := range 3 * mostObjects {
		fmt.Fprintf(&s, "CREATE TABLE t%d (x); ", n)
	}
	return s.String()
}

// Whatever made an insert change no row, Append does not promise it.
func TestInsertThatChangesNoRowIsAnError(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(1)...)
	insert := l.insert
	defer insert.Close()
	var err error
	l.insert, err = l.db.Prepare("INSERT OR IGNORE INTO record (seq, hash, bytes) SELECT ?1, ?2, ?3 WHERE 0")
	must.OK(t, err)
	if err := l.Append(t.Context(), boot()); !errors.Is(err, ErrBroken) {
		t.Errorf("promised a record that is not on the disk: %v", err)
	}
	mustClose(t, l)
	if r := mustVerify(t, dir); r.Last != 8 {
		t.Errorf("the last record is %d", r.Last)
	}
}

// What the ledger never does is refused before it is done.
func TestStatementsThatTheLedgerNeverMakesAreRefused(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	for _, statement := range []string{
		"CREATE TRIGGER t AFTER INSERT ON record BEGIN SELECT 1; END", "CREATE VIEW v AS SELECT 1", "CREATE TABLE t (x)",
		"CREATE INDEX i ON record (hash)", "CREATE TEMP TABLE t (x)", "DROP TABLE aside", "ALTER TABLE record ADD COLUMN x",
		"ATTACH ':memory:' AS other", "PRAGMA writable_schema = ON", "PRAGMA foreign_keys", "SELECT hex(bytes) FROM record",
		"SELECT load_extension('x')", "ANALYZE", "VACUUM INTO 'x'",
	} {
		if _, err := l.db.Exec(statement); err == nil {
			t.Errorf("%s: done", statement)
		}
	}
	mustAppend(t, l, visit(1)...)
}

// A view without an end does not keep an auditor, or a start, waiting.
func TestViewWithoutEndEndsAtOnce(t *testing.T) {
	dir := planted(t, "DROP TABLE record; CREATE VIEW record AS WITH RECURSIVE r(seq, hash, bytes) AS "+
		"(SELECT 1, x'00', x'00' UNION ALL SELECT seq + 1, hash, bytes FROM r ORDER BY 1) SELECT * FROM r")
	done := make(chan error, 1)
	go func() {
		_, err := Look(t.Context(), dir)
		done <- err
	}()
	select {
	case err := <-done:
		must.Note(t, err)
	case <-time.After(5 * time.Minute):
		t.Fatal("it is still being read")
	}
}
