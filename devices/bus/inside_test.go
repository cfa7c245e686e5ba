package bus

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpiotest"
	"periph.io/x/conn/v3/i2c/i2ctest"
	"periph.io/x/conn/v3/spi/spitest"

	"multicopy.example/kiosk/must"
)

func TestWhyABusDoesNotOpen(t *testing.T) {
	for name, want := range map[string]error{
		"/dev/i2c-987": ErrNoDevice, "I2C987": ErrNoDevice,
		"": ErrName, "/dev/null": ErrName, "/dev/i2c-": ErrName, "/dev/i2c-1x": ErrName, "SPI0.0": ErrName, "I2C-1": ErrName,
		"/dev/i2c-99999999999999999999": ErrName,
	} {
		if _, err := OpenI2C(name); !errors.Is(err, want) {
			t.Errorf("i2c %q: %v, want %v", name, err, want)
		}
	}
	for name, want := range map[string]error{
		"/dev/spidev98.7": ErrNoDevice, "SPI98.7": ErrNoDevice,
		"": ErrName, "SPI0": ErrName, "/dev/spidev0": ErrName, "I2C1": ErrName, "/dev/../dev/spidev0.0": ErrName,
	} {
		if _, err := OpenSPI(name); !errors.Is(err, want) {
			t.Errorf("spi %q: %v, want %v", name, err, want)
		}
	}
}

// What the system says is explained as a value and as the text that periph
// leaves of it.
func TestErrorsOfTheSystemAreExplained(t *testing.T) {
	for system, want := range map[syscall.Errno]error{
		syscall.ENOENT: ErrNoDevice, syscall.ENODEV: ErrNoDevice, syscall.EACCES: ErrPermission, syscall.EPERM: ErrPermission,
		syscall.EBUSY: ErrBusy, syscall.EWOULDBLOCK: ErrBusy, syscall.EREMOTEIO: ErrNoAnswer, syscall.ENXIO: ErrNoAnswer,
		syscall.EIO: ErrNoAnswer, syscall.ETIMEDOUT: ErrStuck,
	} {
		if err := explain(&fs.PathError{Op: "open", Path: "/dev/i2c-1", Err: system}); !errors.Is(err, want) || !errors.Is(err, system) {
			t.Errorf("%v explained as %v", system, err)
		}
		if err := explain(fmt.Errorf("sysfs-i2c: %v", system)); !errors.Is(err, want) {
			t.Errorf("the text %q explained as %v", system, err)
		}
	}
	if err := explain(errors.New("something else")); err.Error() != "something else" {
		t.Errorf("explained: %v", err)
	}
	if explain(nil) != nil {
		t.Error("nothing was explained")
	}
}

func TestLockIsOursUntilClosed(t *testing.T) {
	file := t.TempDir() + "/device"
	must.OK(t, syscall.Mknod(file, syscall.S_IFREG|0o600, 0))
	a, err := take(file)
	must.OK(t, err)
	if _, err := take(file); !errors.Is(err, ErrBusy) {
		t.Fatalf("a second program: %v, want busy", err)
	}
	must.OK(t, a.Close())
	b, err := take(file)
	must.OK(t, err)
	must.OK(t, b.Close())
}

// resetLine remembers what it was switched to, and may refuse.
type resetLine struct {
	gpiotest.Pin
	levels []gpio.Level
	err    error
}

func (l *resetLine) Out(v gpio.Level) error { l.levels = append(l.levels, v); return l.err }

func TestResetPulsesLowAndLeavesHigh(t *testing.T) {
	l := &resetLine{}
	if err := Reset(l); err != nil || len(l.levels) != 2 || l.levels[0] != gpio.Low || l.levels[1] != gpio.High {
		t.Errorf("%v, %v", l.levels, err)
	}
	if err := Reset(nil); err != nil {
		t.Errorf("no line: %v", err)
	}
	broken := &resetLine{err: errors.New("not ours")}
	if err := Reset(broken); !errors.Is(err, broken.err) {
		t.Errorf("a line that cannot be switched: %v", err)
	}
}

// Nothing of a frame, which may hold a password, stays behind in a buffer.
func TestBuffersAreErasedAfterEachUse(t *testing.T) {
	secret := []byte("PASSWORD99")
	answer := append([]byte{0x01}, secret...)
	i := &i2cWire{}
	i.dev.Bus, i.dev.Addr = &i2ctest.Playback{Ops: []i2ctest.IO{{Addr: Address, R: answer}}}, Address
	must.OK(t, must.Err(i.read(make([]byte, len(secret)))))
	if strings.Trim(string(i.rx[:]), "\x00") != "" {
		t.Error("I²C: the answer is still there")
	}
	p, err := NewSPI(&spitest.Record{})
	must.OK(t, err)
	must.OK(t, p.Write(context.Background(), secret))
	s := p.wire.(*spiWire)
	if strings.Trim(string(s.tx[:]), "\x00") != "" {
		t.Error("SPI: the command is still there")
	}
	s.rx[5] = 0xAA
	if _, err := s.read(make([]byte, 6)); err == nil { // a recorder without a port refuses to read
		t.Fatal("read from nothing")
	}
	if strings.Trim(string(s.rx[:]), "\x00") != "" {
		t.Error("SPI: the answer is still there")
	}
}
