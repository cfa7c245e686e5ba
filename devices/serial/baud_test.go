package serial

import (
	"errors"
	"os"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
)

func TestRateChangesOnTheOpenLine(t *testing.T) {
	m, name := bench(t)
	p := opened(t, name)
	for baud, want := range rates {
		must.OK(t, p.SetBaud(baud))
		settings, err := unix.IoctlGetTermios(int(m.Fd()), unix.TCGETS) // both ends of a pty share them
		must.OK(t, err)
		if settings.Cflag&unix.CBAUD != want || settings.Cflag&unix.CSIZE != unix.CS8 || settings.Lflag&(unix.ICANON|unix.ECHO) != 0 {
			t.Errorf("%d baud: the line is %+v", baud, settings)
		}
	}
	must.OK(t, p.Write(t.Context(), []byte{0x00, 0x0A}))
	got := make([]byte, 2)
	if _, err := m.Read(got); err != nil || got[1] != 0x0A {
		t.Errorf("read % X, %v", got, err)
	}
	if _, err := Open(name, 115200); !errors.Is(err, ErrBusy) {
		t.Errorf("the lock is gone: %v", err)
	}
}

func TestRateThatCannotBe(t *testing.T) {
	_, name := bench(t)
	p := opened(t, name)
	if err := p.SetBaud(1288000); err == nil {
		t.Error("a rate that termios does not have was set")
	}
	must.OK(t, p.Close())
	if err := p.SetBaud(921600); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	m, s, err := pty.Open()
	must.OK(t, err)
	gone := opened(t, s.Name())
	must.OK(t, errors.Join(s.Close(), m.Close()))
	if err := gone.SetBaud(921600); !errors.Is(err, ErrUnplugged) {
		t.Errorf("unplugged: %v", err)
	}
}
