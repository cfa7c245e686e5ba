// Package process runs programs that end with this one, whatever ends it.
//
// It never gives a child more of the environment than it is told to, and never
// interprets what a child writes: standard error goes to a file, line by line
// also to the function that asks for it. Read [Start] first.
package process

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A Command says what to run.
type Command struct {
	Name  string // as it is called in messages
	Path  string
	Args  []string
	Env   []string
	Log   string            // file that receives its standard error, made anew
	Line  func(line string) // also gets every line of it, from one goroutine; may be nil
	Out   io.Writer         // standard output; nil: joins standard error
	Extra []*os.File        // further descriptors, from 3 on
}

// A Process is a started program.
type Process struct {
	Name string
	cmd  *exec.Cmd
	done chan struct{}
	err  error // valid once done is closed
}

// nursery starts every child from one thread that lives as long as we do. The
// kernel sends the parent-death signal when the *thread* that made the child
// ends (prctl(2), PR_SET_PDEATHSIG), and the threads of a Go program come and
// go.
var nursery = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

// Start runs the command. The child gets SIGKILL when this process dies, in
// whatever way.
func Start(c Command) (*Process, error) {
	log, err := os.OpenFile(c.Log, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		log.Close()
		return nil, err
	}
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = c.Env, c.Out, write, c.Extra
	if c.Out == nil {
		cmd.Stdout = write
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}

	started := make(chan error)
	nursery() <- func() { started <- cmd.Start() }
	err = <-started
	write.Close()
	if err != nil {
		read.Close()
		log.Close()
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	k := &Process{Name: c.Name, cmd: cmd, done: make(chan struct{})}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		copyLines(log, read, c.Line)
		read.Close()
		log.Close()
	}()
	go func() {
		k.err = cmd.Wait()
		select {
		case <-copied:
		case <-time.After(time.Second): // a grandchild may still hold the pipe
		}
		close(k.done)
	}()
	return k, nil
}

// maxLine is the longest line that is handed on; longer ones are cut. The file
// gets everything.
const maxLine = 16 << 10

func copyLines(log io.Writer, from io.Reader, line func(string)) {
	r := bufio.NewReaderSize(io.TeeReader(from, log), maxLine)
	for {
		b, more, err := r.ReadLine()
		if err != nil {
			return
		}
		if line != nil {
			line(string(b))
		}
		for more && err == nil {
			_, more, err = r.ReadLine()
		}
	}
}

// PID is the child's process id.
func (k *Process) PID() int { return k.cmd.Process.Pid }

// Done is closed when the child has ended and its output is in the file.
func (k *Process) Done() <-chan struct{} { return k.done }

// Running says whether the child still runs.
func (k *Process) Running() bool {
	select {
	case <-k.done:
		return false
	default:
		return true
	}
}

// Err is how the child ended; nil while it runs and after exit status 0.
func (k *Process) Err() error {
	if k.Running() {
		return nil
	}
	return k.err
}

// ErrKilled: the child did not end when it was asked to.
var ErrKilled = errors.New("did not end when asked and was killed")

// Stop asks the child to end with SIGTERM, kills it after the grace, and
// returns when it is gone. A child that ended before is no error; how it ended
// tells Err.
func (k *Process) Stop(grace time.Duration) error {
	if !k.Running() {
		return nil
	}
	k.cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may end at this very moment
	select {
	case <-k.done:
		return nil
	case <-time.After(grace):
	}
	k.cmd.Process.Kill() //nolint:errcheck // same
	<-k.done
	return fmt.Errorf("%s %w", k.Name, ErrKilled)
}

// Kill ends the child at once, as a cut of the power would.
func (k *Process) Kill() error {
	if !k.Running() {
		return nil
	}
	return k.cmd.Process.Kill()
}
