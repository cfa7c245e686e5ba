package serial

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// rates are those that a PN532 and termios both have (termios(3)).
var rates = map[int]uint32{115200: unix.B115200, 230400: unix.B230400, 460800: unix.B460800, 921600: unix.B921600}

// SetBaud changes the rate of the open line at once, without a word to the
// other end. What was written before must be out: bytes that are still on
// their way change their rate with the line. The device and its lock stay as
// they are; opening anew would give the lock away for a moment and drop the
// modem lines, which resets some boards.
func (p *Port) SetBaud(baud int) error {
	rate, ok := rates[baud]
	if !ok {
		return fmt.Errorf("serial: %s: no rate of %d baud", p.name, baud)
	}
	var set error
	err := p.raw.Control(func(fd uintptr) {
		t, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
		if err != nil {
			set = err
			return
		}
		t.Cflag = t.Cflag&^unix.CBAUD | rate
		t.Ispeed, t.Ospeed = rate, rate
		set = unix.IoctlSetTermios(int(fd), unix.TCSETS, t)
	})
	switch {
	case err != nil:
		return fmt.Errorf("serial: rate of %s: %w: %w", p.name, os.ErrClosed, err)
	case errors.Is(set, unix.EINVAL):
		return fmt.Errorf("serial: rate of %s: %d baud: %w", p.name, baud, set)
	case set != nil:
		return fmt.Errorf("serial: rate of %s: %w: %w", p.name, ErrUnplugged, set)
	}
	return nil
}
