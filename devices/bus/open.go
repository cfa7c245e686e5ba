package bus

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"periph.io/x/host/v3/sysfs"
)

// Why a bus could not be opened. Each comes wrapped with the bus's name and the
// system's own error.
var (
	ErrName       = errors.New("not the name of a bus") // want /dev/i2c-1 or I2C1, /dev/spidev0.0 or SPI0.0
	ErrNoDevice   = errors.New("no such bus on this machine")
	ErrPermission = errors.New("no permission to open the bus")
	ErrBusy       = errors.New("bus in use by another program")
)

// Both spellings of a name: Linux's device file and periph's.
var (
	i2cName = regexp.MustCompile(`^(?:/dev/i2c-|I2C)([0-9]{1,3})$`)
	spiName = regexp.MustCompile(`^(?:/dev/spidev|SPI)([0-9]{1,3})\.([0-9]{1,2})$`)
)

// OpenI2C opens the PN532 on an I²C bus of this host, "/dev/i2c-1" or "I2C1".
// The bus may have other chips; no other program that asks for the lock may
// have this one. Close gives it back.
//
// It asks the kernel for the bus each time and not periph's registry, which
// is filled once: a bus that appears later would never be found in it.
func OpenI2C(name string) (*Port, error) {
	n, err := numbers(i2cName, name)
	if err != nil {
		return nil, err
	}
	own, err := take(fmt.Sprintf("/dev/i2c-%d", n[0]))
	if err != nil {
		return nil, err
	}
	b, err := sysfs.NewI2C(n[0])
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bus: open %s: %w", name, explain(err)), own.Close())
	}
	return NewI2C(b, closers{b, own}), nil
}

// OpenSPI opens the PN532 on an SPI port of this host, "/dev/spidev0.0" or
// "SPI0.0": the bus and its chip select. Otherwise as OpenI2C.
func OpenSPI(name string) (*Port, error) {
	n, err := numbers(spiName, name)
	if err != nil {
		return nil, err
	}
	own, err := take(fmt.Sprintf("/dev/spidev%d.%d", n[0], n[1]))
	if err != nil {
		return nil, err
	}
	s, err := sysfs.NewSPI(n[0], n[1])
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bus: open %s: %w", name, explain(err)), own.Close())
	}
	p, err := NewSPI(s)
	if err != nil {
		return nil, errors.Join(err, own.Close())
	}
	p.closer = closers{s, own}
	return p, nil
}

func numbers(form *regexp.Regexp, name string) (n []int, err error) {
	parts := form.FindStringSubmatch(name)
	if parts == nil {
		return nil, fmt.Errorf("bus: open %q: %w", name, ErrName)
	}
	for _, p := range parts[1:] {
		i, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("bus: open %q: %w", name, ErrName)
		}
		n = append(n, i)
	}
	return n, nil
}

// take opens the device a second time, for two reasons: a lock that ends with
// the process, and the system's own error, of which periph keeps the text only.
func take(device string) (*os.File, error) {
	f, err := os.OpenFile(device, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("bus: open %s: %w", device, explain(err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("bus: lock %s: %w", device, explain(err)), f.Close())
	}
	return f, nil
}

// closers closes in order.
type closers []io.Closer

func (c closers) Close() (err error) {
	for _, one := range c {
		err = errors.Join(err, one.Close())
	}
	return err
}

// explain says what an error of the system means here. Those of a transaction
// arrive as text alone (host/v3/sysfs wraps with %v), so text is compared as
// well: the system's own words for the same number.
func explain(err error) error {
	if err == nil {
		return nil
	}
	for _, c := range []struct {
		is    syscall.Errno
		means error
	}{
		{syscall.ENOENT, ErrNoDevice},
		{syscall.ENODEV, ErrNoDevice},
		{syscall.ENOTTY, ErrNoDevice}, // a file that is no bus
		{syscall.EACCES, ErrPermission},
		{syscall.EPERM, ErrPermission},
		{syscall.EBUSY, ErrBusy},
		{syscall.EWOULDBLOCK, ErrBusy},
		{syscall.EREMOTEIO, ErrNoAnswer}, // the address was not acknowledged
		{syscall.ENXIO, ErrNoAnswer},     // the same, as other adapters say it
		{syscall.EIO, ErrNoAnswer},
		{syscall.ETIMEDOUT, ErrStuck}, // the clock or the data line is held down
	} {
		if errors.Is(err, c.is) || strings.HasSuffix(err.Error(), ": "+c.is.Error()) {
			return fmt.Errorf("%w: %w", c.means, err)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrNoDevice, err)
	}
	return err
}
