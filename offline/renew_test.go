package offline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
)

// files are the inodes of a ledger's database and log, 0 where there is none.
func files(t *testing.T, dir string) (db, log uint64) {
	t.Helper()
	inode := func(name string) uint64 {
		i, err := os.Stat(filepath.Join(dir, liveName, name))
		if err != nil {
			return 0
		}
		return i.Sys().(*syscall.Stat_t).Ino
	}
	return inode(dbName), inode(walName)
}

// What the kernel's cache shows of a file in which an error was is not what the
// disk has, and writing it again does not mend that.
func TestAfterAKillTheLedgerIsInNewFiles(t *testing.T) {
	dir := crashed(t, testOptions(), visit(1)...)
	db, log := files(t, dir)
	if log == 0 {
		t.Fatal("the crash left no log")
	}
	l := mustOpen(t, dir, testOptions())
	if newDB, newLog := files(t, dir); newDB == db || newLog == log {
		t.Errorf("the same files: database %d, %d, log %d, %d", db, newDB, log, newLog)
	}
	if l.Aside() != nil || l.Head().Seq != 8 || exists(filepath.Join(dir, beginName)) {
		t.Errorf("aside %v, head %d, begin/ there: %t", l.Aside(), l.Head().Seq, exists(filepath.Join(dir, beginName)))
	}
	mustAppend(t, l, boot())
	db, _ = files(t, dir)
	mustClose(t, l)
	mustOpen(t, dir, testOptions())
	if again, _ := files(t, dir); again != db {
		t.Error("a ledger that was closed cleanly was copied")
	}
}

// SQLite's closing would make a checkpoint into a file where an error was,
// delete the log that has it right, and report to no process how it ended.
func TestABrokenLedgerKeepsItsLogAndIsOpenedInNewFiles(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(1)...)
	must.OK(t, must.Err(l.db.Exec("PRAGMA query_only = 1")))
	if err := l.Append(t.Context(), boot()); !errors.Is(err, ErrBroken) {
		t.Fatal(err)
	}
	db, log := files(t, dir)
	mustClose(t, l)
	if _, kept := files(t, dir); kept != log || log == 0 {
		t.Fatalf("the log was %d and is %d", log, kept)
	}
	l = mustOpen(t, dir, testOptions())
	if again, _ := files(t, dir); again == db || l.Head().Seq != 8 {
		t.Errorf("database %d, %d; head %d", db, again, l.Head().Seq)
	}
}

// Where there is no room for two, the log is flushed where it lies: the same
// bytes, and nothing else of the ledger is touched. That a ledger on a disk
// without a free byte opens after a cut is powercut's to show (-full).
func TestALogFlushedWhereItLiesIsTheSame(t *testing.T) {
	dir := crashed(t, testOptions(), append(visit(1), visit(2)...)...)
	path := filepath.Join(dir, liveName, walName)
	before, err := os.ReadFile(path)
	if err != nil || len(before) < 10*4120 {
		t.Fatalf("%d bytes, %v", len(before), err)
	}
	must.OK(t, flushAgain(path))
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the log is another: %d bytes, then %d, %v", len(before), len(after), err)
	}
	for err, want := range map[error]bool{unix.ENOSPC: true, unix.EDQUOT: true, unix.EINVAL: true, unix.ENOSYS: true, unix.EIO: false, unix.EROFS: false, nil: false} {
		if got := noRoomForTwo(err); got != want {
			t.Errorf("%v: %t", err, got)
		}
	}
}

// The disk fails under a checkpoint: the line that caused it was promised
// before and stays; nothing more is promised by this opening.
func TestACheckpointThatFailsBreaksTheLedgerAndTakesNothing(t *testing.T) {
	dir := newDir(t)
	c := command("checkpoint", 0, dir)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v %s", err, stderr.String())
	}
	seq, _ := promised(t, out)
	if r := mustVerify(t, dir); r.Last != seq || seq < 600 {
		t.Errorf("promised %d, here %d", seq, r.Last)
	}
}

// childCheckpoint lets no file grow beyond the database as it is (RLIMIT_FSIZE:
// the kernel refuses the checkpoint's write and nothing before it), and goes on
// until that is felt.
func childCheckpoint(dir string) error {
	ctx := context.Background()
	signal.Ignore(unix.SIGXFSZ)
	l, err := OpenLedger(ctx, dir, testOptions())
	if err != nil {
		return err
	}
	for range 600 {
		if err := say(l, l.Append(ctx, boot())); err != nil {
			return err
		}
	}
	l.tidy()
	if err := l.usable(); err != nil {
		return err
	}
	i, err := os.Stat(l.live(dbName))
	if err != nil {
		return err
	}
	var old unix.Rlimit
	err = errors.Join(unix.Getrlimit(unix.RLIMIT_FSIZE, &old),
		unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: uint64(i.Size()), Max: old.Max}))
	for n := 0; err == nil && n < 30; n++ { // the log began anew and is far from the limit
		err = say(l, l.Append(ctx, boot()))
	}
	if err != nil {
		return err
	}
	l.commits = mostCommits - 1
	if err := say(l, l.Append(ctx, boot())); err != nil {
		return fmt.Errorf("it was in the log already: %w", err)
	}
	if err := l.Append(ctx, boot()); !errors.Is(err, ErrBroken) {
		return fmt.Errorf("after a checkpoint that failed the next line ended with %v", err)
	}
	if err := errors.Join(unix.Setrlimit(unix.RLIMIT_FSIZE, &old), l.Close()); err != nil {
		return err
	}
	if l, err = OpenLedger(ctx, dir, testOptions()); err != nil {
		return err
	}
	return errors.Join(say(l, l.Append(ctx, boot())), l.Close())
}
