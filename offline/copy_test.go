package offline

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"multicopy.example/kiosk/must"
)

// A kiosk writes, tidies up, lets go of records and begins its log anew while
// an auditor looks: what is seen is the ledger of one moment.
func TestALookAtABusyLedgerIsOfOneMoment(t *testing.T) {
	dir := newDir(t)
	opt := testOptions()
	opt.Keep = -1
	l := mustOpen(t, dir, opt)
	for _, pragma := range []string{"PRAGMA synchronous = OFF", "PRAGMA wal_autocheckpoint = 60"} {
		must.OK(t, must.Err(l.db.Exec(pragma)))
	}
	stop := make(chan struct{})
	var busy sync.WaitGroup
	defer busy.Wait()
	defer close(stop)
	mustAppend(t, l, boots(3*letGo)...)
	busy.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			err := l.Append(t.Context(), boot())
			if n%20 == 0 {
				err = errors.Join(err, l.Ack(t.Context(), upTo(l, l.Head().Seq-10)))
			}
			if n%7 == 0 {
				l.tidy()
			}
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	var last uint64
	for range 40 {
		books := lookAt(t, dir)
		if b := books[0]; !b.Whole() || b.Last < last || b.Last == 0 || uint64(len(b.Records)) != b.Last-b.First+1 {
			t.Fatalf("%d to %d, %d records, %v", b.First, b.Last, len(b.Records), b.Wrong)
		} else {
			last = b.Last
		}
	}
	if moved := l.Head().Seq; moved < last {
		t.Errorf("head %d, seen %d", moved, last)
	}
}

// What the second look at the log's header is for.
func TestACopyAcrossTwoLogsIsWrong(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	live, torn := filepath.Join(dir, liveName), filepath.Join(t.TempDir(), "torn")
	mustAppend(t, l, boots(40)...)
	before, err := moment(live)
	must.OK(t, errors.Join(err, os.Mkdir(torn, dirMode), copyFile(filepath.Join(live, dbName), filepath.Join(torn, dbName))))
	l.tidy()
	mustAppend(t, l, boots(3)...)
	for _, name := range []string{walName, headName} {
		must.OK(t, copyFile(filepath.Join(live, name), filepath.Join(torn, name)))
	}
	if after, err := moment(live); err != nil || after == before {
		t.Errorf("it would not have been noticed: %v", err)
	}
	if r, _ := examined(t, torn); r.Whole() {
		t.Error("such a copy verifies: the second look is for nothing")
	}
}

// The moment is told by the log's header and the folder itself: without them
// a copy that straddles a change would pass for a ledger.
func TestALogThatBeganAnewIsAnotherMoment(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	live := filepath.Join(dir, liveName)
	now := func() stamp {
		t.Helper()
		s, err := moment(live)
		must.OK(t, err)
		return s
	}
	mustAppend(t, l, boot())
	before := now()
	mustAppend(t, l, boot())
	if now() != before {
		t.Error("an append alone is no other moment")
	}
	l.tidy() // all of the log is in the database: the next append begins it anew
	if now() != before {
		t.Error("a checkpoint alone is no other moment")
	}
	mustAppend(t, l, boot())
	began := now()
	if began == before {
		t.Error("the log began anew, unseen")
	}
	mustClose(t, l)
	closed := now()
	if closed == began {
		t.Error("closed, unseen")
	}
	l = mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	mustClose(t, l)
	if now() == closed {
		t.Error("opened, written and closed, unseen")
	}
	other := filepath.Join(t.TempDir(), "live")
	must.OK(t, errors.Join(os.Rename(live, other), os.Mkdir(live, dirMode), copyLedger(other, live)))
	copied, err := moment(live)
	if was, again := moment(other); err != nil || again != nil || copied == was {
		t.Error("another folder of the same name, unseen")
	}
}

func TestALedgerThatNeverStandsStillIsGivenUp(t *testing.T) {
	from := filepath.Join(t.TempDir(), "none")
	if err := copyRunning(t.Context(), from, filepath.Join(t.TempDir(), "to")); !errors.Is(err, ErrInUse) {
		t.Errorf("%v", err)
	}
}
