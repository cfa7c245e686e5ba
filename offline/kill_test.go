package offline

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// A kill cannot be played inside one process: the lock, the driver and the
// kernel's cache have to live through it. So these tests start their own
// binary again (TestMain), let it work on a folder, and kill it. What this
// proves is recovery; that a line survives a power cut is SQLite's
// synchronous=FULL, and is tested where power can be cut.

// child is the other process. It says "ok <seq>" on its standard output after
// every append that returned nil, so that nothing can be promised unseen.
func child(job string) int {
	name, rest, _ := strings.Cut(job, " ")
	arg, dir, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(arg)
	if err != nil {
		return 3
	}
	switch name {
	case "live":
		err = childLive(dir, n)
	case "endless":
		err = childEndless(dir)
	case "limit":
		err = childLimit(dir, uint64(n))
	case "checkpoint":
		err = childCheckpoint(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func say(l *Ledger, err error) error {
	if err == nil {
		fmt.Println("ok", l.Head().Seq)
	}
	return err
}

// childLive does everything a ledger can do and kills itself at the k-th
// durable step; with 0 it lives and says how many there were.
func childLive(dir string, k int) error {
	ctx := context.Background()
	steps := 0
	opt := testOptions()
	opt.Keep = -1
	opt.testOnlyStep = func(string) {
		if steps++; steps == k {
			unix.Kill(os.Getpid(), unix.SIGKILL)
			select {} // the signal is on its way
		}
	}
	l, err := OpenLedger(ctx, dir, opt)
	if err != nil {
		return err
	}
	for _, e := range append([]kiosk.Entry{boot()}, visit(9)...) {
		if err := say(l, l.Append(ctx, e)); err != nil {
			return err
		}
	}
	l.tidy()
	for sent := 0; ; sent++ {
		batch, err := l.Unsent(ctx, 3)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			break
		}
		if sent == 1 {
			err = l.SetAside(ctx, batch[0].Epoch, batch[0].Seq, "a test")
		} else {
			err = l.Ack(ctx, receipt(batch[len(batch)-1]))
		}
		if err != nil {
			return err
		}
	}
	if err := say(l, l.Append(ctx, boot())); err != nil {
		return err
	}
	fmt.Println("steps", steps)
	return l.Close()
}

func childEndless(dir string) error {
	l, err := OpenLedger(context.Background(), dir, testOptions())
	for n := byte(0); err == nil; n++ {
		for _, e := range visit(n) {
			if err = say(l, l.Append(context.Background(), e)); err != nil {
				break
			}
		}
	}
	return err
}

// childLimit appends until the kernel refuses to let a file grow beyond limit
// (RLIMIT_FSIZE: a write error at an exact byte), then lives on.
func childLimit(dir string, limit uint64) error {
	ctx := context.Background()
	signal.Ignore(unix.SIGXFSZ)
	l, err := OpenLedger(ctx, dir, testOptions())
	if err != nil {
		return err
	}
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: old.Max}); err != nil {
		return err
	}
	for err == nil {
		err = say(l, l.Append(ctx, boot()))
	}
	if !errors.Is(err, ErrBroken) && !errors.Is(err, ErrFull) {
		return fmt.Errorf("the write error came as %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := l.Close(); err != nil {
		return err
	}
	if l, err = OpenLedger(ctx, dir, testOptions()); err != nil {
		return err
	}
	if l.Aside() != nil {
		return fmt.Errorf("set aside: %w", l.Aside().Reason)
	}
	if err := say(l, l.Append(ctx, boot())); err != nil {
		return err
	}
	return l.Close()
}

func command(job string, n int, dir string) *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	c := exec.Command(exe)
	c.Env = append(os.Environ(), fmt.Sprintf("OFFLINE_TEST_CHILD=%s %d %s", job, n, dir))
	return c
}

// promised is the last seq that the child was promised, and steps what it
// counted.
func promised(t *testing.T, out []byte) (seq uint64, steps int) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fmt.Sscanf(line, "ok %d", &seq)
		fmt.Sscanf(line, "steps %d", &steps)
	}
	return seq, steps
}

func TestKilledAtEveryStep(t *testing.T) {
	c := command("live", 0, newDir(t))
	out, err := c.Output()
	_, steps := promised(t, out)
	if err != nil || steps < 40 {
		t.Fatalf("%v, %d steps", err, steps)
	}
	for k := 1; k <= steps; k++ {
		dir := newDir(t)
		var stderr bytes.Buffer
		c := command("live", k, dir)
		c.Stderr = &stderr
		out, err := c.Output()
		if s, ok := c.ProcessState.Sys().(interface{ Signaled() bool }); !ok || !s.Signaled() {
			t.Fatalf("step %d: the child was not killed: %v %s", k, err, stderr.String())
		}
		seq, _ := promised(t, out)
		afterKill(t, k, dir, seq)
	}
	t.Logf("killed at each of %d steps", steps)
}

