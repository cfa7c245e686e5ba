package firmware

import (
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// waiting is how many lines of the log wait at most for what takes them.
const waiting = 1024

// flushes is how long the end of the program waits for the lines that still wait.
const flushes = time.Second

// Apart writes to a log whose other end may stand still, or have no room: a pipe that is
// not read, a journal that hangs, a full disk. The program does not wait for it: what finds
// no place among the lines that wait is counted, and the count is told when the log
// takes lines again. flush waits for those that wait, for a second at most.
func Apart(log io.Writer) (to io.Writer, flush func()) {
	a := &apart{log: log, lines: make(chan []byte, waiting), done: make(chan struct{})}
	go a.write()
	return a, a.flush
}

type apart struct {
	log   io.Writer
	lines chan []byte // an empty one is the last
	done  chan struct{}
	lost  atomic.Int64
}

// Write never fails and never waits.
func (a *apart) Write(line []byte) (int, error) {
	select {
	case a.lines <- bytes.Clone(line):
	default:
		a.lost.Add(1)
	}
	return len(line), nil
}

func (a *apart) write() {
	defer close(a.done)
	for line := range a.lines {
		if len(line) == 0 {
			return
		}
		if n := a.lost.Swap(0); n > 0 {
			if _, err := fmt.Fprintf(a.log, "level=WARN msg=\"lines of the log were lost\" lines=%d\n", n); err != nil {
				a.lost.Add(n)
			}
		}
		if _, err := a.log.Write(line); err != nil {
			a.lost.Add(1)
		}
	}
}

func (a *apart) flush() {
	limit := time.After(flushes)
	select {
	case a.lines <- nil:
	case <-limit:
		return
	}
	select {
	case <-a.done:
	case <-limit:
	}
}
