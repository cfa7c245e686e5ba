package login

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// disk is the file in its folder. A write is whole or did not happen: the bytes go
// into a second file, are flushed, and the two change their names at once; then the
// folder is flushed. The second file stays, as long as the first, so that a write
// needs no room: on a full disk staff can log in.
type disk struct {
	name string
	step func(string) error // nil outside of tests
}

func (d disk) spare() string { return d.name + ".new" }

// cut is where a test pulls the plug.
func (d disk) cut(where string) error {
	if d.step == nil {
		return nil
	}
	return d.step(where)
}

// read is the file, and an empty one where there is none. One that others may read,
// that is no regular file, or that is longer, is not read.
func (d disk) read() (file, error) {
	f, err := os.OpenFile(d.name, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return file{}, nil
	}
	if err != nil {
		return file{}, err
	}
	defer f.Close()
	i, err := f.Stat()
	switch {
	case err != nil:
		return file{}, err
	case !i.Mode().IsRegular() || i.Mode().Perm()&0o077 != 0:
		return file{}, fmt.Errorf("%w: mode %v, must be a file of its owner alone", ErrSpoiled, i.Mode())
	}
	b, err := io.ReadAll(io.LimitReader(f, fileSize+1))
	if err != nil {
		return file{}, err
	}
	return decode(b)
}

func (d disk) write(next file) error {
	if err := d.fill(next.encode()); err != nil {
		return err
	}
	if err := d.cut("flushed"); err != nil {
		return err
	}
	if err := d.swap(); err != nil {
		return err
	}
	if err := d.cut("renamed"); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(d.name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close(), d.cut("durable"))
}

// fill writes over the spare file, in the room that it has.
func (d disk) fill(b []byte) (err error) {
	f, err := os.OpenFile(d.spare(), os.O_WRONLY|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	half := len(b) / 2
	for i, part := range [][]byte{b[:half], b[half:]} {
		if _, err := f.WriteAt(part, int64(i*half)); err != nil {
			return err
		}
		if err := d.cut("half"); err != nil {
			return err
		}
	}
	return errors.Join(f.Chmod(0o600), f.Truncate(fileSize), f.Sync())
}

// swap gives each file the other's name. The first time, or where the file system
// cannot, the old one goes, and the next write needs room.
func (d disk) swap() error {
	err := unix.Renameat2(unix.AT_FDCWD, d.spare(), unix.AT_FDCWD, d.name, unix.RENAME_EXCHANGE)
	if err == nil {
		return nil
	}
	return os.Rename(d.spare(), d.name)
}
