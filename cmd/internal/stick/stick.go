// Package stick writes a new file onto a USB stick that may hold anything: call
// [Open] with the folder where it is mounted, and [Stick.Write]. Nothing that lies on
// the stick is read, followed, written over or removed but the file that is made.
package stick

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// What is to be told to the person who put the stick in.
var (
	ErrNone = errors.New("no stick is mounted")
	ErrFull = errors.New("the stick has no room for it")
	ErrBad  = errors.New("the stick was not written, or does not give back what was written")
)

// A Stick is one that is mounted. Close lets go of it, so that it can be unmounted.
type Stick struct {
	root *os.Root

	// The kernel's, but in tests.
	free   func() (uint64, error)
	create func(name string) (file, error)
}

// A file is what os.Root makes.
type file interface {
	io.ReadWriteCloser
	io.Seeker
	Fd() uintptr
	Stat() (fs.FileInfo, error)
	Sync() error
}

// Open opens the stick that is mounted at dir. ErrNone where dir is a folder of the
// disk that dir's parent lies on: what is written there would fill the kiosk's own.
func Open(dir string) (*Stick, error) {
	if i, err := os.Lstat(dir); err != nil || !i.IsDir() { // a link could lead back to our own disk
		return nil, errors.Join(ErrNone, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(ErrNone, err)
	}
	if err := mounted(root, filepath.Dir(dir)); err != nil {
		return nil, errors.Join(ErrNone, err, root.Close())
	}
	return on(root), nil
}

// mounted compares the folder that was opened, which stays that one, with its parent.
func mounted(root *os.Root, parent string) error {
	here, err := root.Stat(".")
	if err != nil {
		return err
	}
	above, err := os.Stat(parent)
	if err != nil {
		return err
	}
	if device(here) == device(above) {
		return fmt.Errorf("%s is on the disk of %s", root.Name(), parent)
	}
	return nil
}

func device(i fs.FileInfo) uint64 {
	if s, ok := i.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Dev)
	}
	return 0
}

func on(root *os.Root) *Stick {
	s := &Stick{root: root}
	s.free = func() (n uint64, err error) {
		err = s.folder(func(f *os.File) error {
			var v unix.Statfs_t
			err := unix.Fstatfs(int(f.Fd()), &v)
			n = v.Bavail * uint64(v.Bsize)
			return err
		})
		return n, err
	}
	s.create = func(name string) (file, error) {
		return root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) // of a link too: nothing is followed
	}
	return s
}

func (s *Stick) folder(do func(*os.File) error) error {
	f, err := s.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}

// Close lets go of the stick.
func (s *Stick) Close() error { return s.root.Close() }

// Free is how many bytes may be written.
func (s *Stick) Free() (uint64, error) { return s.free() }

// Write makes the file name, for which there has to be room for need bytes, flushes
// it, reads it back from the stick, and answers with the SHA-256 of what stands there.
// Where anything goes wrong, a file that was begun is removed, as far as the stick is
// still there. Errors are ErrFull, ErrBad, the context's, or what write returned.
func (s *Stick) Write(ctx context.Context, name string, need uint64, write func(io.Writer) error) (sum [sha256.Size]byte, err error) {
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
		return sum, fmt.Errorf("%w: %q is no name of a file", ErrBad, name)
	}
	free, err := s.free()
	switch {
	case err != nil:
		return sum, bad(err)
	case free < need:
		return sum, fmt.Errorf("%w: %d bytes free, %d needed", ErrFull, free, need)
	}
	f, err := s.create(name)
	if err != nil {
		return sum, bad(err)
	}
	ours, err := f.Stat()
	if err != nil {
		return sum, errors.Join(bad(err), f.Close())
	}
	if sum, err = s.fill(ctx, f, write); err == nil {
		err = s.leads(name, ours)
	}
	if err == nil {
		return sum, nil
	}
	if s.leads(name, ours) == nil { // what another has put there meanwhile stays
		err = errors.Join(err, s.root.Remove(name), s.flush())
	}
	return [sha256.Size]byte{}, err
}

// fill writes, flushes and compares, and closes f.
func (s *Stick) fill(ctx context.Context, f file, write func(io.Writer) error) (sum [sha256.Size]byte, err error) {
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = bad(cerr)
		}
	}()
	w := &writer{ctx: ctx, to: f, sum: sha256.New()}
	if err := write(w); err != nil || w.err != nil {
		return sum, errors.Join(w.err, err)
	}
	if err := f.Sync(); err != nil {
		return sum, bad(err)
	}
	if err := s.flush(); err != nil {
		return sum, bad(err)
	}
	// Without this the kernel answers from its own memory. A stick on which it cannot
	// be done is compared as far as that goes.
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return sum, bad(err)
	}
	back := sha256.New()
	n, err := io.Copy(back, &reader{ctx, io.LimitReader(f, w.n+1)})
	switch {
	case ctx.Err() != nil:
		return sum, ctx.Err()
	case err != nil:
		return sum, bad(err)
	case n != w.n || [sha256.Size]byte(back.Sum(nil)) != [sha256.Size]byte(w.sum.Sum(nil)):
		return sum, fmt.Errorf("%w: what is read back differs", ErrBad)
	}
	return [sha256.Size]byte(w.sum.Sum(nil)), nil
}

// leads: under its name the file is found that was made.
func (s *Stick) leads(name string, ours fs.FileInfo) error {
	there, err := s.root.Lstat(name)
	if err != nil {
		return bad(err)
	}
	if !os.SameFile(ours, there) {
		return fmt.Errorf("%w: another file has its name", ErrBad)
	}
	return nil
}

// flush makes the names in the folder durable.
func (s *Stick) flush() error { return s.folder((*os.File).Sync) }

func bad(err error) error {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("%w: %w", ErrBad, err)
}

// A writer ends with its context, and keeps its own error: what stands between it and
// the caller may wrap it as it likes.
type writer struct {
	ctx context.Context
	to  io.Writer
	sum hash.Hash
	n   int64
	err error
}

func (w *writer) Write(b []byte) (int, error) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.to.Write(b)
	w.sum.Write(b[:n])
	w.n += int64(n)
	if err != nil {
		w.err = bad(err)
	}
	return n, w.err
}

// A reader ends with its context.
type reader struct {
	ctx  context.Context
	from io.Reader
}

func (r *reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(b)
}
