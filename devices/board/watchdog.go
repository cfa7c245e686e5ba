package board

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A Watchdog is the kernel's (Documentation/watchdog/watchdog-api.rst): it restarts
// the machine where it is not fed in time. It counts from the moment it is opened.
type Watchdog struct {
	file *os.File
	feed func(fd int) error
}

// watchdogTimeout is twice what the service manager's should be, so that the process
// is restarted before the machine is.
const watchdogTimeout = 60 * time.Second

// leastTimeout is two proofs of life and some time to write.
const leastTimeout = 15 * time.Second

// OpenWatchdog opens the device file and begins to count. An error means that the
// machine goes on without it: there is none, it is another program's, or its time is
// too short for a proof of life.
func OpenWatchdog(name string) (*Watchdog, error) {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	w := &Watchdog{f, unix.IoctlWatchdogKeepalive}
	fd := int(f.Fd())
	// One that has a fixed time, or a shorter longest one, refuses: what it has is asked
	// for and counts.
	_ = unix.IoctlSetPointerInt(fd, unix.WDIOC_SETTIMEOUT, int(watchdogTimeout/time.Second))
	seconds, err := unix.IoctlGetInt(fd, unix.WDIOC_GETTIMEOUT)
	switch {
	case err != nil:
		err = fmt.Errorf("%s is no watchdog: %w", name, err)
	case time.Duration(seconds)*time.Second < leastTimeout:
		err = fmt.Errorf("%s waits for %d seconds, at least %v are needed", name, seconds, leastTimeout)
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Feed begins its time anew.
func (w *Watchdog) Feed() error { return w.feed(int(w.file.Fd())) }

// Close switches it off, where the kernel lets it be switched off: a kiosk that is
// told to end is not one that hangs. A process that dies does not come here, and the
// machine restarts unless the next process opens it in time.
func (w *Watchdog) Close() error {
	_, err := w.file.Write([]byte("V")) // the magic close
	return errors.Join(err, w.file.Close())
}
