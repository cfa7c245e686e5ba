package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"multicopy.example/kiosk/must"
)

// old makes a database with the tables of an older format.
func old(t *testing.T, dsn, file string, rows ...string) {
	t.Helper()
	text := must.Read(t, file)
	db, err := pool(t.Context(), dsn)
	must.OK(t, err)
	defer db.Close()
	all := string(text) + strings.Join(rows, ";\n")
	if IsPostgres(dsn) {
		all = strings.ReplaceAll(inPostgres.Replace(all), "x'", `'\x`)
	}
	must.OK(t, must.Err(db.Exec(all)))
}

// shape is every column and every index of a database.
func shape(t *testing.T, db *DB) (all []string) {
	t.Helper()
	query := `SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk FROM sqlite_schema m, pragma_table_xinfo(m.name) c`
	if db.group == nil {
		query = `SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns WHERE table_schema = 'public'
			UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'`
	}
	rows, err := db.sql.Query(query)
	must.OK(t, err)
	defer rows.Close()
	for rows.Next() {
		var s string
		must.OK(t, rows.Scan(&s))
		all = append(all, s)
	}
	if err := rows.Err(); err != nil || len(all) < 80 {
		t.Fatalf("%d columns and indexes, %v", len(all), err)
	}
	slices.Sort(all)
	return all
}

func TestOlderDatabasesAreBroughtToThisFormat(t *testing.T) {
	const kiosk, ledger = `INSERT INTO kiosks (name, revoked, flows) VALUES ('k', 1, 'PU')`,
		`INSERT INTO ledgers VALUES ('k', CAST('0123456789abcdef' AS BLOB), NULL, 7, CAST('0123456789abcdef0123456789abcdef' AS BLOB))`
	t.Run("3", func(t *testing.T) {
		isBrought(t, "testdata/format3.sql", `INSERT INTO format VALUES (3)`, kiosk, ledger)
	})
	for _, f := range []string{"6", "7", "8", "9", "10", "11", "12", "13", "14"} {
		t.Run(f, func(t *testing.T) {
			isBrought(t, "testdata/format"+f+".sql", `INSERT INTO format VALUES (`+f+`)`, kiosk, ledger,
				`INSERT INTO certificates VALUES ('k', CAST('its only one' AS BLOB), '', CAST('' AS BLOB), 4, 0)`)
		})
	}
}

// isBrought makes a database of an older format, with a kiosk that is revoked, and opens it.
func isBrought(t *testing.T, file string, rows ...string) {
	onEach(t, func(t *testing.T, new *DB) {
		engine := "sqlite"
		if new.group == nil {
			engine = "postgres"
		}
		dsn := fresh(t, engine)
		old(t, dsn, file, rows...)
		for range 2 { // the second finds nothing to do
			db, err := Open(t.Context(), dsn, testKey)
			must.OK(t, err)
			err = db.Tx(t.Context(), func(tx *Tx) error {
				k, err := tx.Ask("k", 5, Hash{}, ID{}, nil)
				if err == nil && (!k.Revoked || k.Flows != "PU" || k.Asked == 0 || k.State != Unknown) {
					t.Errorf("%+v", k)
				}
				of, cerr := tx.Certificates("k") // revoked: what it comes with is not its first
				if len(of) != 1 || of[0].State != RevokedCert {
					t.Errorf("%+v", of)
				}
				return errors.Join(err, cerr)
			})
			must.Note(t, err)
			if got, want := shape(t, db), shape(t, new); !slices.Equal(got, want) {
				t.Errorf("has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			must.Note(t, db.Close())
		}
	})
}

// TestANewerDatabaseIsRefusedWithBothFormats, and nothing in it is changed.
func TestANewerDatabaseIsRefusedWithBothFormats(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		was := shape(t, db)
		err := db.Tx(t.Context(), func(tx *Tx) error {
			return errors.Join(tx.run(`DROP TABLE enrolments`), tx.run(`UPDATE format SET version = $1`, format+1))
		})
		must.OK(t, err)
		err = db.check(t.Context())
		if want := fmt.Sprintf("of format %d, this program knows %d", format+1, format); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if is := shape(t, db); len(is) >= len(was) {
			t.Error("a table was made in it")
		}
	})
}

