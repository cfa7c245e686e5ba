package sim

import (
	"errors"
	"fmt"
	"os"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// A line is a pty in raw mode. The slave stays open here, or the master would
// read EIO each time a client closes; a new plug gets a new pty, because
// libnfc leaves a mark in the termios of a port it was killed on.
type line struct{ master, slave *os.File }

func newLine() (*line, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("sim: open a pty: %w", err)
	}
	l := &line{master: master, slave: slave}
	if err := raw(slave); err != nil {
		return nil, errors.Join(fmt.Errorf("sim: set %s raw: %w", slave.Name(), err), l.close())
	}
	if l.master, err = pollable(master); err != nil {
		l.master = master
		return nil, errors.Join(fmt.Errorf("sim: %w", err), l.close())
	}
	return l, nil
}

// pollable is the same descriptor in Go's poller, and closes the one given.
// The library leaves the master blocking, and a blocked Read could only be
// ended by the last client, not by Close.
func pollable(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), f.Name()), f.Close()
}

// close hangs the line up: clients read end of file, write EIO.
func (l *line) close() error { return errors.Join(l.master.Close(), l.slave.Close()) }

// raw is cfmakeraw(3).
func raw(f *os.File) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var set error
	err = c.Control(func(fd uintptr) {
		t, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
		if err != nil {
			set = err
			return
		}
		t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
		t.Oflag &^= unix.OPOST
		t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
		set = unix.IoctlSetTermios(int(fd), unix.TCSETS, t)
	})
	return errors.Join(err, set)
}
