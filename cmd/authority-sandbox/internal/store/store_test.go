package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/pgtest"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// testKey wraps the secrets of these tests.
var testKey = bytes.Repeat([]byte{7}, KeyLen)

// fresh is the connection string of an empty place.
func fresh(t *testing.T, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return filepath.Join(t.TempDir(), "a.db")
	}
	return pgtest.Empty(t)
}

func create(t *testing.T, dsn string) *DB {
	t.Helper()
	db, err := Create(t.Context(), dsn, testKey)
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, db.Close())
	})
	return db
}

func onEach(t *testing.T, f func(t *testing.T, db *DB)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { f(t, create(t, fresh(t, engine))) })
	}
}

func setting(t *testing.T, db *DB, name string) (v int) {
	t.Helper()
	err := db.Tx(t.Context(), func(tx *Tx) (err error) {
		v, err = tx.Setting(name, -1)
		return err
	})
	must.OK(t, err)
	return v
}

// TestEveryRequestIsWholeOrNot: two hundred at once, of which some fail between
// their two writes, some by an error of the database, and some panic. Each is
// there whole or not at all, and one request's trouble is no other's.
func TestEveryRequestIsWholeOrNot(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		errOwn := errors.New("refused")
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				first, second := fmt.Sprintf("%d.1", i), fmt.Sprintf("%d.2", i)
				defer func() {
					if p := recover(); (p != nil) != (i%4 == 3) {
						t.Errorf("%d: panic %v", i, p)
					}
				}()
				err := db.Tx(context.Background(), func(tx *Tx) error {
					if err := tx.SetSetting(first, i); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return errOwn
					case 2:
						tx.run(`INSERT INTO nowhere VALUES (1)`) //nolint:errcheck // swallowed on purpose: it must not be lost
						return nil
					case 3:
						panic("in the middle")
					}
					return tx.SetSetting(second, i)
				})
				if ok := i%4 == 0; (err == nil) != ok || errors.Is(err, errOwn) != (i%4 == 1) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		all.Wait()
		for i := range 200 {
			want := -1
			if i%4 == 0 {
				want = i
			}
			for part := range 2 {
				if got := setting(t, db, fmt.Sprintf("%d.%d", i, part+1)); got != want {
					t.Errorf("%d.%d is %d, want %d", i, part+1, got, want)
				}
			}
		}
	})
}

// TestNobodyIsToldBeforeTheCommit: requests that wait behind a slow one share
// its transaction, and none of them hears anything, nor does a reader see
// anything, until it is committed.
func TestNobodyIsToldBeforeTheCommit(t *testing.T) {
	dsn := fresh(t, "sqlite")
	db := create(t, dsn)
	inside, goOn := make(chan struct{}), make(chan struct{})
	told := make(chan error, 100)
	go func() {
		told <- db.Tx(t.Context(), func(tx *Tx) error { close(inside); <-goOn; return tx.SetSetting("first", 1) })
	}()
	<-inside
	last, end := make(chan struct{}), make(chan struct{})
	jobs := make([]*job, 99)
	for i := range jobs { // put in line by hand, so that all of them stand there
		jobs[i] = &job{ctx: t.Context(), done: make(chan struct{}), f: func(tx *Tx) error { return tx.SetSetting(fmt.Sprint(i), i) }}
		if i == 98 {
			jobs[i].f = func(*Tx) error { close(last); <-end; return nil }
		}
		db.group.jobs <- jobs[i]
	}
	close(goOn)
	<-last // the others have run, in the same transaction
	other, err := sql.Open("sqlite3", "file:"+dsn)
	must.OK(t, err)
	defer other.Close()
	count := func() (n int) {
		must.OK(t, other.QueryRow(`SELECT count(*) FROM settings`).Scan(&n))
		return n
	}
	if n := count(); n != 0 {
		t.Errorf("%d rows are seen before the commit", n)
	}
	for i, j := range jobs {
		select {
		case <-j.done:
			t.Errorf("%d was told before the commit", i)
		default:
		}
	}
	if len(told) != 0 {
		t.Error("the first was told before the commit")
	}
	close(end)
	for i, j := range jobs {
		if <-j.done; j.err != nil {
			t.Errorf("%d: %v", i, j.err)
		}
	}
	must.Note(t, <-told)
	if n := count(); n != 99 {
		t.Errorf("%d rows, want 99", n)
	}
}

