package offline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
	"multicopy.example/offline/record"
)

// An attacker puts yesterday's copy of the database back: whole, but older.
func TestAnOlderCopyPutBackIsNoticed(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(1)...)
	mustClose(t, l)
	older := must.Read(t, filepath.Join(dir, liveName, dbName))
	l = mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(2)...)
	mustClose(t, l)
	must.OK(t, os.WriteFile(filepath.Join(dir, liveName, dbName), older, 0o600))
	l = mustOpen(t, dir, testOptions())
	if a := l.Aside(); a == nil || a.Last.Seq != 8 || a.Knew != 16 {
		t.Errorf("%+v", a)
	}
}

// A forger with SQL rewrites one record and its hash. S18.
func TestTamperEveryRow(t *testing.T) {
	s := newSpecimen(t, true)
	for seq := 1; seq <= 60; seq++ {
		folder := filepath.Join(t.TempDir(), "live")
		must.OK(t, copyLedger(filepath.Join(s.dir, liveName), folder))
		line, err := open(s.records[seq-1].Bytes)
		must.OK(t, err)
		line.Time = line.Time.Add(time.Millisecond)
		b, err := record.Encode(line)
		must.OK(t, err)
		db, err := openDB(t.Context(), filepath.Join(folder, dbName), false)
		must.OK(t, err)
		h := record.Hash(b)
		_, err = db.Exec("UPDATE record SET bytes = ?, hash = ? WHERE seq = ?", b, h[:], seq)
		must.OK(t, errors.Join(err, db.Close()))
		rep, _ := examined(t, folder)
		if rep.Whole() {
			t.Errorf("record %d was rewritten and not noticed", seq)
		}
		if want := uint64(min(seq, 60)); seq < 60 && rep.Last != want {
			t.Errorf("record %d was rewritten, the chain is said to be good up to %d", seq, rep.Last)
		}
	}
}

// A watermark moved forward would make unsent records look sent.
func TestTamperedWatermarkIsNoticed(t *testing.T) {
	s := newSpecimen(t, true)
	spoil(t, s.dir)
	l := mustOpen(t, s.dir, testOptions())
	if l.Aside() == nil {
		t.Fatal("not noticed")
	}
	if n, _, _ := l.Queue(t.Context()); n != 60 { // it is not known what was sent: all go again
		t.Errorf("%d records wait", n)
	}
}

// Spoiled again and again: what was carried over once is carried over again,
// and every ledger names the one before.
func TestSpoiledThreeTimes(t *testing.T) {
	dir := crashed(t, testOptions(), append(visit(1), visit(2)[:5]...)...)
	base := verify(t, dir).Epoch
	for round := 1; round <= 3; round++ {
		// The last frame of the log is the last record.
		wal := filepath.Join(dir, liveName, walName)
		i, err := os.Stat(wal)
		must.OK(t, err)
		must.OK(t, os.Truncate(wal, i.Size()-1))
		l := mustOpen(t, dir, testOptions())
		a := l.Aside()
		if a == nil || a.Last.Epoch != base {
			t.Fatalf("round %d: %+v", round, a)
		}
		if open, _ := l.Open(t.Context()); short(open) != "asking/2" {
			t.Errorf("round %d: open %q", round, short(open))
		}
		base = l.Head().Epoch
		mustAppend(t, l, boot(), boot())
		next := filepath.Join(t.TempDir(), "next")
		copyDir(t, dir, next)
		mustClose(t, l)
		if r := mustVerify(t, dir); r.Waiting != 13+round {
			t.Errorf("round %d: %d wait", round, r.Waiting)
		}
		dir = next
	}
	if !exists(filepath.Join(dir, fmt.Sprintf(asideFormat, 3))) {
		t.Error("an earlier one is gone")
	}
}

func TestAnotherVersionIsRefusedAndLeftAlone(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	must.OK(t, must.Err(l.db.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 2", applicationID+2))))
	mustClose(t, l)
	_, err := OpenLedger(t.Context(), dir, testOptions())
	if !errors.Is(err, record.ErrVersion) || !strings.Contains(err.Error(), "format 2, this program knows format 1") {
		t.Errorf("%v", err)
	}
	wantFault(t, err)
	if newestAside(dir) != "" {
		t.Error("a newer program's ledger was set aside")
	}
	if r := verify(t, dir); r.Whole() {
		t.Error("verify believes it")
	}
}
