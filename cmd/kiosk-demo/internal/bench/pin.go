package bench

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/secret"
)

// ErrPIN: what was typed has another form than a PIN.
var ErrPIN = errors.New("a PIN is four digits")

// TypedPIN asks for the PIN on a terminal without showing it, or takes a line
// of another input. Each byte goes from where it is read into a locked slot.
func TypedPIN(in *os.File, say func(string, ...any)) (secret.Secret, error) {
	s, err := secret.New()
	if err != nil {
		return s, err
	}
	say("the card's 4-digit PIN (it is not shown), then Enter:")
	show, err := quiet(in)
	if err != nil {
		return s, err
	}
	return s, errors.Join(typed(in, s), show())
}

// typed reads one line.
func typed(in io.Reader, s secret.Secret) error {
	var one [1]byte
	defer clear(one[:])
	good := true
	for n := 0; ; {
		if _, err := io.ReadFull(in, one[:]); err != nil {
			s.Wipe()
			return ErrPIN
		}
		switch c := one[0]; {
		case c == '\n' || c == '\r':
			if !good || n != 4 {
				s.Wipe()
				return ErrPIN
			}
			return nil
		case c < '0' || c > '9' || n == 4: // read on: what follows is no command for the shell
			good = false
		default:
			n++
			good = s.Append(c) && good
		}
	}
}

// quiet stops a terminal from showing what is typed; show undoes it. Anything
// else shows nothing anyway.
func quiet(f *os.File) (show func() error, err error) {
	t, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if errors.Is(err, unix.ENOTTY) || errors.Is(err, unix.EINVAL) {
		return func() error { return nil }, nil
	}
	if err != nil {
		return nil, err
	}
	was := *t
	t.Lflag &^= unix.ECHO
	t.Lflag |= unix.ECHONL
	if err := unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, t); err != nil {
		return nil, err
	}
	return func() error { return unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, &was) }, nil
}
