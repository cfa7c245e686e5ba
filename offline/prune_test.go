package offline

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// asideAgain spoils the live ledger of a stopped folder and opens it.
func asideAgain(t *testing.T, dir string, opt Options) *Ledger {
	t.Helper()
	spoil(t, dir)
	l := mustOpen(t, dir, opt)
	if l.Aside() == nil {
		t.Fatal("not set aside")
	}
	return l
}

// drain acknowledges everything, as an authority that is there again.
func drain(t *testing.T, l *Ledger) {
	t.Helper()
	for {
		some, err := l.Unsent(t.Context(), 50)
		must.OK(t, err)
		if len(some) == 0 {
			return
		}
		must.OK(t, l.Ack(t.Context(), receipt(some[len(some)-1])))
	}
}

// A disk spoils ledger after ledger while the authority cannot be reached:
// nothing goes. When it has everything, the oldest go, and the log says so.
func TestSetAsideLedgersDoNotFillTheDisk(t *testing.T) {
	dir := newDir(t)
	var log bytes.Buffer
	opt := testOptions()
	opt.Log = slog.New(slog.NewTextHandler(&log, nil))
	mustClose(t, mustOpen(t, dir, opt))
	const rounds = keepAside + 3
	for range rounds {
		l := asideAgain(t, dir, opt)
		mustAppend(t, l, boot())
		mustClose(t, l)
	}
	if all, _ := asides(dir); len(all) != rounds {
		t.Fatalf("%d ledgers are left of %d, and the authority has nothing", len(all), rounds)
	}
	l := mustOpen(t, dir, opt)
	drain(t, l)
	if len(lookAt(t, dir)) != rounds+1 {
		t.Error("let go in the middle of the day")
	}
	mustClose(t, l)
	l = mustOpen(t, dir, opt)
	all, _ := asides(dir)
	if len(all) != keepAside || filepath.Base(all[0]) != fmt.Sprintf(asideFormat, rounds-keepAside+1) {
		t.Errorf("left: %q", all)
	}
	if n := strings.Count(log.String(), "is let go"); n != rounds-keepAside || !strings.Contains(log.String(), "folder=aside-0001") {
		t.Errorf("told %d times:\n%s", n, log.String())
	}
	mustClose(t, l)
	// The number of one that is gone is not given again: the next is the newest.
	l = asideAgain(t, dir, opt)
	if got := filepath.Base(l.Aside().Folder); got != fmt.Sprintf(asideFormat, rounds+1) {
		t.Errorf("set aside as %s", got)
	}
	if r := mustVerifyBooks(t, dir); len(r[0].Receipts) == 0 {
		t.Error("what the authority signed of the old ones is gone")
	}
}

func mustVerifyBooks(t *testing.T, dir string) []Book {
	t.Helper()
	books := lookAt(t, dir)
	if !books[0].Whole() {
		t.Fatal(books[0].Wrong)
	}
	return books
}

// An act that an earlier ledger began and that has no outcome keeps them all.
func TestAnOpenActKeepsWhatWasSetAside(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(1)[:5]...)
	mustClose(t, l)
	for range keepAside + 2 {
		l = asideAgain(t, dir, testOptions())
		drain(t, l)
		mustClose(t, l)
	}
	l = mustOpen(t, dir, testOptions())
	if all, _ := asides(dir); len(all) != keepAside+2 || l.open.carried.len()+l.open.own.len() != 1 {
		t.Errorf("%d are left, %d open", len(all), l.open.carried.len()+l.open.own.len())
	}
}

func TestKilledAtEveryStepOfLettingGo(t *testing.T) {
	dir := newDir(t)
	mustClose(t, mustOpen(t, dir, testOptions()))
	for range keepAside + 2 {
		mustClose(t, asideAgain(t, dir, testOptions()))
	}
	before, _ := asides(dir)
	if len(before) != keepAside {
		t.Fatalf("%q: nothing is owed, and they are bounded", before)
	}
	for range 2 { // as an older program left it
		next, err := nextAside(dir)
		must.OK(t, errors.Join(err, copyLedger(before[0], next)))
	}
	for k := 1; k <= 5; k++ { // two steps for each of two, and one behind them
		at := filepath.Join(t.TempDir(), "ledger")
		copyDir(t, dir, at)
		if out, err := command("live", k, at).Output(); err == nil {
			t.Fatalf("step %d: not killed: %s", k, out)
		}
		l := mustOpen(t, at, testOptions())
		if all, _ := asides(at); len(all) != keepAside || exists(filepath.Join(at, scratchName)) {
			t.Errorf("step %d: left %q", k, all)
		}
		mustAppend(t, l, boot())
		mustClose(t, l)
	}
}

// Two disks' worth of bad luck: what the first ledger owed was carried into a
// second one that then was lost whole. Only the first one's folder has it.
func TestLedgerThatAloneHoldsUnsentRecordsIsKept(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, append(visit(1), visit(2)...)...)
	mustClose(t, l)
	l = asideAgain(t, dir, testOptions())
	if n, _, err := l.Queue(t.Context()); n != 16 || err != nil {
		t.Fatalf("%d were carried over, %v", n, err)
	}
	mustClose(t, l)
	must.OK(t, os.Remove(filepath.Join(dir, liveName, dbName)))
	for range keepAside + 3 {
		l = mustOpen(t, dir, testOptions())
		mustAppend(t, l, boot())
		drain(t, l)
		mustClose(t, l)
		spoil(t, dir)
	}
	l = mustOpen(t, dir, testOptions())
	drain(t, l)
	mustClose(t, l)
	mustClose(t, mustOpen(t, dir, testOptions())) // nothing is owed
	all, err := asides(dir)
	if err != nil || len(all) != keepAside+1 || filepath.Base(all[0]) != "aside-0001" {
		t.Fatalf("left: %q, %v", all, err)
	}
	if b := lookAt(t, all[0]); len(b[0].Records) != 16 {
		t.Errorf("%d records are left", len(b[0].Records))
	}
}
