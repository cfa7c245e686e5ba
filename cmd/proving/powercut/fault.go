package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A fault is errors to come: the n-th write from now, or the n-th flush, and
// as many of the next as lasts says. A write that fails is not on the plate and
// not in the cache: what stood there stands there. A flush that fails has
// flushed nothing; what is in the cache may yet be. The kernel tells the process that
// flushes next, once, and takes the page for clean.
type fault struct {
	write, flush, lasts int
	struck              bool
}

// due counts down; a counter at 0 is off.
func (f *fault) due(n *int) bool {
	if *n == 0 {
		return false
	}
	if *n--; *n > 0 {
		return false
	}
	f.struck = true
	if f.lasts--; f.lasts > 0 {
		*n = 1
	}
	return true
}

// forGood is more often than any writer comes.
const forGood = 1 << 30

// breaks makes it fail soon: once, a few times, or from then on.
func (c *cached) breaks(r *rand.Rand) {
	f := fault{lasts: 1}
	switch r.IntN(4) {
	case 0:
		f.lasts = 2 + r.IntN(8)
	case 1:
		f.lasts = forGood
	}
	if n := 1 + r.IntN(1+r.IntN(600)); r.IntN(3) == 0 {
		f.flush = n
	} else {
		f.write = n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fails = f
}

// struck says whether any of it has come.
func (c *cached) struck() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fails.struck
}

// wholeRequests keeps a block device's requests within one of ours. A longer
// one would come in pieces, and the loop device (Linux 6.18) reports a write
// whose first piece was done and whose second failed as done.
func wholeRequests(dev uint64) error {
	return os.WriteFile(fmt.Sprintf("/sys/dev/block/%d:%d/queue/max_sectors_kb", unix.Major(dev), unix.Minor(dev)), []byte("512"), 0)
}

var errSwallowed = errors.New("the kernel swallows errors of the disk that is played here: a loss would be no one's")

// errorsAreHeard: each write that the plate refuses is refused to the process that
// wrote it, wherever it begins and however long it is. It was not always so: a
// write that began inside a page came in two requests, and an error of the
// second was lost between FUSE and the loop device. Ledgers then lost what a
// flush had vouched for, and it looked like theirs.
func errorsAreHeard(folder string) (err error) {
	dir := filepath.Join(folder, "heard")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	p := &cached{now: make([]byte, 8<<20), plate: make([]byte, 8<<20)}
	ended, err := serve(dir, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release(dir), <-ended) }()
	out, err := toolSays("losetup", "--show", "-f", fusePath(dir))
	if err != nil {
		return err
	}
	loop := strings.TrimSpace(out)
	defer func() { err = errors.Join(err, tool("losetup", "-d", loop)) }()
	fd, err := unix.Open(loop, unix.O_RDWR|unix.O_DIRECT|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", loop, err)
	}
	defer unix.Close(fd)
	var s unix.Stat_t
	if err := errors.Join(unix.Fstat(fd, &s), wholeRequests(s.Rdev)); err != nil {
		return err
	}
	return refusals(fd, p)
}

func refusals(fd int, p *cached) error {
	b := aligned(2 << 20)
	copy(b, bytes.Repeat([]byte{7}, len(b))) // pages of their own: a request of one page over and over is a short one
	for _, at := range []int64{0, 512, 1024, 4096, 7 << 10} {
		for n := sector; n <= len(b); n *= 2 {
			for nth := 1; ; nth++ {
				p.mu.Lock()
				p.fails = fault{write: nth, lasts: 1}
				p.mu.Unlock()
				_, err := unix.Pwrite(fd, b[:n], at)
				p.mu.Lock()
				failed := p.fails.struck
				p.cache, p.fails = nil, fault{}
				p.mu.Unlock()
				if !failed {
					break // it came in fewer pieces
				}
				if err == nil {
					return fmt.Errorf("%w: request %d of %d bytes at %d", errSwallowed, nth, n, at)
				}
			}
		}
	}
	return nil
}

// aligned is memory that O_DIRECT takes.
func aligned(n int) []byte {
	const page = 4096
	b := make([]byte, n+page)
	off := page - int(uintptr(unsafe.Pointer(&b[0]))%page)
	return b[off : off+n]
}
