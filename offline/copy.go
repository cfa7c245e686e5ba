package offline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// copyLedger copies the files of one ledger, so that reading them cannot
// change them: SQLite repairs, moves its log into the database and deletes
// the log, and a spoiled ledger is evidence. The head goes first: a head that
// was copied before the database cannot lead it.
func copyLedger(from, to string) error {
	if err := os.Mkdir(to, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, name := range []string{headName, dbName, walName} {
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// mostBytes bounds one file of a copy: ten times the longest queue that is let
// grow. Who looks at a folder may be root and the folder another user's.
const mostBytes = 1 << 30

// plain opens a file for reading, and neither a link nor anything that could
// wait or never end.
func plain(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if errors.Is(err, unix.ELOOP) {
		return nil, fmt.Errorf("%w: %s is a link", ErrForeign, name)
	}
	if err != nil {
		return nil, err
	}
	i, err := f.Stat()
	if err == nil && (!i.Mode().IsRegular() || i.Size() > mostBytes) {
		err = fmt.Errorf("%w: %s is %s of %d bytes", ErrForeign, name, i.Mode(), i.Size())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func copyFile(from, to string) (err error) {
	r, err := plain(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	_, err = io.Copy(w, io.LimitReader(r, mostBytes))
	return err
}

const (
	mostCopies = 50
	copyPause  = 20 * time.Millisecond
)

// copyRunning copies a ledger that may be in use, without a lock, so that
// looking at a kiosk never keeps it from serving.
//
// Why the copy is one moment's: SQLite changes the database file only by
// moving pages there that stand in its log, and leaves them standing until
// the log begins anew. So whatever pages of the database were caught half
// way, the log that is copied after it has them whole, and a half written end
// of the log has no commit. Only a log that began anew in between spoils
// this: its header has other salts then, and the copy is made again. The same
// for a folder that was renamed meanwhile.
func copyRunning(ctx context.Context, from, to string) error {
	for range mostCopies {
		before, err := moment(from)
		if err == nil {
			err = copyLedger(from, to)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if after, again := moment(from); err == nil && again == nil && after == before {
			return nil
		}
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(copyPause):
		}
	}
	return fmt.Errorf("%w: it moved on during each of %d copies", ErrInUse, mostCopies)
}

// walHeader is the length of the log's header, its salts among it.
const walHeader = 32

type stamp struct {
	dev, ino uint64
	log      string // its header; where there is none, the database's length and time of change
}

// moment is what must not change while a ledger is copied.
func moment(folder string) (s stamp, err error) {
	i, err := os.Stat(folder)
	if err != nil {
		return s, err
	}
	if sys, ok := i.Sys().(*syscall.Stat_t); ok {
		s.dev, s.ino = uint64(sys.Dev), sys.Ino
	}
	f, err := plain(filepath.Join(folder, walName))
	if errors.Is(err, fs.ErrNotExist) {
		if i, err := os.Stat(filepath.Join(folder, dbName)); err == nil {
			s.log = fmt.Sprintf("no log, %d bytes of %v", i.Size(), i.ModTime())
		}
		return s, nil
	}
	if err != nil {
		return s, err
	}
	defer f.Close()
	b := make([]byte, walHeader)
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return s, err
	}
	s.log = fmt.Sprintf("log %x", b[:n])
	return s, nil
}
