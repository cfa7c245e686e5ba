package offline

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// InUse reports whether a process has a [Ledger] open in dir. It holds the folder's
// lock for a moment, shared, so a ledger that is opened in that moment answers
// ErrInUse. A folder that is not there is not in use.
func InUse(dir string) (bool, error) {
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close() // and with it the lock
	err = unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
