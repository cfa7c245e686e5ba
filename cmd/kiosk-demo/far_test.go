package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/cmd/kiosk-demo/internal/equipped"
	"multicopy.example/cmd/kiosk-demo/internal/pointed"
	"multicopy.example/devices/apdu"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// The test's own program is four others where its first argument says so: the
// firmware without a window, the firmware with one, the same on a machine that can be changed, and a reader of another process.
func TestMain(m *testing.M) {
	harness.Reexec()
	pointed.Main()
	equipped.Main()
	if len(os.Args) > 2 {
		var err error
		switch os.Args[1] {
		case "far-reader":
			err = farReader(os.Args[2], os.Stdin, os.Stdout)
		default:
			os.Exit(tests(m))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(tests(m))
}

func tests(m *testing.M) int {
	code := harness.Main(m)
	if madeFolder != "" {
		os.RemoveAll(madeFolder)
	}
	return code
}

// farReader is a process with a PN532 of which the demo knows the device's
// name and nothing else, as it is with a real one. It does what it is told, a
// line each, and says "done" and what reaches the card.
func farReader(name string, in io.Reader, out io.Writer) error {
	virtual, err := sim.NewReader()
	if err != nil {
		return err
	}
	defer virtual.Close()
	if err := virtual.Follow(name); err != nil {
		return err
	}
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, format+"\n", args...)
	}
	virtual.Watch(func(line string) { say("frame %s", line) })
	say("done")
	for lines := bufio.NewScanner(in); lines.Scan(); {
		do, what, _ := strings.Cut(lines.Text(), " ")
		switch do {
		case "lay":
			card, err := sim.LoadResident(what)
			if err != nil {
				return err
			}
			virtual.Lay(told{card, say})
		case "lift":
			virtual.Lift()
		case "pull":
			virtual.Unplug()
		case "plug":
			err = virtual.Plug()
		default:
			err = fmt.Errorf("no such order: %q", do)
		}
		if err != nil {
			return err
		}
		say("done")
	}
	return nil
}

// told is a card that says what reaches it, and never a body.
type told struct {
	*sim.Card
	say func(string, ...any)
}

func (t told) Exchange(b []byte) ([]byte, bool) {
	c, err := apdu.Parse(b)
	if err != nil {
		t.say("apdu damaged")
	} else {
		t.say("apdu %02X %02X %02X %02X %d", c.CLA, c.INS, c.P1, c.P2, len(c.Data))
	}
	return t.Card.Exchange(b)
}

// A far is farReader's process, seen from the test.
type far struct {
	t    *testing.T
	name string // of its device
	in   io.Writer
	done chan struct{}
	*process.Process

	mu    sync.Mutex
	apdus []string
}

func farAway(t *testing.T) *far {
	t.Helper()
	dir := t.TempDir()
	f := &far{t: t, name: filepath.Join(dir, "usb-reader"), done: make(chan struct{})}
	// Its orders come through a pipe that the test alone holds: it ends with it.
	read, write, err := os.Pipe()
	must.OK(t, err)
	hear, speak := io.Pipe()
	go f.listen(hear)
	self, err := os.Executable()
	must.OK(t, err)
	// The pipe is descriptor 3, which the shell makes its standard input.
	f.Process, err = process.Start(process.Command{Name: "far reader", Path: "/bin/sh", Out: speak, Extra: []*os.File{read},
		Args: []string{"-c", `exec "$0" far-reader "$1" <&3`, self, f.name}, Log: filepath.Join(dir, "far.log")})
	read.Close()
	must.OK(t, err)
	f.in = write
	t.Cleanup(func() {
		write.Close()
		must.Note(t, f.Stop(time.Minute))
		speak.Close()
	})
	f.wait()
	return f
}

func (f *far) listen(from io.Reader) {
	for lines := bufio.NewScanner(from); lines.Scan(); {
		what, rest, _ := strings.Cut(lines.Text(), " ")
		switch what {
		case "done":
			f.done <- struct{}{}
		case "apdu":
			f.mu.Lock()
			f.apdus = append(f.apdus, rest)
			f.mu.Unlock()
		}
	}
}

func (f *far) wait() {
	f.t.Helper()
	select {
	case <-f.done:
	case <-f.Done():
		f.t.Fatalf("the far reader has ended: %v", f.Err())
	case <-time.After(2 * time.Minute):
		f.t.Fatal("the far reader says nothing")
	}
}

// do tells it to do something and waits until it is done.
func (f *far) do(format string, args ...any) {
	f.t.Helper()
	must.OK(f.t, must.Err(fmt.Fprintf(f.in, format+"\n", args...)))
	f.wait()
}

// heard is what reached its cards so far.
func (f *far) heard() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.apdus...)
}

var errWait = errors.New("the screen did not come")

// limited is a context with an end before the test's own.
func limited(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeoutCause(t.Context(), 4*time.Minute, errWait)
	t.Cleanup(cancel)
	return ctx
}
