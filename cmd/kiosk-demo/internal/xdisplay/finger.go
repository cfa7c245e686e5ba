package xdisplay

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A Finger is a pointer whose presses and releases are made one by one, without a
// process started for each: what it did is known to the millisecond.
type Finger struct {
	d    *Display
	cmd  *exec.Cmd
	in   io.WriteCloser
	said strings.Builder
}

// Finger starts one.
func (d *Display) Finger() (*Finger, error) {
	path, err := Need("xdotool", "xdotool")
	if err != nil {
		return nil, err
	}
	f := &Finger{d: d, cmd: exec.Command(path, "-")}
	f.cmd.Env = append(os.Environ(), d.Env()...)
	f.cmd.Stdout, f.cmd.Stderr = &f.said, &f.said
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return f, f.cmd.Start()
}

// Down presses at a point.
func (f *Finger) Down(x, y int) error {
	if x < 0 || y < 0 || x >= f.d.Width || y >= f.d.Height {
		return fmt.Errorf("a tap at %d,%d is outside of the screen", x, y)
	}
	_, err := fmt.Fprintf(f.in, "mousemove %d %d\nmousedown 1\n", x, y)
	return err
}

// Up lets go.
func (f *Finger) Up() error {
	_, err := io.WriteString(f.in, "mouseup 1\n")
	return err
}

// Close ends it, with what it could not do.
func (f *Finger) Close() error {
	err := errors.Join(f.in.Close(), f.cmd.Wait())
	if err != nil {
		return fmt.Errorf("xdotool: %w: %s", err, strings.TrimSpace(f.said.String()))
	}
	return nil
}