// TestProcessesThatStartAtOnceBringOneDatabaseToThisFormat: each comes up.
func TestProcessesThatStartAtOnceBringOneDatabaseToThisFormat(t *testing.T) {
	dsn := fresh(t, "postgres")
	old(t, dsn, "testdata/format3.sql", `INSERT INTO format VALUES (3)`, `INSERT INTO kiosks VALUES ('k', 1, 'PU')`)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			db, err := Open(t.Context(), dsn, testKey)
			if err != nil {
				t.Error(err)
				return
			}
			must.Note(t, db.Close())
		})
	}
	all.Wait()
}

// TestABatchReadsNoMoreForManyLedgers: what a batch asks is found by a whole key,
// or is cut off after so many rows, also with 100,000 ledgers of one record each.
func TestABatchReadsNoMoreForManyLedgers(t *testing.T) {
	db := create(t, fresh(t, "sqlite"))
	const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) `
	for _, s := range []string{
		many + `INSERT INTO ledgers SELECT 'k', CAST(printf('%016d', i) AS BLOB), CAST(printf('%032d', -i) AS BLOB), 1, CAST(printf('%032d', i) AS BLOB) FROM n`,
		many + `INSERT INTO records SELECT 'k', CAST(printf('%016d', i) AS BLOB), 1, zeroblob(32), CAST(printf('%032d', i) AS BLOB), x'00', '', 1 FROM n`,
		`ANALYZE`,
	} {
		must.OK(t, must.Err(db.sql.Exec(s)))
	}
	err := db.Tx(t.Context(), func(tx *Tx) error {
		clear(db.group.stmts) // of this batch alone
		epoch, hash := ID([]byte(fmt.Sprintf("%016d", 777))), Hash([]byte(fmt.Sprintf("%032d", 777)))
		for _, ask := range []func() (any, error){
			func() (any, error) { return tx.Known("k", epoch, 1, 50) },
			func() (any, error) { return tx.HasHash("k", hash) },
			func() (any, error) { return tx.HasBehind("k", epoch, 0) },
			func() (any, error) { return tx.HasLedger("k", epoch) },
			func() (any, error) { return tx.Told("k", epoch) },
			func() (any, error) { return tx.OtherLedger("k", ID{}) },
			func() (any, error) { return tx.LedgerBehind("k", Hash{}, ID{}) },
			func() (any, error) { return tx.LedgerUpTo("k", hash, ID{}) },
			func() (any, error) { return tx.IsAside("k", Record{}) },
			func() (any, error) { return tx.Fewer(Ledgers, "k", 10) },
		} {
			if _, err := ask(); err != nil && err != ErrNone {
				return err
			}
		}
		return nil
	})
	must.OK(t, err)
	for query := range db.group.stmts {
		if !strings.HasPrefix(query, "SELECT") {
			continue
		}
		for _, plan := range plans(t, db.sql, query) {
			whole := strings.Count(plan, "=?") >= 2
			if inner := strings.HasPrefix(plan, "CO-ROUTINE") || strings.HasPrefix(plan, "SCAN few"); !inner && !whole && !strings.Contains(query, "LIMIT") {
				t.Errorf("%s\n\t%s", query, plan)
			}
			if strings.HasPrefix(plan, "SCAN") && plan != "SCAN few" {
				t.Errorf("%s\n\t%s", query, plan)
			}
		}
	}
	for query, index := range map[string]string{"hash = $2 LIMIT 1": "records_hash", "base = $2": "ledgers_base", "AND hash = $2 AND epoch": "ledgers_hash"} {
		found := false
		for q := range db.group.stmts {
			found = found || strings.Contains(q, query) && strings.Contains(strings.Join(plans(t, db.sql, q), "\n"), index)
		}
		if !found {
			t.Errorf("%s is not found by %s", query, index)
		}
	}
}

func plans(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	args := make([]any, strings.Count(query, "$"))
	rows, err := db.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	must.OK(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must.OK(t, rows.Scan(&id, &parent, &unused, &detail))
		all = append(all, detail)
	}
	return all
}
