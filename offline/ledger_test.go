package offline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// The loop's interface (kiosk/run/port.go), which this package may not import.
var _ interface {
	Append(context.Context, kiosk.Entry) error
	Open(context.Context) ([]kiosk.Entry, error)
} = (*Ledger)(nil)

func TestLinesComeBackAsTheyWereWritten(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	want := append([]kiosk.Entry{boot()}, visit(1)...)
	mustAppend(t, l, want...)
	check := func(l *Ledger) {
		t.Helper()
		rs := all(t, l)
		if len(rs) != len(want) {
			t.Fatalf("%d records, want %d", len(rs), len(want))
		}
		var prev [32]byte
		for i, r := range rs {
			line, err := open(r.Bytes)
			must.OK(t, err)
			if line.Entry != want[i] || !line.Time.Equal(noon) {
				t.Errorf("record %d is %+v, want %+v", i+1, line, want[i])
			}
			if r.Seq != uint64(i+1) || r.Prev != prev || r.Hash != record.Hash(r.Bytes) || r.Epoch != l.Head().Epoch {
				t.Errorf("record %d does not follow", i+1)
			}
			prev = r.Hash
		}
		if h := l.Head(); h.Seq != uint64(len(want)) || h.Hash != prev {
			t.Errorf("head is %d", h.Seq)
		}
		if !l.Latest().Equal(noon) {
			t.Errorf("latest time is %v", l.Latest())
		}
	}
	check(l)
	mustClose(t, l)
	r := mustVerify(t, dir)
	if r.First != 1 || r.Last != 9 || r.Waiting != 9 || len(r.Open) != 0 || r.Head.Seq != 9 {
		t.Errorf("report %+v", r)
	}
	again := mustOpen(t, dir, testOptions())
	if again.Aside() != nil {
		t.Errorf("set aside: %v", again.Aside().Reason)
	}
	check(again)
}

func TestOpenIntentsAfterEveryLineOfAVisit(t *testing.T) {
	want := []string{"trying/2", "", "", "asking/2", "writing/2", "", "", ""}
	for i := range want {
		dir := newDir(t)
		l := mustOpen(t, dir, testOptions())
		mustAppend(t, l, visit(1)...)
		mustAppend(t, l, visit(2)[:i+1]...)
		for round := range 2 { // in memory, and from the disk, where only headers can be read
			open, err := l.Open(t.Context())
			must.OK(t, err)
			if short(open) != want[i] {
				t.Errorf("after %v: open %q, want %q", visit(2)[i].Kind, short(open), want[i])
			}
			was := visit(2)[i]
			if round == 1 {
				was.Flow, was.Act = kiosk.NoFlow, kiosk.NoAct
			}
			if len(open) == 1 && open[0] != was {
				t.Errorf("the intent is %+v, was %+v", open[0], was)
			}
			mustClose(t, l)
			l = mustOpen(t, dir, testOptions())
		}
	}
}

func TestTwoVisitsCutShortAreBothOpenOldestFirst(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	mustAppend(t, l, visit(1)[:5]...)
	mustAppend(t, l, visit(2)[:1]...)
	mustAppend(t, l, visit(3)...)
	open, err := l.Open(t.Context())
	must.OK(t, err)
	if short(open) != "writing/1 trying/2" {
		t.Errorf("open: %s", short(open))
	}
	mustAppend(t, l, visit(1)[5])
	if open, _ := l.Open(t.Context()); short(open) != "trying/2" {
		t.Errorf("open: %s", short(open))
	}
}

func TestTheSecondOpenerIsToldSo(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	if _, err := OpenLedger(t.Context(), dir, testOptions()); !errors.Is(err, ErrInUse) {
		t.Errorf("second opener: %v", err)
	}
	mustAppend(t, l, boot()) // and the first is none the worse
}

func TestAFolderThatIsNotOursIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string) error{
		"folder open to others":   func(_ *testing.T, dir string) error { return os.Chmod(dir, 0o755) },
		"database open to others": func(_ *testing.T, dir string) error { return os.Chmod(filepath.Join(dir, liveName, dbName), 0o644) },
		"live is a file": func(_ *testing.T, dir string) error {
			return errors.Join(os.RemoveAll(filepath.Join(dir, liveName)), os.WriteFile(filepath.Join(dir, liveName), nil, 0o600))
		},
		"live is a link": func(t *testing.T, dir string) error {
			to := filepath.Join(t.TempDir(), "elsewhere")
			return errors.Join(os.Rename(filepath.Join(dir, liveName), to), os.Symlink(to, filepath.Join(dir, liveName)))
		},
		"database is a folder": func(_ *testing.T, dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, liveName, dbName)), os.Mkdir(filepath.Join(dir, liveName, dbName), 0o700))
		},
		"head is a link": func(_ *testing.T, dir string) error {
			h := filepath.Join(dir, liveName, headName)
			return errors.Join(os.Remove(h), os.Symlink("/dev/null", h))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := newDir(t)
			mustClose(t, mustOpen(t, dir, testOptions()))
			must.OK(t, spoil(t, dir))
			_, err := OpenLedger(t.Context(), dir, testOptions())
			if !errors.Is(err, ErrForeign) {
				t.Errorf("%v", err)
			}
			wantFault(t, err)
		})
	}
	if _, err := OpenLedger(t.Context(), filepath.Join(t.TempDir(), "no", "parent"), testOptions()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no parent: %v", err)
	} else {
		wantFault(t, err)
	}
}

