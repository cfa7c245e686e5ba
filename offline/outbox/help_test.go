package outbox

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
	"multicopy.example/offline/internal/sample"
)

var (
	boot     = sample.Boot
	visit    = sample.Visit
	boots    = sample.Boots
	cutShort = sample.CutShort
	short    = sample.Short
	receipt  = sample.Receipt
)

func testConfig() Config {
	return Config{Key: sample.Key().PublicKey().Bytes(), Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
}

func newDir(t testing.TB) string { return filepath.Join(t.TempDir(), "ledger") }

func testOptions() offline.Options {
	return offline.Options{Now: time.Now, Key: sample.Key().PublicKey().Bytes(), IdleAfter: time.Hour}
}

func mustOpen(t testing.TB, dir string, opt offline.Options) *offline.Ledger {
	t.Helper()
	l, err := offline.OpenLedger(t.Context(), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustClose(t, l) })
	return l
}

func mustClose(t testing.TB, l *offline.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

func mustAppend(t testing.TB, l *offline.Ledger, es ...kiosk.Entry) {
	t.Helper()
	for _, e := range es {
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func mustVerify(t testing.TB, dir string) offline.Report {
	t.Helper()
	r, err := offline.Verify(context.Background(), dir)
	if err != nil || !r.Whole() {
		t.Fatalf("the ledger does not verify: %v, %v", err, r.Wrong)
	}
	return r
}

// all reads every record that is there.
func all(t testing.TB, l *offline.Ledger) (rs []kiosk.Record) {
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

// wantDoubts wants just these records in doubt.
func wantDoubts(t *testing.T, l *offline.Ledger, want ...uint64) {
	t.Helper()
	records, err := l.Doubts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []uint64
	for _, r := range records {
		got = append(got, r.Seq)
	}
	if !slices.Equal(got, want) {
		t.Errorf("in doubt: %v, want %v", got, want)
	}
}

// spoil makes a stopped ledger's own row a lie, and harms nothing else.
func spoil(t *testing.T, dir string) {
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
