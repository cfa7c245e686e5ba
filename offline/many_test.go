package offline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline/record"
)

// manyOpen is a stopped ledger with n intents that have no outcome, each of
// another session, and, for each grant of theirs, an outcome in doubt.
func manyOpen(t testing.TB, n int) (dir string) {
	t.Helper()
	dir = newDir(t)
	l, err := OpenLedger(t.Context(), dir, testOptions())
	must.OK(t, err)
	head := l.Head()
	mustClose(t, l)
	db, err := openDB(t.Context(), filepath.Join(dir, liveName, dbName), false)
	must.OK(t, err)
	tx, err := db.Begin()
	must.OK(t, err)
	insert, err := tx.Prepare("INSERT INTO record (seq, hash, bytes) VALUES (?, ?, ?)")
	must.OK(t, err)
	for i := range n {
		e := kiosk.Entry{Kind: kiosk.EntryAsking, Session: kiosk.SessionID{1, byte(i), byte(i >> 8), byte(i >> 16)}, Before: -1, After: -1}
		if i%2 == 1 {
			e.Kind, e.Grant = kiosk.EntryOutcome, kiosk.GrantID(e.Session)
		}
		b, err := record.Encode(record.Entry{Epoch: head.Epoch, Seq: head.Seq + 1, Prev: head.Hash, Entry: e, Time: noon})
		must.OK(t, err)
		head.Seq, head.Hash = head.Seq+1, record.Hash(b)
		must.OK(t, one(insert.Exec(int64(head.Seq), head.Hash[:], b)))
	}
	must.OK(t, errors.Join(insert.Close(), tx.Commit(), db.Close()))
	return dir
}

// A list that is searched for every record would need hours for this.
func TestLedgerOfManyOpenIntentsIsReadInLinearTime(t *testing.T) {
	const n = 200_000
	dir := manyOpen(t, n)
	ctx, cancel := context.WithTimeout(t.Context(), openLimit)
	defer cancel()
	books, err := Look(ctx, dir)
	if err != nil || !books[0].Whole() || len(books[0].Open) != n/2 {
		t.Fatalf("%v, %v", err, books)
	}
	b := Book{State: books[0].State, StateOK: true, Records: books[0].Records, Report: Report{Head: books[0].Head, HeadRead: true}}
	if b.Verify(); !b.Whole() || len(b.Open) != n/2 { // as of an export
		t.Fatalf("%v", b.Wrong)
	}
	opt := testOptions()
	opt.QueueCap = 2 * n
	l, err := OpenLedger(ctx, dir, opt)
	must.OK(t, err)
	mustAppend(t, l, visit(1)...)
	if open, err := l.Open(ctx); err != nil || len(open) != n/2 {
		t.Errorf("%d open, %v", len(open), err)
	}
	mustClose(t, l)
}

// Each row is marked as sent once, however many intents stay behind it.
func TestCarriedOverIntentsAreTouchedOnceByWhatIsSent(t *testing.T) {
	const n = 4000
	dir := manyOpen(t, n)
	spoil(t, dir)
	l := mustOpen(t, dir, testOptions())
	conn, err := l.db.Conn(t.Context())
	must.OK(t, err)
	changes, told := 0, 0
	err = conn.Raw(func(c any) error {
		c.(*sqlite3.SQLiteConn).RegisterUpdateHook(func(int, string, string, int64) { changes++ })
		return nil
	})
	must.OK(t, errors.Join(err, conn.Close()))
	for {
		rs, err := l.Unsent(t.Context(), 50)
		must.OK(t, err)
		if len(rs) == 0 {
			break
		}
		if told += len(rs); told > 2*n {
			t.Fatal("no end")
		}
		must.OK(t, l.Ack(t.Context(), receipt(rs[len(rs)-1])))
	}
	if told < n || changes < n || changes > 3*n {
		t.Errorf("%d records were told, and %d rows changed", told, changes)
	}
	mustClose(t, l)
}

// BenchmarkManyOpenIntents opens a ledger of a million records that are all open
// or in doubt.
func BenchmarkManyOpenIntents(b *testing.B) {
	dir := manyOpen(b, 1_000_000)
	for b.Loop() {
		r, err := Verify(b.Context(), dir)
		if err != nil || !r.Whole() {
			b.Fatal(err, r.Wrong)
		}
	}
}

// A table with more rows than any kiosk keeps is not read to its end.
func TestEndlessRowsAreRefused(t *testing.T) {
	db, err := sql.Open("sqlite3", ":memory:")
	must.OK(t, err)
	defer db.Close()
	rows := 0
	err = eachRow(t.Context(), db, "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n, x'', x'', 0 FROM r",
		func(int64, []byte, []byte, int64) bool { rows++; return true })
	if !errors.Is(err, ErrSpoiled) || rows != mostRows {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// An opening that takes too long ends, says so, and leaves the folder as it is.
func TestOpeningEndsWithItsContext(t *testing.T) {
	dir := manyOpen(t, 1000)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if l, err := OpenLedger(ctx, dir, testOptions()); err == nil {
		mustClose(t, l)
		t.Fatal("opened")
	} else if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "aside-0001")); err == nil {
		t.Error("a ledger was set aside for want of time")
	}
	mustVerify(t, dir)
}

// What does not fit is told of the first row and counted of the others: a text
// of all would grow by itself with each.
func TestManyRowsThatDoNotFitAreCounted(t *testing.T) {
	const n = 20_000
	dir := manyOpen(t, 10)
	db, err := sql.Open("sqlite3", filepath.Join(dir, liveName, dbName))
	must.OK(t, err)
	_, err = db.Exec("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT ?) "+
		"INSERT INTO aside SELECT n, 'planted', x'00', x'00' FROM r", n)
	must.OK(t, errors.Join(err, db.Close()))
	books, err := Look(t.Context(), dir)
	if err != nil || books[0].Whole() {
		t.Fatalf("%v, %v", err, books)
	}
	text := fmt.Sprint(books[0].Wrong)
	if !strings.Contains(text, fmt.Sprintf("and %d more rows", n-1)) || len(text) > 1000 {
		t.Errorf("%d bytes: %.200s", len(text), text)
	}
}