func wantFault(t *testing.T, err error) {
	t.Helper()
	var f port.Fault
	if !errors.As(err, &f) || f != port.Fault(kiosk.MsgLedger) {
		t.Errorf("not E-LGR: %v", err)
	}
}

func TestFilesAreClosedToOthers(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	seen := 0
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		seen++
		return own(p, d.IsDir())
	})
	if err != nil || seen != 7 { // folder, two ballasts, live, ledger.db, ledger.db-wal, head
		t.Errorf("%d files, %v", seen, err)
	}
}

func TestEverySettingIsTheOneMeasured(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	mustAppend(t, l, boot())
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "locking_mode": "exclusive", "page_size": "4096",
		"auto_vacuum": "2", "wal_autocheckpoint": "0", "cell_size_check": "1", "trusted_schema": "0",
	} {
		var got string
		if err := l.db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
	if exists(l.live(dbName + "-shm")) {
		t.Error("there is a shared memory file: WAL was entered before EXCLUSIVE")
	}
}

func TestAnEntryOutsideItsListsIsRefusedAndNothingIsWritten(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	good := visit(1)[4]
	for name, f := range map[string]func(*kiosk.Entry){
		"kind 0":    func(e *kiosk.Entry) { e.Kind = 0 },
		"kind":      func(e *kiosk.Entry) { e.Kind = record.LastKind + 1 },
		"flow":      func(e *kiosk.Entry) { e.Flow = 6 },
		"act":       func(e *kiosk.Entry) { e.Act = 3 },
		"role":      func(e *kiosk.Entry) { e.Role = kiosk.Clerk },
		"task":      func(e *kiosk.Entry) { e.Task = kiosk.StaffPrint },
		"outcome":   func(e *kiosk.Entry) { e.Outcome = 4 },
		"before":    func(e *kiosk.Entry) { e.Before = -2 },
		"after":     func(e *kiosk.Entry) { e.After = 16 },
		"word":      func(e *kiosk.Entry) { e.Message = 255 },
		"next word": func(e *kiosk.Entry) { e.Message = kiosk.Message(len(kiosk.Messages()) + 1) },
	} {
		e := good
		f(&e)
		err := l.Append(t.Context(), e)
		if !errors.Is(err, record.ErrEntry) {
			t.Errorf("%s: %v", name, err)
		}
		wantFault(t, err)
	}
	if l.Head().Seq != 0 {
		t.Errorf("%d records were written", l.Head().Seq)
	}
	mustAppend(t, l, good)
}

func TestAClosedLedgerSaysSo(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	mustClose(t, l)
	mustClose(t, l)
	if err := l.Append(t.Context(), boot()); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	if _, err := l.Open(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}

func TestAnEndedContextWritesNothing(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := l.Append(ctx, boot())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	wantFault(t, err)
	if l.Head().Seq != 0 {
		t.Error("a record was written")
	}
}

// A disk that hangs holds the write, not the caller; when it comes back,
// memory has what the disk has.
func TestADiskThatHangsLetsTheCallerGo(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	opt := testOptions()
	opt.testOnlyStep = func(name string) {
		if name == "append: before the record" {
			select {
			case held <- struct{}{}:
				<-release
			default:
			}
		}
	}
	dir := newDir(t)
	l := mustOpen(t, dir, opt)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-held; cancel() }()
	for {
		err := l.Append(ctx, boot())
		if errors.Is(err, ErrLate) {
			wantFault(t, err)
			break
		}
		must.OK(t, err)
	}
	before := l.Head().Seq
	close(release)
	mustAppend(t, l, boot()) // waits for its turn
	if got := l.Head().Seq; got != before+2 {
		t.Errorf("head %d, want %d", got, before+2)
	}
	mustClose(t, l)
	if r := mustVerify(t, dir); r.Last != before+2 {
		t.Errorf("disk has %d records", r.Last)
	}
}

func TestTimeIsAFieldAndNeverAnOrder(t *testing.T) {
	clock := []time.Duration{0, -10 * 365 * 24 * time.Hour, 10 * 365 * 24 * time.Hour, -time.Hour}
	i := 0
	opt := testOptions()
	opt.Now = func() time.Time { i++; return noon.Add(clock[(i-1)%len(clock)]) }
	dir := newDir(t)
	l := mustOpen(t, dir, opt)
	mustAppend(t, l, visit(1)...)
	if want := noon.Add(clock[2]); !l.Latest().Equal(want) {
		t.Errorf("latest %v, want %v", l.Latest(), want)
	}
	mustClose(t, l)
	mustVerify(t, dir)
	l = mustOpen(t, dir, opt)
	if want := noon.Add(clock[2]); !l.Latest().Equal(want) {
		t.Errorf("latest after opening %v, want %v", l.Latest(), want)
	}
	if _, oldest, err := l.Queue(t.Context()); err != nil || oldest < 0 {
		t.Errorf("oldest %v, %v", oldest, err)
	}
}
