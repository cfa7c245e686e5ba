package serial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/tarm/serial"
	"golang.org/x/sys/unix"
)

const (
	// readTimeout is the shortest that termios has (VTIME counts tenths of a
	// second), and never zero: without one a Read blocks for ever, Close
	// blocks behind it, and the Read that is left over takes the first bytes
	// of the program that opens the port next.
	readTimeout = 100 * time.Millisecond

	// A read that ends empty does so after readTimeout. One that ends empty
	// much sooner ended because the line is gone, which answers at once and
	// for ever; several in a row, so that one odd wake-up is not believed.
	soon     = readTimeout / 4
	soonMany = 3
)

// A Port is an open serial line. Read, Write and Flush are for one goroutine;
// Close may come from another.
type Port struct {
	name string
	own  *os.File        // lock, waiting, and writes with a deadline
	raw  syscall.RawConn // own's descriptor
	line *serial.Port    // settings, and reads with the timeout above

	closing sync.Once
	closed  error
}

// Read waits for the next bytes and returns as many as there are, at least
// one: a frame may come in pieces, and one read may hold several. It ends with
// the context's error at most 100 ms after the context does, with ErrUnplugged
// where the line is gone, with os.ErrClosed after Close. An empty buf is
// answered 0, nil.
//
// It is never given to bufio or io.ReadFull: an idle tenth of a second is
// io.EOF to them, and the end.
func (p *Port) Read(ctx context.Context, buf []byte) (int, error) {
	for early := 0; len(buf) > 0; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		began := time.Now()
		if err := p.waitForBytes(began.Add(readTimeout)); errors.Is(err, os.ErrDeadlineExceeded) {
			early = 0
			continue
		} else if err != nil {
			return 0, fmt.Errorf("serial: read %s: %w: %w", p.name, os.ErrClosed, err)
		}
		n, err := p.line.Read(buf)
		switch {
		case n > 0:
			return n, nil
		case errors.Is(err, os.ErrClosed):
			return 0, fmt.Errorf("serial: read %s: %w", p.name, err)
		case err != nil && !errors.Is(err, io.EOF):
			return 0, fmt.Errorf("serial: read %s: %w: %w", p.name, ErrUnplugged, err)
		case time.Since(began) >= soon:
			early = 0
		default:
			if early++; early == soonMany {
				return 0, fmt.Errorf("serial: read %s: %w", p.name, ErrUnplugged)
			}
		}
	}
	return 0, nil
}

// waitForBytes waits in Go's poller. The library's Read could wait as well,
// but it keeps a thread meanwhile and, until the runtime notices, one of the
// few processors of a small board. A line that is gone counts as readable.
func (p *Port) waitForBytes(until time.Time) error {
	if err := p.own.SetReadDeadline(until); err != nil {
		return err
	}
	return p.raw.Read(func(fd uintptr) bool {
		one := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(one[:], 0)
		return n > 0 || err != nil && err != unix.EINTR
	})
}

// Write writes all of b or fails: with the context's error at most 100 ms
// after the context ends, with ErrUnplugged where the line is gone. It keeps
// no copy of b. A line that is not drained (a stuck USB bridge) would block
// the library's own Write without bound, so this one has a deadline.
func (p *Port) Write(ctx context.Context, b []byte) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.own.SetWriteDeadline(time.Now().Add(readTimeout)); err != nil {
			return fmt.Errorf("serial: write %s: %w: %w", p.name, os.ErrClosed, err)
		}
		n, err := p.own.Write(b)
		if b = b[n:]; err == nil {
			return nil
		}
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded): // ask the context again
		case errors.Is(err, os.ErrClosed):
			return fmt.Errorf("serial: write %s: %w", p.name, err)
		default:
			return fmt.Errorf("serial: write %s: %w: %w", p.name, ErrUnplugged, err)
		}
	}
}

// Flush throws away what was received and not read. What was written still
// goes out, which the library's own Flush would stop too.
func (p *Port) Flush() error {
	var flushed error
	err := p.raw.Control(func(fd uintptr) { flushed = unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCIFLUSH) })
	switch {
	case err != nil:
		return fmt.Errorf("serial: flush %s: %w: %w", p.name, os.ErrClosed, err)
	case flushed != nil:
		return fmt.Errorf("serial: flush %s: %w: %w", p.name, ErrUnplugged, flushed)
	}
	return nil
}

// Close gives the port back: its two descriptors and the lock. It waits for a
// Read in progress at most 100 ms. Closing again answers what the first did.
func (p *Port) Close() error {
	p.closing.Do(func() { p.closed = errors.Join(p.line.Close(), p.own.Close()) })
	return p.closed
}