// TestDiskFullInTheMiddle of shared transactions: what was acknowledged is
// there, what was not is not, and when there is room again all goes on.
func TestDiskFullInTheMiddle(t *testing.T) {
	dsn := fresh(t, "sqlite")
	db := create(t, dsn)
	limit := func(pages int) {
		must.OK(t, must.Err(db.group.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count=%d", pages))))
	}
	var empty int
	must.OK(t, db.group.conn.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&empty))
	limit(empty + 20) // more than a row's, and less than all of them take
	var mu sync.Mutex
	acked := map[string]bool{}
	var refused atomic.Int64
	var all sync.WaitGroup
	for i := range 400 {
		all.Go(func() {
			name := fmt.Sprintf("%d %s", i, strings.Repeat("x", 400))
			err := db.Tx(t.Context(), func(tx *Tx) error {
				return errors.Join(tx.SetSetting(name, 1), tx.SetSetting(name+"!", 1))
			})
			if err != nil {
				refused.Add(1)
				return
			}
			mu.Lock()
			acked[name] = true
			mu.Unlock()
		})
	}
	all.Wait()
	if len(acked) == 0 || refused.Load() == 0 {
		t.Fatalf("%d acknowledged and %d refused: the disk was not full in the middle", len(acked), refused.Load())
	}
	limit(1 << 30)
	var n int64
	err := db.Tx(t.Context(), func(tx *Tx) (err error) {
		n, err = tx.Count("settings")
		return err
	})
	if err != nil || n != int64(2*len(acked)) {
		t.Errorf("%d rows for %d acknowledged requests of two each, %v", n, len(acked), err)
	}
	for name := range acked {
		if setting(t, db, name) != 1 || setting(t, db, name+"!") != 1 {
			t.Errorf("%.4s was acknowledged and is not whole", name)
		}
	}
}

// TestTwoWaitForEachOther: PostgreSQL ends one of them, and it is run again.
func TestTwoWaitForEachOther(t *testing.T) {
	db := create(t, fresh(t, "postgres"))
	for _, name := range []string{"a", "b"} {
		must.OK(t, db.Tx(t.Context(), func(tx *Tx) error { return tx.PutKiosk(Kiosk{Name: name}, 0) }))
	}
	var met, all sync.WaitGroup
	met.Add(2)
	var runs atomic.Int64
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		all.Go(func() {
			first := true
			err := db.Tx(t.Context(), func(tx *Tx) error {
				runs.Add(1)
				if _, err := tx.Ask(order[0], 1, Hash{}, ID{}, nil); err != nil {
					return err
				}
				if first { // both hold their first before they want the second
					first = false
					met.Done()
					met.Wait()
				}
				if _, err := tx.Ask(order[1], 1, Hash{}, ID{}, nil); err != nil {
					return err
				}
				n, err := tx.Setting("n", 0)
				if err != nil {
					return err
				}
				return tx.SetSetting("n", n+1)
			})
			must.Note(t, err)
		})
	}
	all.Wait()
	if n := setting(t, db, "n"); n != 2 || runs.Load() < 3 {
		t.Errorf("counted %d in %d runs, want 2 in 3 or more", n, runs.Load())
	}
}

// TestRateHoldsAcrossConnections: fifty at once, and seven of them may.
func TestRateHoldsAcrossConnections(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		for minute := range int64(2) {
			var may atomic.Int64
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					err := db.Tx(t.Context(), func(tx *Tx) error {
						ok, err := tx.Rate("x", minute, 7)
						if ok {
							may.Add(1)
						}
						return err
					})
					must.Note(t, err)
				})
			}
			all.Wait()
			if may.Load() != 7 {
				t.Errorf("minute %d: %d were let in", minute, may.Load())
			}
		}
	})
}

// TestASixthWrongCodeUndoesItsTransaction: the bound stands in the statement too, below
// the rule that asks first, and nothing of the transaction stays.
func TestASixthWrongCodeUndoesItsTransaction(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		r := Reservation{ID: ID{1}, Card: Hash{2}}
		count := func(n int) error {
			return db.Tx(t.Context(), func(tx *Tx) error {
				return errors.Join(tx.CountWrong(r.ID), tx.SetSetting("n", n))
			})
		}
		if err := db.Tx(t.Context(), func(tx *Tx) error {
			return errors.Join(tx.AddCard(r.Card, Hash{}, 1, Serial{3}), tx.AddReservation(r))
		}); err != nil {
			t.Fatal(err)
		}
		for n := range 5 {
			must.OK(t, count(n))
		}
		if err := count(5); !errors.Is(err, errRows) {
			t.Errorf("the sixth: %v", err)
		}
		if n := setting(t, db, "n"); n != 4 {
			t.Errorf("%d of the sixth stays", n)
		}
	})
}

// TestTablesOfAnotherTime are refused, and so is a place that has none.
func TestTablesOfAnotherTime(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		dsn := fresh(t, engine)
		if db, err := Open(t.Context(), dsn, testKey); err == nil {
			db.Close()
			t.Errorf("%s: an empty place was opened", engine)
		}
		db := create(t, dsn)
		must.OK(t, db.Tx(t.Context(), func(tx *Tx) error { return tx.run(`UPDATE format SET version = $1`, format+1) }))
		if again, err := Open(t.Context(), dsn, testKey); err == nil || !strings.Contains(err.Error(), fmt.Sprint(format)) || !strings.Contains(err.Error(), fmt.Sprint(format+1)) {
			if err == nil {
				again.Close()
			}
			t.Errorf("%s: %v", engine, err)
		}
	}
}

// TestClosedStoreRefuses, and does not wait.
func TestClosedStoreRefuses(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		db, err := Create(t.Context(), fresh(t, engine), testKey)
		must.OK(t, err)
		must.Note(t, db.Close())
		if err := db.Tx(t.Context(), func(*Tx) error { return nil }); err == nil {
			t.Errorf("%s: taken", engine)
		}
	}
}