// afterKill opens what a kill left and finishes the visit.
func afterKill(t *testing.T, k int, dir string, promised uint64) {
	t.Helper()
	opt := testOptions()
	opt.Keep = -1
	l, err := OpenLedger(t.Context(), dir, opt)
	if err != nil {
		t.Fatalf("step %d: %v", k, err)
	}
	if l.Aside() != nil {
		t.Fatalf("step %d: set aside: %v", k, l.Aside().Reason)
	}
	seq := l.Head().Seq
	if seq < promised || seq > promised+1 {
		t.Errorf("step %d: %d records were promised and %d are here", k, promised, seq)
	}
	script := append([]kiosk.Entry{boot()}, visit(9)...)
	want := ""
	if seq > 0 && seq <= 9 {
		switch e := script[seq-1]; e.Kind {
		case kiosk.EntryTrying, kiosk.EntryAsking, kiosk.EntryWriting:
			want = short([]kiosk.Entry{e})
		}
	}
	open, err := l.Open(t.Context())
	if err != nil || short(open) != want {
		t.Errorf("step %d: after record %d open is %q, want %q (%v)", k, seq, short(open), want, err)
	}
	for _, e := range open { // as the loop does at start
		mustAppend(t, l, kiosk.Entry{Kind: kiosk.EntryTried, Session: e.Session, Before: -1, After: -1, Outcome: kiosk.Unknown})
		mustAppend(t, l, kiosk.Entry{Kind: kiosk.EntryOutcome, Session: e.Session, Before: -1, After: -1, Outcome: kiosk.Unknown})
	}
	if open, _ := l.Open(t.Context()); len(open) != 0 {
		t.Errorf("step %d: reported twice: %s", k, short(open))
	}
	mustClose(t, l)
	r := mustVerify(t, dir)
	if len(r.Open) != 0 || r.After != nil {
		t.Errorf("step %d: %+v", k, r)
	}
}

// The same while a spoiled ledger is set aside and its successor made: from
// every step the same end is reached, with nothing carried over twice.
func TestKilledAtEveryStepOfSettingAside(t *testing.T) {
	spoiled := crashed(t, testOptions(), append(visit(1), visit(2)[:5]...)...)
	must.OK(t, os.Truncate(filepath.Join(spoiled, liveName, walName), 32+9*4120+100))
	steps := 1
	for k := 0; k <= steps; k++ {
		dir := filepath.Join(t.TempDir(), "ledger")
		copyDir(t, spoiled, dir)
		out, _ := command("live", k, dir).Output()
		seq, counted := promised(t, out)
		if k == 0 {
			if steps = counted; steps < 40 {
				t.Fatalf("%d steps", steps)
			}
			continue
		}
		l, err := OpenLedger(t.Context(), dir, testOptions())
		if err != nil {
			t.Fatalf("step %d: %v", k, err)
		}
		if got := l.Head().Seq; got < seq || got > seq+1 {
			t.Errorf("step %d: %d promised, %d here", k, seq, got)
		}
		if open, _ := l.Open(t.Context()); !strings.HasPrefix(short(open)+" ", "trying/2 ") {
			t.Errorf("step %d: open is %q; the carried-over intent is missing", k, short(open))
		}
		mustClose(t, l)
		r := mustVerify(t, dir)
		if r.After == nil || r.After.Seq != 9 || r.Base != r.After.Hash {
			t.Errorf("step %d: names %+v", k, r.After)
		}
		if exists(filepath.Join(dir, fmt.Sprintf(asideFormat, 2))) {
			t.Errorf("step %d: set aside twice", k)
		}
	}
}

func TestKilledAtAnyMoment(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	dir := newDir(t)
	var before uint64
	for round := range 6 {
		c := command("endless", 0, dir)
		out, err := c.StdoutPipe()
		must.OK(t, err)
		must.OK(t, c.Start())
		var seq uint64
		lines := bufio.NewScanner(out)
		for want := 1 + r.IntN(60); want > 0 && lines.Scan(); want-- {
			fmt.Sscanf(lines.Text(), "ok %d", &seq)
		}
		must.OK(t, c.Process.Kill())
		for lines.Scan() { // what it was promised before the kill reached it
			fmt.Sscanf(lines.Text(), "ok %d", &seq)
		}
		c.Wait()
		rep := mustVerify(t, dir)
		if seq <= before || rep.Last < seq || rep.Last > seq+1 || rep.First != 1 {
			t.Fatalf("round %d: promised %d, here are %d to %d", round, seq, rep.First, rep.Last)
		}
		before = rep.Last
	}
}

func TestAWriteErrorAtEveryByteOfARecord(t *testing.T) {
	// The log begins with 32 bytes; a frame is 24 and a page. The first
	// commit of an opening restarts the log, so these bytes are in the third.
	for _, into := range []int{0, 1, 23, 24, 25, 2000, 4096, 4119} {
		dir := newDir(t)
		limit := 32 + 2*4120 + into
		c := command("limit", limit, dir)
		var stderr bytes.Buffer
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("limit %d: %v %s", limit, err, stderr.String())
		}
		seq, _ := promised(t, out)
		if r := mustVerify(t, dir); r.Last != seq || seq < 2 {
			t.Errorf("limit %d: promised %d, here %d", limit, seq, r.Last)
		}
	}
}
