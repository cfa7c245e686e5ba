package printer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// File is a USB printer's device file (/dev/usb/lp0), opened in Go's poller so that a
// printer that takes nothing more holds up no goroutine for ever.
type File struct{ f *os.File }

// OpenFile opens it. What is no device is refused: a picture would fill the disk.
func OpenFile(name string) (*File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	i, err := f.Stat()
	if err == nil && i.Mode()&os.ModeCharDevice == 0 {
		err = fmt.Errorf("%s is no device", name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f}, nil
}

// turn is how long one read or write waits before the context is asked again.
const turn = 100 * time.Millisecond

// Read is Port's.
func (p *File) Read(ctx context.Context, b []byte) (int, error) {
	for {
		if err := errors.Join(ctx.Err(), p.f.SetReadDeadline(time.Now().Add(turn))); err != nil {
			return 0, err
		}
		n, err := p.f.Read(b)
		if n > 0 || err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

// Write is Port's.
func (p *File) Write(ctx context.Context, b []byte) error {
	for {
		if err := errors.Join(ctx.Err(), p.f.SetWriteDeadline(time.Now().Add(turn))); err != nil {
			return err
		}
		n, err := p.f.Write(b)
		if b = b[n:]; err == nil {
			return nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
}

// Flush reads away what a printer said before it was asked.
func (p *File) Flush() error {
	if err := p.f.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		return err
	}
	var b [64]byte
	for range 64 {
		if n, err := p.f.Read(b[:]); n == 0 || err != nil {
			break
		}
	}
	return nil
}

// Close is Port's.
func (p *File) Close() error { return p.f.Close() }
