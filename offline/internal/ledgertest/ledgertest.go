// Package ledgertest opens, fills and spoils ledgers in the tests of the packages
// that are built on offline; each call fails the test where the ledger does not
// do as asked.
package ledgertest

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/internal/sample"
)

// NewDir is the name of a folder that is not there yet.
func NewDir(t testing.TB) string { return filepath.Join(t.TempDir(), "ledger") }

// Options are what the ledgers of the tests are opened with.
func Options() offline.Options {
	return offline.Options{Now: time.Now, Key: sample.Key().PublicKey().Bytes(), IdleAfter: time.Hour}
}

// Open opens the ledger in dir and closes it with the test.
func Open(t testing.TB, dir string, opt offline.Options) *offline.Ledger {
	t.Helper()
	l, err := offline.OpenLedger(t.Context(), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Close(t, l) })
	return l
}

// Close closes l; closing it twice is no error.
func Close(t testing.TB, l *offline.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// Append appends entries in their order.
func Append(t testing.TB, l *offline.Ledger, es ...kiosk.Entry) {
	t.Helper()
	for _, e := range es {
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// Verify wants the ledger in dir whole.
func Verify(t testing.TB, dir string) offline.Report {
	t.Helper()
	r, err := offline.Verify(context.Background(), dir)
	if err != nil || !r.Whole() {
		t.Fatalf("the ledger does not verify: %v, %v", err, r.Wrong)
	}
	return r
}

// All reads every record that is there.
func All(t testing.TB, l *offline.Ledger) (rs []port.Record) {
	t.Helper()
	for from := uint64(1); ; from = rs[len(rs)-1].Seq + 1 {
		some, err := l.Records(context.Background(), from, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			return rs
		}
		rs = append(rs, some...)
	}
}

// Spoil makes a stopped ledger's own row a lie, and harms nothing else.
func Spoil(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "live", "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec("UPDATE ledger SET acked = 60")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
