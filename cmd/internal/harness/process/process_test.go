package process

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

func start(t *testing.T, c Command) *Process {
	t.Helper()
	c.Log = filepath.Join(t.TempDir(), "log")
	k, err := Start(c)
	must.OK(t, err)
	t.Cleanup(func() { k.Stop(0) })
	return k
}

func TestAChildThatIgnoresUsIsKilled(t *testing.T) {
	ready := make(chan string, 1)
	k := start(t, Command{Name: "deaf", Path: "/bin/sh", Line: func(l string) { ready <- l },
		Args: []string{"-c", `trap "" TERM; echo ready >&2; while :; do sleep 1; done`}})
	<-ready
	if err := k.Stop(50 * time.Millisecond); !errors.Is(err, ErrKilled) {
		t.Errorf("stop said %v, want %v", err, ErrKilled)
	}
	if k.Running() {
		t.Error("it still runs")
	}
}

// The parent here is this test binary run once more: it starts a child, says
// its number, and is killed without a chance to clean up.
func TestAChildDiesWithItsParent(t *testing.T) {
	if dir := os.Getenv("CHILD_TEST_PARENT"); dir != "" {
		k, err := Start(Command{Name: "sleeper", Path: "/bin/sleep", Args: []string{"600"}, Log: filepath.Join(dir, "inner")})
		must.OK(t, err)
		os.Stderr.WriteString("pid " + strconv.Itoa(k.PID()) + "\n")
		select {}
	}
	self, err := os.Executable()
	must.OK(t, err)
	pid := make(chan string, 1)
	parent := start(t, Command{Name: "parent", Path: self, Args: []string{"-test.run=^TestAChildDiesWithItsParent$"},
		Env: append(os.Environ(), "CHILD_TEST_PARENT="+t.TempDir()),
		Line: func(l string) {
			if p, ok := strings.CutPrefix(l, "pid "); ok {
				pid <- p
			}
		}})
	child := "/proc/" + <-pid
	if _, err := os.Stat(child); err != nil {
		t.Fatalf("the child was not alive before its parent died: %v", err)
	}
	must.OK(t, parent.cmd.Process.Kill())
	<-parent.Done()
	for deadline := time.Now().Add(10 * time.Second); ; {
		stat, err := os.ReadFile(child + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return // gone, or waiting for init to notice
		}
		if time.Now().After(deadline) {
			t.Fatal("the child outlived its parent")
		}
		runtime.Gosched()
	}
}

func TestEveryLineArrivesAndALongOneIsCut(t *testing.T) {
	var lines []string
	k := start(t, Command{Name: "talker", Path: "/bin/sh", Line: func(l string) { lines = append(lines, l) },
		Args: []string{"-c", `echo one >&2; head -c 100000 /dev/zero | tr '\0' x >&2; echo >&2; echo two`}})
	<-k.Done()
	if len(lines) != 3 || lines[0] != "one" || lines[2] != "two" || len(lines[1]) > maxLine {
		t.Errorf("got %d lines, the second of %d bytes", len(lines), len(lines[min(1, len(lines)-1)]))
	}
	must.Note(t, k.Err())
}

func TestAProgramThatIsNotThereIsNamed(t *testing.T) {
	_, err := Start(Command{Name: "kiosk", Path: "/nowhere/kiosk", Log: filepath.Join(t.TempDir(), "log")})
	if err == nil || !strings.Contains(err.Error(), "kiosk") {
		t.Errorf("start said %v", err)
	}
}
