package login

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
)

// stages are where the plug can be pulled in one write.
const stages = 5 // half, half, flushed, renamed, durable

// cutAt pulls the plug at the nth stage from now on.
func (r *rig) cutAt(n int) {
	r.cut = func(string) error {
		if n--; n < 0 {
			return errCut
		}
		return nil
	}
}

func TestCountNeverFallsWhereverThePlugIsPulled(t *testing.T) {
	r := commissioned(t)
	for round := range 3 * stages {
		before := r.onDisk().party[clerk].wrong
		r.running += r.Left(kiosk.Clerk)
		r.cutAt(round % stages)
		a, err := r.Count(kiosk.Clerk)
		if !errors.Is(err, errCut) || a != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if left := r.Left(kiosk.Clerk); left < Backoff(int(before)+1) {
			t.Errorf("round %d: a write that failed is no attempt, the wait is %v", round, left)
		}
		r.cut = nil
		r.start()
		if after := r.onDisk().party[clerk].wrong; after != before && after != before+1 {
			t.Fatalf("round %d: %d wrong attempts became %d", round, before, after)
		}
	}
	if r.onDisk().party[clerk].wrong < 3*2 { // renamed and durable: two in five are on disk
		t.Error("no count came through")
	}
}

// An attacker at the screen who has the plug in the other hand gets no more
// comparisons than one who waits: each costs the whole wait, and none is forgotten.
func TestBruteForceOverPowerCutsIsCounted(t *testing.T) {
	r := commissioned(t)
	var spent time.Duration
	compared := 0
	for round := 0; spent < 3*time.Hour; round++ {
		wait := r.Left(kiosk.Technician)
		r.running += wait
		spent += wait
		r.cutAt(round % 17) // before, within and after the count; in the write that would let in
		a, err := r.Count(kiosk.Technician)
		if err == nil {
			if v, _ := a.Compare(typed(techCode, fmt.Sprintf("%06d", round))); v != staff.Wrong && v != staff.ClockOff {
				// By chance one guess in a hundred fits a time far away; it lets no person in.
				t.Fatal("a guess was right or told something:", v)
			}
			compared++
			if on := int(r.onDisk().party[technician].wrong); on < compared {
				t.Fatalf("%d comparisons and a count of %d on disk", compared, on)
			}
		}
		r.cut = nil
		r.start() // the plug
		if round > 200 {
			t.Fatal("the waits do not add up")
		}
	}
	if compared > 15 {
		t.Errorf("%d comparisons in three hours", compared)
	}
}

func TestStepIsUsedUpBeforeItLetsIn(t *testing.T) {
	for stage := range stages {
		r := commissioned(t)
		code := r.shows(kiosk.Clerk, r.wall)
		a, err := r.Count(kiosk.Clerk)
		must.OK(t, err)
		r.cutAt(stage)
		if v, err := a.Compare(typed(clerkCode, code)); v != staff.Wrong || !errors.Is(err, errCut) {
			t.Fatalf("let in without the step on disk: %v, %v", v, err)
		}
		r.cut = nil
		r.wants(r.login(kiosk.Clerk, clerkCode, code), staff.Used, "the code after a write that failed")
		r.start()
		if f := r.onDisk(); f.party[clerk].wrong == 0 && f.party[clerk].used != stepOf(r.wall.Unix()) {
			t.Error("the count fell and the step is not used up")
		}
	}
}

// Without room on the disk no attempt can be counted where the file is new; later
// the second file is there, and nothing has to grow.
func TestFullDiskLetsNoAttemptThroughUncounted(t *testing.T) {
	r := commissioned(t)
	r.cut = func(string) error { return syscall.ENOSPC }
	if a, err := r.Count(kiosk.Clerk); a != nil || !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(a, err)
	}
	r.cut = nil
	files := func() map[uint64]int64 {
		all := map[uint64]int64{}
		for _, n := range []string{fileName, fileName + ".new"} {
			i, err := os.Stat(filepath.Join(r.dir, n))
			must.OK(t, err)
			all[i.Sys().(*syscall.Stat_t).Ino] = i.Size()
		}
		return all
	}
	before := files()
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.Right, "with room")
	if after := files(); len(before) != 2 || fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("a write takes new room: files %v became %v", before, after)
	}
}

func TestForeignFilesAreNotUsed(t *testing.T) {
	r := commissioned(t)
	good := r.bytes()
	name := filepath.Join(r.dir, fileName)
	put := func(t *testing.T, b []byte, mode os.FileMode) {
		t.Helper()
		must.OK(t, errors.Join(os.RemoveAll(name), os.WriteFile(name, b, mode), os.Chmod(name, mode)))
	}
	change := func(at int) []byte {
		b := append([]byte{}, good...)
		b[at] ^= 1
		return b
	}
	for what, b := range map[string][]byte{
		"empty": {}, "torn": good[:200], "longer": append(append([]byte{}, good...), 0), "another version": change(3),
		"a reserved byte": change(5), "a count": change(17), "the sum": change(fileSize - 1), "long": make([]byte, 1<<20),
	} {
		put(t, b, 0o600)
		if _, err := Open(r.config()); !errors.Is(err, ErrSpoiled) {
			t.Errorf("%s: %v", what, err)
		}
	}
	put(t, good, 0o640)
	if _, err := Open(r.config()); !errors.Is(err, ErrSpoiled) {
		t.Errorf("readable by others: %v", err)
	}
	for what, make := range map[string]func() error{
		"a folder": func() error { return os.Mkdir(name, 0o700) },
		"a pipe":   func() error { return syscall.Mkfifo(name, 0o600) },
		"a link":   func() error { return os.Symlink(filepath.Join(r.dir, fileName+".new"), name) },
	} {
		must.OK(t, errors.Join(os.RemoveAll(name), make()))
		if _, err := Open(r.config()); err == nil {
			t.Errorf("%s is read", what)
		}
	}
}

func TestFileIsItsOwnersAlone(t *testing.T) {
	r := commissioned(t)
	for _, n := range []string{fileName, fileName + ".new"} {
		if i, err := os.Stat(filepath.Join(r.dir, n)); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", n, i.Mode(), err)
		}
	}
}
