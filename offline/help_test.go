package offline

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/internal/sample"
	"multicopy.example/offline/record"
)

func TestMain(m *testing.M) {
	if job := os.Getenv("OFFLINE_TEST_CHILD"); job != "" {
		os.Exit(child(job)) // a process to be killed; kill_test.go
	}
	os.Exit(m.Run())
}

func testOptions() Options {
	return Options{Now: func() time.Time { return noon }, Key: recordsKey().PublicKey().Bytes(), IdleAfter: time.Hour}
}

// What the tests of the ledger share with those of its records, its sending and
// its exports.
var (
	noon       = sample.Noon
	boot       = sample.Boot
	visit      = sample.Visit
	recordsKey = sample.Key
	boots      = sample.Boots
	cutShort   = sample.CutShort
	short      = sample.Short
	receipt    = sample.Receipt
)

// open reads a record as the authority does.
func open(b []byte) (record.Entry, error) {
	o, err := record.NewOpener(recordsKey())
	if err != nil {
		return record.Entry{}, err
	}
	return o.Decode(b)
}

func newDir(t testing.TB) string { return filepath.Join(t.TempDir(), "ledger") }

func mustOpen(t testing.TB, dir string, opt Options) *Ledger {
	t.Helper()
	l, err := OpenLedger(t.Context(), dir, opt)
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, l.Close())
	})
	return l
}

func mustClose(t testing.TB, l *Ledger) {
	t.Helper()
	must.OK(t, l.Close())
}

func mustAppend(t testing.TB, l *Ledger, es ...kiosk.Entry) {
	t.Helper()
	for _, e := range es {
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatalf("append %v: %v", e.Kind, err)
		}
	}
}

// all reads every record that is there.
func all(t testing.TB, l *Ledger) []port.Record {
	t.Helper()
	var rs []port.Record
	for from := uint64(1); ; {
		some, err := l.Records(context.Background(), from, maxRead)
		must.OK(t, err)
		if len(some) == 0 {
			return rs
		}
		rs = append(rs, some...)
		from = some[len(some)-1].Seq + 1
	}
}

func verify(t testing.TB, dir string) Report {
	t.Helper()
	r, err := Verify(context.Background(), dir)
	must.OK(t, err)
	return r
}

func mustVerify(t testing.TB, dir string) Report {
	t.Helper()
	r := verify(t, dir)
	if !r.Whole() {
		t.Fatalf("the ledger does not verify: %v", r.Wrong)
	}
	return r
}

// copyDir copies a stopped ledger folder, files and all.
func copyDir(t testing.TB, from, to string) {
	t.Helper()
	must.OK(t, os.CopyFS(to, os.DirFS(from)))
	err := filepath.WalkDir(to, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(p, dirMode)
		}
		return os.Chmod(p, fileMode)
	})
	must.OK(t, err)
}

// crashed leaves a folder as a kill would: entries appended, SQLite's log not
// moved into the database.
func crashed(t testing.TB, opt Options, es ...kiosk.Entry) string {
	t.Helper()
	dir := newDir(t)
	l := mustOpen(t, dir, opt)
	mustAppend(t, l, es...)
	to := filepath.Join(t.TempDir(), "crashed")
	copyDir(t, dir, to)
	mustClose(t, l)
	return to
}

// upTo is an acknowledgement without a signature.
func upTo(l *Ledger, seq uint64) port.Receipt { return port.Receipt{Epoch: l.Head().Epoch, Seq: seq} }

func lookAt(t testing.TB, dir string) []Book {
	t.Helper()
	books, err := Look(context.Background(), dir)
	must.OK(t, err)
	return books
}
