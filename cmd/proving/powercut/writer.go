package main

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk"
)

// A lane is one way to write, and how what it left is judged.
type lane struct {
	name  string
	size  int64                                          // of its disk
	write func(dir string, w way) error                  // in the writer's process; never returns nil
	look  func(dir string, p *promises) (finding, error) // after the cut
}

var lanes = []lane{
	{"ledger", 64 << 20, writeLedger, lookLedger},
	{"control", 32 << 20, writeControl, lookControl},
	{"normal", 192 << 20, writeNormal, lookNormal},
}

// A way to live, in the writer's process.
type way struct {
	r     *rand.Rand
	say   say
	rough bool // with kills and errors; mend.go
}

const smooth, rough = "smooth", "rough"

// say tells the parent something. A line is one write(2) to a pipe and shorter
// than PIPE_BUF, so it is there whole or not at all.
type say func(format string, args ...any) error

// write is the writer's process.
func write(name, seed, how string) error {
	i := slices.IndexFunc(lanes, func(l lane) bool { return l.name == name })
	n, err := strconv.ParseUint(seed, 10, 64)
	if i < 0 || err != nil || how != smooth && how != rough {
		return errors.New("this is started by powercut itself")
	}
	pipe := os.NewFile(3, "pipe")
	tell := func(format string, args ...any) error {
		if _, err := fmt.Fprintf(pipe, format+"\n", args...); err != nil {
			return fmt.Errorf("%w: %w", errPipe, err)
		}
		return nil
	}
	// The folder is the working directory: the parent names none.
	return lanes[i].write(".", way{rand.New(rand.NewPCG(n, 1)), tell, how == rough})
}

var errPipe = errors.New("no reader")

// A writer is such a process, seen from outside.
type writer struct {
	name    string
	cmd     *exec.Cmd
	stderr  strings.Builder
	reached chan struct{} // closed when it has said what start was asked to await
	ended   chan struct{} // closed when the pipe is
	lines   []string      // what it said, for a caller that has seen ended
}

// start begins a writer in the folder dir. It is never held up by a parent
// that does not listen.
func start(name, dir, how string, seed uint64, until moment) (*writer, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w := &writer{name: name, cmd: exec.Command(exe, "writer", name, strconv.FormatUint(seed, 10), how),
		reached: make(chan struct{}), ended: make(chan struct{})}
	w.cmd.Dir, w.cmd.ExtraFiles, w.cmd.Stderr = dir, []*os.File{out}, &w.stderr
	err = errors.Join(w.cmd.Start(), out.Close())
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	go w.listen(r, until)
	return w, nil
}

func (w *writer) listen(r *os.File, until moment) {
	defer close(w.ended)
	defer r.Close()
	for s := bufio.NewScanner(r); s.Scan(); {
		w.lines = append(w.lines, s.Text())
		if last := strings.HasPrefix(s.Text(), "stuck") || strings.HasPrefix(s.Text(), "wrong"); last && until.n > 0 {
			until.n = 0
			close(w.reached) // it will not get further
		}
		if until.n > 0 && strings.HasPrefix(s.Text(), until.word) {
			if until.n--; until.n == 0 {
				close(w.reached)
			}
		}
	}
}

// stop freezes the process and returns when every thread of it stands. A
// thread inside a flush comes out of it first: it is not stopped before it
// leaves the kernel.
func (w *writer) stop() error {
	pid := w.cmd.Process.Pid
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		return err
	}
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		break
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil || len(threads) == 0 {
		return fmt.Errorf("no threads: %w", err)
	}
	for _, t := range threads {
		b, err := os.ReadFile(t)
		if err != nil {
			return err
		}
		// proc(5): pid (comm) state …; comm may have spaces and brackets.
		_, state, _ := strings.Cut(string(b[strings.LastIndexByte(string(b), ')')+1:]), " ")
		if !strings.HasPrefix(state, "T") {
			return fmt.Errorf("the writer ended by itself or a thread of it does not stand: %s%s", b, w.stderr.String())
		}
	}
	return nil
}

// kill ends it and hands over every line that it said. It may be called again.
func (w *writer) kill(take func(line string) error) (err error) {
	w.cmd.Process.Kill()
	<-w.ended
	w.cmd.Wait() // "signal: killed" is what was asked for
	for _, l := range w.lines {
		err = errors.Join(err, take(l))
	}
	w.lines = nil
	return err
}

var errLine = errors.New("a line that no writer says")

// promises is what a writer was told since its disk was made.
type promises struct {
	before uint64 // the newest record that the last cut left
	last   uint64 // the newest record
	acked  uint64 // what the ledger said it had noted as acknowledged
	asked  uint64 // what it may have noted
	doing  string
	hashes map[uint64]string
	open   open

	kills, mends int      // since the last cut: killed, and opened again after an error
	errors       []string // since the last cut, those after it included
	wrongs       []string // what the writer itself saw
}

func (p *promises) take(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "do":
		p.doing, rest, _ = strings.Cut(rest, " ")
		if p.doing != "acknowledge" {
			return nil
		}
		var n uint64
		_, err := fmt.Sscan(rest, &n)
		p.asked = max(p.asked, n)
		return err
	case "killed":
		p.kills++
		return nil
	case "mended":
		p.mends++
		return nil
	case "error", "stuck":
		p.errors = append(p.errors, line)
		return nil
	case "wrong":
		p.wrongs = append(p.wrongs, rest)
		return nil
	case "noted":
		_, err := fmt.Sscan(rest, &p.acked)
		return err
	case "ok", "shows":
		return p.kept(word, rest)
	}
	return fmt.Errorf("%w: %q", errLine, line)
}

// kept takes "seq" or "seq hash kind session"; control and normal have the
// number alone. An opening may show the newest record once more; else each is
// the next one, or something was lost between two openings.
func (p *promises) kept(word, rest string) error {
	if !strings.Contains(rest, " ") {
		_, err := fmt.Sscan(rest, &p.last)
		return err
	}
	var seq uint64
	var hash, session string
	var kind int
	if _, err := fmt.Sscan(rest, &seq, &hash, &kind, &session); err != nil {
		return fmt.Errorf("%w: %q: %w", errLine, rest, err)
	}
	if word == "shows" && seq == p.last && p.hashes[seq] == hash {
		return nil
	}
	if seq != p.last+1 {
		p.wrongs = append(p.wrongs, fmt.Sprintf("after record %d it %s %d", p.last, word, seq))
	}
	p.last = seq
	p.note(seq, hash, kiosk.EntryKind(kind), session)
	return nil
}

func (p *promises) note(seq uint64, hash string, kind kiosk.EntryKind, session string) {
	if p.hashes == nil {
		p.hashes, p.open = map[uint64]string{}, open{}
	}
	p.hashes[seq] = hash
	p.open.add(kind, session)
}
