package offline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk/must"
)

func TestBelowTheFloorVisitsAreRefusedAndBegunOnesEnd(t *testing.T) {
	free := uint64(1 << 30)
	opt := testOptions()
	opt.testOnlyRoom = func() (uint64, error) { return free, nil }
	l := mustOpen(t, newDir(t), opt)
	must.OK(t, l.Room(t.Context()))
	v := visit(1)
	mustAppend(t, l, v[0])
	free = 16<<20 - 1
	for _, err := range []error{l.Room(t.Context()), l.Append(t.Context(), visit(2)[0])} {
		if !errors.Is(err, ErrFull) {
			t.Errorf("below the floor: %v", err)
		}
		wantFault(t, err)
	}
	mustAppend(t, l, v[1:]...)
	free = 16 << 20
	mustAppend(t, l, visit(2)...)
}

func TestAQueueThatIsFullRefusesVisits(t *testing.T) {
	opt := testOptions()
	opt.QueueCap = 10
	l := mustOpen(t, newDir(t), opt)
	mustAppend(t, l, visit(1)...)
	mustAppend(t, l, visit(2)...) // a begun visit is never cut
	if err := l.Append(t.Context(), visit(3)[0]); !errors.Is(err, ErrQueue) {
		t.Fatalf("%v", err)
	}
	must.OK(t, l.Ack(t.Context(), upTo(l, 8)))
	mustAppend(t, l, visit(3)...)
}

// SQLite itself says that the database is full, at every size the database
// can have. Nothing is lost, memory and disk agree, and the ledger goes on
// when there is room.
func TestDiskFull(t *testing.T) {
	for pages := 7; pages < 11; pages++ {
		t.Run(fmt.Sprint(pages, " pages"), func(t *testing.T) {
			dir := newDir(t)
			l := mustOpen(t, dir, testOptions())
			must.OK(t, must.Err(l.db.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages))))
			var kept uint64
			var full error
			for full == nil {
				if full = l.Append(t.Context(), boot()); full == nil {
					kept++
				}
				if kept > 2000 {
					t.Fatal("the disk does not fill up")
				}
			}
			if !errors.Is(full, ErrFull) {
				t.Fatalf("%v", full)
			}
			wantFault(t, full)
			if exists(filepath.Join(dir, ballastName)) {
				t.Error("the ballast was not given up first")
			}
			if l.Head().Seq != kept {
				t.Errorf("memory has %d records, %d were accepted", l.Head().Seq, kept)
			}
			if open, err := l.Open(t.Context()); err != nil || len(open) != 0 {
				t.Errorf("open: %v, %v", short(open), err)
			}
			must.OK(t, must.Err(l.db.Exec("PRAGMA max_page_count = 1000000")))
			mustAppend(t, l, boot())
			l.tidy()
			if !exists(filepath.Join(dir, ballastName)) {
				t.Error("the ballast was not laid again")
			}
			mustClose(t, l)
			if r := mustVerify(t, dir); r.Last != kept+1 {
				t.Errorf("disk has %d records, want %d", r.Last, kept+1)
			}
		})
	}
}

func TestAReadOnlyFolderIsAnErrorAndNothingIsSetAside(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(1)...)
	// The disk turns read-only under SQLite: query_only is SQLite's own word
	// for it and gives the same code.
	must.OK(t, must.Err(l.db.Exec("PRAGMA query_only = 1")))
	err := l.Append(t.Context(), boot())
	if !errors.Is(err, ErrBroken) {
		t.Fatalf("%v", err)
	}
	wantFault(t, err)
	if err := l.Append(t.Context(), boot()); !errors.Is(err, ErrBroken) {
		t.Errorf("after ErrBroken: %v", err)
	}
	mustClose(t, l)
	l = mustOpen(t, dir, testOptions())
	if l.Aside() != nil || l.Head().Seq != 8 {
		t.Errorf("aside %v, head %d", l.Aside(), l.Head().Seq)
	}
	mustAppend(t, l, boot())
}

// Another program wrote into the database: the number is taken. That is a fork,
// and the ledger does not go on.
func TestAForkStopsTheLedger(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	mustAppend(t, l, boot())
	must.OK(t, must.Err(l.db.Exec("INSERT INTO record (seq, hash, bytes) VALUES (2, x'00', x'00')")))
	if err := l.Append(t.Context(), boot()); !errors.Is(err, ErrBroken) {
		t.Fatalf("%v", err)
	}
}

func TestALostBallastIsLaidAgain(t *testing.T) {
	dir := newDir(t)
	mustClose(t, mustOpen(t, dir, testOptions()))
	must.OK(t, os.Truncate(filepath.Join(dir, ballastName), 10))
	mustClose(t, mustOpen(t, dir, testOptions()))
	i, err := os.Stat(filepath.Join(dir, ballastName))
	if err != nil || i.Size() != ballastSize {
		t.Errorf("%v, %v", i, err)
	}
}
