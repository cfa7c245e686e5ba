package offline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// The folder:
//
//	<dir>/            0700, locked (flock) while a Ledger is open
//	  live/           the ledger: renamed as a whole, never file by file
//	    ledger.db     SQLite; ledger.db-wal beside it while open or after a crash
//	    head          head.go
//	  aside-0001/     a spoiled ledger as it lay; the newest has the highest number
//	  begin/          a new ledger being made; swept away when found
//	  scratch/        a copy being read; swept away when found
//	  ballast         1 MiB, given up when the disk is full
//	  ballast-acks    1 MiB, given up to acknowledgements alone
const (
	liveName    = "live"
	beginName   = "begin"
	scratchName = "scratch"
	asideFormat = "aside-%04d"
	asideGlob   = "aside-[0-9][0-9][0-9][0-9]"
	dbName      = "ledger.db"
	walName     = "ledger.db-wal"
	headName    = "head"
	ballastName = "ballast"
	acksName    = "ballast-acks"

	dirMode     = 0o700
	fileMode    = 0o600
	ballastSize = 1 << 20
)

// lockDir makes the folder where there is none, refuses one that others can
// look into, and holds it. The lock ends with the process, so a kill leaves
// nothing behind that has to be cleared.
func lockDir(dir string) (*os.File, error) {
	if err := os.Mkdir(dir, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the ledger's folder: %w", err)
	}
	if err := own(dir, true); err != nil {
		return nil, err
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("open the ledger's folder: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
		}
		return nil, fmt.Errorf("lock the ledger's folder: %w", err)
	}
	return f, nil
}

// own says whether path is what this process would have made: a folder or a
// plain file, ours, and closed to other users. A missing path is the
// caller's to judge (fs.ErrNotExist).
func own(path string, dir bool) error {
	i, err := os.Lstat(path)
	if err != nil {
		return err
	}
	kind := "a plain file"
	if dir {
		kind = "a folder"
	}
	switch s, ok := i.Sys().(*syscall.Stat_t); {
	case dir != i.IsDir() || !dir && !i.Mode().IsRegular():
		return fmt.Errorf("%w: %s is %s, not %s", ErrForeign, path, i.Mode().Type(), kind)
	case i.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%w: %s has mode %04o, which lets others in", ErrForeign, path, i.Mode().Perm())
	case ok && int(s.Uid) != os.Geteuid():
		return fmt.Errorf("%w: %s belongs to user %d, not to user %d", ErrForeign, path, s.Uid, os.Geteuid())
	}
	return nil
}

// exists is for paths that only we make.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// ownLedger checks the folder of one ledger, file by file. The database and
// the head may be missing: that is damage, and the caller's to meet.
func ownLedger(folder string) error {
	if err := own(folder, true); err != nil {
		return err
	}
	for _, name := range []string{dbName, walName, headName} {
		if err := own(filepath.Join(folder, name), false); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncDir makes renames in a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// room is the space left for us on the disk that holds dir, in bytes.
func room(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("free space: %w", err)
	}
	return s.Bavail * uint64(s.Bsize), nil
}

// layBallast writes what is missing or short of the two ballasts.
func layBallast(dir string) error {
	return errors.Join(lay(filepath.Join(dir, ballastName)), lay(filepath.Join(dir, acksName)))
}

// lay writes zeros and does not only reserve: a reservation is not space on
// every file system.
func lay(path string) (err error) {
	if i, err := os.Lstat(path); err == nil && i.Mode().IsRegular() && i.Size() == ballastSize {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|unix.O_NOFOLLOW, fileMode)
	if err != nil {
		return fmt.Errorf("ballast: %w", err)
	}
	_, err = f.Write(make([]byte, ballastSize))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path) // half a ballast only takes room
		return fmt.Errorf("ballast: %w", err)
	}
	return nil
}

// dropBallast gives a ballast's room to the ledger; false where it was given
// already.
func dropBallast(dir, name string) bool { return os.Remove(filepath.Join(dir, name)) == nil }
