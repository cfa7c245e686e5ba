package stick

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
)

// lying is a stick in a folder of a test, which is not mounted.
func lying(t *testing.T) (*Stick, string) {
	t.Helper()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	must.OK(t, err)
	s := on(root)
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

func text(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must.OK(t, err)
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestFileIsOnTheStickWithItsDigest(t *testing.T) {
	s, dir := lying(t)
	b := bytes.Repeat([]byte("record "), 100_000)
	sum, err := s.Write(t.Context(), "export.age", uint64(len(b)), text(b))
	if err != nil || sum != sha256.Sum256(b) {
		t.Fatalf("%v, %x", err, sum)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "export.age")); err != nil || !bytes.Equal(got, b) {
		t.Errorf("%v, %d bytes", err, len(got))
	}
	if n, err := s.Free(); err != nil || n == 0 {
		t.Errorf("%d, %v", n, err)
	}
}

// Where nothing is mounted the kiosk's own disk would be filled.
func TestFolderWithoutAStickIsRefused(t *testing.T) {
	dir := t.TempDir()
	link, plain := filepath.Join(dir, "link"), filepath.Join(dir, "file")
	must.OK(t, errors.Join(os.Symlink("/dev/shm", link), os.WriteFile(plain, nil, 0o600)))
	for _, at := range []string{dir, link, plain, filepath.Join(dir, "none"), "/"} {
		if s, err := Open(at); !errors.Is(err, ErrNone) {
			t.Errorf("%s: %v, %v", at, s, err)
		}
	}
	s, err := Open("/dev/shm") // a memory disk of its own on every Linux
	must.OK(t, err)
	must.Note(t, s.Close())
}

// What an attacker has put on the stick stays as it is, and is not followed.
func TestWhatLiesOnTheStickIsNeitherFollowedNorTouched(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	must.OK(t, os.WriteFile(outside, []byte("ours"), 0o600))
	for what, plant := range map[string]func(at string) error{
		"a file":             func(at string) error { return os.WriteFile(at, []byte("planted"), 0o600) },
		"a link to our file": func(at string) error { return os.Symlink(outside, at) },
		"a link to nothing":  func(at string) error { return os.Symlink(outside+"2", at) },
		"a link to itself":   func(at string) error { return os.Symlink(filepath.Base(at), at) },
		"a link to a device": func(at string) error { return os.Symlink("/dev/full", at) },
		"a hard link":        func(at string) error { return os.Link(outside, at) },
		"a folder":           func(at string) error { return os.Mkdir(at, 0o700) },
		"a pipe":             func(at string) error { return unix.Mkfifo(at, 0o600) },
		"a file of a petabyte": func(at string) error {
			f, err := os.Create(at)
			if err != nil {
				return err
			}
			return errors.Join(f.Truncate(1<<42), f.Close())
		},
	} {
		dir := filepath.Join(filepath.Dir(outside), strings.ReplaceAll(what, " ", "-"))
		if err := errors.Join(os.Mkdir(dir, 0o700), plant(filepath.Join(dir, "export.age"))); err != nil {
			t.Fatal(what, err)
		}
		before, err := os.Lstat(filepath.Join(dir, "export.age"))
		must.OK(t, err)
		root, err := os.OpenRoot(dir)
		must.OK(t, err)
		s := on(root)
		if _, err := s.Write(t.Context(), "export.age", 1, text([]byte("x"))); !errors.Is(err, ErrBad) {
			t.Errorf("%s: %v", what, err)
		}
		after, err := os.Lstat(filepath.Join(dir, "export.age"))
		if err != nil || !os.SameFile(before, after) || before.Size() != after.Size() || before.Mode() != after.Mode() {
			t.Errorf("%s is another: %v", what, err)
		}
		_ = s.Close()
	}
	if b, err := os.ReadFile(outside); string(b) != "ours" {
		t.Errorf("a file outside of the stick: %q, %v", b, err)
	}
	if _, err := os.Lstat(outside + "2"); err == nil {
		t.Error("a link to nothing was followed")
	}
}

func TestStrangeNamesAreNoHindrance(t *testing.T) {
	s, dir := lying(t)
	for _, n := range []string{"..x", "-rf", "a\nb", "\x1b[2J", "日本語", strings.Repeat("n", 255), "%n%s", " "} {
		must.OK(t, os.WriteFile(filepath.Join(dir, n), []byte("there"), 0o600))
	}
	before := names(t, dir)
	must.Note(t, must.Err(s.Write(t.Context(), "export.age", 1, text([]byte("x")))))
	if got := slices.DeleteFunc(names(t, dir), func(n string) bool { return n == "export.age" }); !slices.Equal(got, before) {
		t.Errorf("%q, was %q", got, before)
	}
}

func TestNameThatLeadsElsewhereIsRefused(t *testing.T) {
	s, dir := lying(t)
	for _, n := range []string{"", ".", "..", "../x", "a/b", "/etc/passwd", "x/"} {
		if _, err := s.Write(t.Context(), n, 1, text([]byte("x"))); !errors.Is(err, ErrBad) {
			t.Errorf("%q: %v", n, err)
		}
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("%q was made", got)
	}
}

// A faulty file fails like a stick: full, pulled, read-only, or with a chip that
// forgets.
type faulty struct {
	*os.File
	room   int   // bytes until Write fails …
	write  error // … with this
	sync   error
	read   error
	change bool // it gives back another byte
	cut    bool // it gives back one byte less
}

func (f *faulty) Write(b []byte) (int, error) {
	if f.write == nil || len(b) <= f.room {
		f.room -= len(b)
		return f.File.Write(b)
	}
	n, _ := f.File.Write(b[:f.room])
	f.room = 0
	return n, f.write
}

func (f *faulty) Sync() error {
	if f.cut {
		i, err := f.File.Stat()
		if err != nil {
			return err
		}
		return f.File.Truncate(i.Size() - 1)
	}
	return errors.Join(f.sync, f.File.Sync())
}

func (f *faulty) Read(b []byte) (int, error) {
	if f.read != nil {
		return 0, f.read
	}
	n, err := f.File.Read(b)
	if f.change && n > 0 {
		b[n-1] ^= 1
	}
	return n, err
}

func TestHalfWrittenFileIsRemoved(t *testing.T) {
	oops := errors.New("the ledger was not read")
	b := bytes.Repeat([]byte("x"), 1<<20)
	for what, c := range map[string]struct {
		fault faulty
		free  uint64
		write func(io.Writer) error
		want  error
	}{
		"too small":               {free: 100, want: ErrFull},
		"full in the middle":      {fault: faulty{room: 1000, write: unix.ENOSPC}, want: ErrFull},
		"over the quota":          {fault: faulty{write: unix.EDQUOT}, want: ErrFull},
		"pulled in the middle":    {fault: faulty{room: 1000, write: unix.EIO}, want: ErrBad},
		"pulled before the flush": {fault: faulty{sync: unix.EIO}, want: ErrBad},
		"pulled before reading":   {fault: faulty{read: unix.EIO}, want: ErrBad},
		"gives back other bytes":  {fault: faulty{change: true}, want: ErrBad},
		"gives back less":         {fault: faulty{cut: true}, want: ErrBad},
		"nothing to write":        {write: func(io.Writer) error { return oops }, want: oops},
		"ends in the middle": {write: func(w io.Writer) error {
			_, err := w.Write(b)
			return errors.Join(err, oops)
		}, want: oops},
	} {
		s, dir := lying(t)
		create := s.create
		s.create = func(name string) (file, error) {
			f, err := create(name)
			c.fault.File, _ = f.(*os.File)
			return &c.fault, err
		}
		if c.free > 0 {
			s.free = func() (uint64, error) { return c.free, nil }
		}
		write := text(b)
		if c.write != nil {
			write = c.write
		}
		if sum, err := s.Write(t.Context(), "export.age", uint64(len(b)), write); !errors.Is(err, c.want) || sum != [32]byte{} {
			t.Errorf("%s: %v, %x", what, err, sum)
		}
		if got := names(t, dir); len(got) != 0 {
			t.Errorf("%s: %q is left", what, got)
		}
	}
}

func TestReadOnlyStickIsRefused(t *testing.T) {
	s, _ := lying(t)
	s.create = func(string) (file, error) { return nil, fmt.Errorf("open: %w", unix.EROFS) }
	if _, err := s.Write(t.Context(), "export.age", 1, text([]byte("x"))); !errors.Is(err, ErrBad) || !errors.Is(err, unix.EROFS) {
		t.Error(err)
	}
	s.free = func() (uint64, error) { return 0, unix.EIO }
	if _, err := s.Write(t.Context(), "export.age", 1, text([]byte("x"))); !errors.Is(err, ErrBad) {
		t.Error(err)
	}
}

// The ten minutes end, or the limit of the act is over: in the middle of writing, and
// of reading back.
func TestWriteEndsWithItsContext(t *testing.T) {
	for _, late := range []bool{false, true} {
		s, dir := lying(t)
		ctx, cancel := context.WithCancel(t.Context())
		create := s.create
		s.create = func(name string) (file, error) {
			f, err := create(name)
			real, _ := f.(*os.File)
			return &ending{real, cancel, late}, err
		}
		_, err := s.Write(ctx, "export.age", 2, func(w io.Writer) error {
			for range 2 {
				if _, err := w.Write([]byte("x")); err != nil {
					return err
				}
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) || len(names(t, dir)) != 0 {
			t.Errorf("late %v: %v, %q", late, err, names(t, dir))
		}
	}
}

// An ending file is where the context ends.
type ending struct {
	*os.File
	end  func()
	late bool
}

func (f *ending) Write(b []byte) (int, error) {
	if !f.late {
		f.end()
	}
	return f.File.Write(b)
}

func (f *ending) Sync() error {
	f.end()
	return f.File.Sync()
}

// A file that another program puts under our name meanwhile is not ours to remove.
func TestFileThatTookOurNameStays(t *testing.T) {
	s, dir := lying(t)
	_, err := s.Write(t.Context(), "export.age", 1, func(w io.Writer) error {
		at := filepath.Join(dir, "export.age")
		_, err := w.Write([]byte("x"))
		return errors.Join(err, os.Rename(at, at+".moved"), os.WriteFile(at, []byte("planted"), 0o600))
	})
	if b, rerr := os.ReadFile(filepath.Join(dir, "export.age")); !errors.Is(err, ErrBad) || string(b) != "planted" {
		t.Errorf("%v; %q, %v", err, b, rerr)
	}
}
