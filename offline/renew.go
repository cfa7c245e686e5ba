package offline

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// renew writes a ledger that was not closed cleanly into new files, before
// what it shows is believed. A clean closing leaves no log of SQLite's;
// after a kill or an error what is read is the kernel's cache, and that may know
// more than the disk:
//
//   - A kill between write and flush: the record is in the cache alone. Sent to
//     the authority and then taken by a power cut, its number would come again
//     with another hash.
//   - A flush that failed, of which a killed process can have known nothing.
//     Linux tells of it once and takes the pages for clean; to flush them again
//     does nothing and succeeds. Records put behind such a hole are flushed,
//     promised, and out of reach after a power cut, since SQLite reads its log
//     up to the first frame that does not fit.
//   - The same, and the pages are written once more: that does not mend it.
//     Where the flush that failed was the first of a block, ext4 has noted on
//     the disk that the block was never written and in memory that it was; what
//     is written there later is flushed without an error and read as zeros
//     after a restart (Linux 6.18; powercut --cache --errors shows it).
//
// So nothing is ever flushed twice into a file that an error may have met. New
// files have no past. They take the old ones' place by one exchange of two
// folders; before and after it there is a whole live/, and begin/ is swept
// away at start.
func (l *Ledger) renew() error {
	if i, err := os.Lstat(l.live(walName)); errors.Is(err, fs.ErrNotExist) || err == nil && i.Size() == 0 {
		return nil
	} else if err != nil {
		return err
	}
	making := filepath.Join(l.dir, beginName)
	err := copyFlushed(l.live(""), making)
	if err == nil {
		l.opt.testOnlyStep("renew: copied")
		err = unix.Renameat2(unix.AT_FDCWD, making, unix.AT_FDCWD, l.live(""), unix.RENAME_EXCHANGE)
	}
	if noRoomForTwo(err) {
		l.opt.Log.Warn("ledger: it was not closed cleanly and cannot be copied; its log is flushed where it lies", "err", err)
		return errors.Join(os.RemoveAll(making), flushAgain(l.live(walName)))
	}
	if err != nil {
		return fmt.Errorf("write the ledger into new files: %w", err)
	}
	if err := syncDir(l.dir); err != nil {
		return err
	}
	l.opt.testOnlyStep("renew: exchanged")
	return os.RemoveAll(making)
}

// noRoomForTwo: a full disk, or a file system that cannot exchange. A full disk
// has to open, or its queue could never leave it.
func noRoomForTwo(err error) bool {
	return slices.ContainsFunc([]error{unix.ENOSPC, unix.EDQUOT, unix.EINVAL, unix.ENOSYS}, func(e error) bool { return errors.Is(err, e) })
}

// copyFlushed copies the files of one ledger, and they are on the disk when it
// returns nil.
func copyFlushed(from, to string) error {
	if err := os.Mkdir(to, dirMode); err != nil {
		return err
	}
	for _, name := range []string{headName, dbName, walName} {
		r, err := plain(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // damage, and for the examination to meet
		}
		if err != nil {
			return err
		}
		if err := errors.Join(fill(filepath.Join(to, name), r), r.Close()); err != nil {
			return err
		}
	}
	return syncDir(to)
}

// fill copies byte by byte: what the kernel copies by itself may be two names
// of the same blocks.
func fill(path string, r io.Reader) (err error) {
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if _, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, make([]byte, 256<<10)); err != nil {
		return err
	}
	return w.Sync()
}

// flushAgain writes every byte of a file over itself, which makes its pages
// dirty again, and flushes them. It needs no room.
func flushAgain(path string) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := make([]byte, 256<<10)
	for at := int64(0); ; {
		n, err := f.ReadAt(b, at)
		if n == 0 && errors.Is(err, io.EOF) {
			return f.Sync()
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if _, err := f.WriteAt(b[:n], at); err != nil {
			return err
		}
		at += int64(n)
	}
}
