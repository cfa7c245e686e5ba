package serial

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/tarm/serial"
	"golang.org/x/sys/unix"
)

// Why a port could not be opened, or is no longer one. Each comes wrapped with
// the port's name and the system's own error.
var (
	ErrNoDevice   = errors.New("no such serial device") // not there, or not a serial line
	ErrPermission = errors.New("no permission to open the serial device")
	ErrBusy       = errors.New("serial device in use by another program")
	ErrUnplugged  = errors.New("serial device unplugged")
)

// Open opens a port at 8N1 without flow control, empty of what came before.
//
// The port is ours alone among programs that ask for the lock: a flock on the
// device, which ends with the process however it ends. TIOCEXCL would be
// stronger on paper, but root passes it, and it outlives a killed process
// wherever another process (the simulated reader) keeps the line open.
func Open(name string, baud int) (*Port, error) {
	p, err := open(name, baud)
	if err != nil {
		return nil, fmt.Errorf("serial: open %s: %w", name, explain(err))
	}
	return p, nil
}

func open(name string, baud int) (*Port, error) {
	// Our own descriptor: for the lock, for waiting, and for writes that have
	// a deadline. It is non-blocking and in Go's poller, which the library's
	// is not.
	own, err := os.OpenFile(name, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	raw, err := own.SyscallConn()
	if err == nil {
		err = lock(raw)
	}
	if err != nil {
		return nil, errors.Join(err, own.Close())
	}
	line, err := serial.OpenPort(&serial.Config{Name: name, Baud: baud, ReadTimeout: readTimeout})
	if err != nil {
		return nil, errors.Join(err, own.Close())
	}
	p := &Port{name: name, own: own, raw: raw, line: line}
	if err := p.Flush(); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func lock(raw syscall.RawConn) error {
	var locked error
	err := raw.Control(func(fd uintptr) { locked = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB) })
	return errors.Join(err, locked)
}

func explain(err error) error {
	for _, c := range []struct{ is, means error }{
		{fs.ErrNotExist, ErrNoDevice},
		{unix.ENXIO, ErrNoDevice},
		{unix.ENODEV, ErrNoDevice},
		{unix.EIO, ErrNoDevice}, // the other end of a pty is closed
		{unix.ENOTTY, ErrNoDevice},
		{fs.ErrPermission, ErrPermission},
		{unix.EBUSY, ErrBusy},
		{unix.EWOULDBLOCK, ErrBusy},
	} {
		if errors.Is(err, c.is) {
			return fmt.Errorf("%w: %w", c.means, err)
		}
	}
	return err
}
