// Package replace puts a file in another's place: who reads it, also after a power cut, finds the one or the other and
// never a part. Call [File.Durable] for what has to be there after the power has come back, [File.Flushed] where
// that may still be the file before, and [File.Loose] for what is of use while the machine runs and no longer.
package replace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// File is one that is replaced. What is written lies beside it, under its name and ".new", until it takes its place.
type File struct {
	Name string
	Mode fs.FileMode
	Step func(string) error // nil outside of tests: what a cut does between two steps
}

// Durable writes it, and the disk keeps it.
func (f File) Durable(b []byte) error {
	if err := f.Flushed(b); err != nil {
		return err
	}
	return Folder(filepath.Dir(f.Name))
}

// Flushed writes it whole. Which of the two a power cut leaves is certain once [Folder] has returned.
func (f File) Flushed(b []byte) error { return f.replace(b, (*os.File).Sync) }

// Loose writes it and does not wait for the disk, which wears out: after a power cut it may be empty.
func (f File) Loose(b []byte) error { return f.replace(b, func(*os.File) error { return nil }) }

func (f File) replace(b []byte, flush func(*os.File) error) error {
	file, err := f.begin()
	if err != nil {
		return err
	}
	if err := errors.Join(f.fill(file, b), flush(file)); err != nil {
		return errors.Join(err, file.Close(), os.Remove(f.beside()))
	}
	if err := errors.Join(f.cut("written"), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.beside(), f.Name); err != nil {
		return err
	}
	return f.cut("renamed")
}

// Ready reports whether it could be written.
func (f File) Ready() error {
	file, err := f.begin()
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(f.beside()))
}

func (f File) beside() string { return f.Name + ".new" }

func (f File) begin() (*os.File, error) {
	// What a power cut left there is of no use, and a link there leads elsewhere.
	if err := os.Remove(f.beside()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(f.beside(), os.O_WRONLY|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW, f.Mode)
}

func (f File) fill(file *os.File, b []byte) error {
	half := len(b) / 2
	for _, part := range [][]byte{b[:half], b[half:]} {
		if _, err := file.Write(part); err != nil {
			return err
		}
		if err := f.cut("half"); err != nil {
			return err
		}
	}
	return nil
}

func (f File) cut(where string) error {
	if f.Step == nil {
		return nil
	}
	return f.Step(where)
}

// Folder makes durable what was renamed or removed in it.
func Folder(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
