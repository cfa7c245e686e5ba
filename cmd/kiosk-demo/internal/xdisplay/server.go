// Package xdisplay gives each window an X server of its own: an Xvfb, whose
// pixels can be read and whose pointer can be moved, or an Xephyr, which is
// itself a window on the display of a person.
//
// It never touches the display that it was started on, except to place the
// Xephyr windows that it opened itself. Read [Virtual] first.
package xdisplay

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"multicopy.example/cmd/internal/harness/process"
)

// A Display is a running X server.
type Display struct {
	Name   string // ":7"
	Width  int    // pixels
	Height int
	auth   string // file with the cookie that lets clients in
	frame  string // Xvfb's frame buffer file; "" for a nested server
	server *process.Process
}

// Need names a program that is missing, and the Debian package that has it.
func Need(program, pkg string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("the program %s is missing: install Debian's package %s", program, pkg)
	}
	return path, nil
}

// Virtual starts an Xvfb with one screen of that size, 24 bits deep. dir is a
// folder of its own for the frame buffer and the cookie; log gets what the
// server says.
func Virtual(dir, log string, width, height int) (*Display, error) {
	path, err := Need("Xvfb", "xvfb")
	if err != nil {
		return nil, err
	}
	return start(path, dir, log, width, height, os.Environ(),
		"-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-fbdir", dir, "+extension", "GLX", "-noreset")
}

// Nested starts an Xephyr: a window of that size with that title on the
// display of this process.
func Nested(dir, log, title string, width, height int) (*Display, error) {
	path, err := Need("Xephyr", "xserver-xephyr")
	if err != nil {
		return nil, err
	}
	return start(path, dir, log, width, height, os.Environ(),
		"-screen", fmt.Sprintf("%dx%d", width, height), "-title", title, "-no-host-grab", "-noreset")
}

// startTime is how long a server may take until it says its number.
const startTime = 2 * time.Minute

func start(path, dir, log string, width, height int, env []string, args ...string) (*Display, error) {
	d := &Display{Width: width, Height: height, auth: filepath.Join(dir, "auth")}
	if err := os.WriteFile(d.auth, cookie(), 0o600); err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	// The server picks a free number itself and says it on descriptor 3.
	args = append([]string{"-displayfd", "3", "-auth", d.auth, "-nolisten", "tcp"}, args...)
	d.server, err = process.Start(process.Command{Name: filepath.Base(path), Path: path, Args: args, Env: env, Log: log,
		Extra: []*os.File{write}})
	write.Close()
	if err != nil {
		return nil, err
	}
	if err := read.SetReadDeadline(time.Now().Add(startTime)); err != nil {
		return nil, errors.Join(err, d.server.Stop(0))
	}
	line, err := bufio.NewReader(read).ReadString('\n')
	number, bad := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || bad != nil {
		d.server.Stop(time.Second) //nolint:errcheck // it did not even start
		return nil, fmt.Errorf("%s did not start; what it said is in %s", filepath.Base(path), log)
	}
	d.Name = ":" + strconv.Itoa(number)
	if frame := filepath.Join(dir, "Xvfb_screen0"); exists(frame) {
		d.frame = frame
	}
	return d, nil
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// cookie is an Xauthority file of one entry that fits every display number:
// family 65535 (wild), no address, no number, MIT-MAGIC-COOKIE-1. Without it
// every user of this machine could read the screens.
func cookie() []byte {
	secret := make([]byte, 16)
	rand.Read(secret) //nolint:errcheck // crypto/rand never fails
	b := binary.BigEndian.AppendUint16(nil, 0xFFFF)
	for _, field := range [][]byte{nil, nil, []byte("MIT-MAGIC-COOKIE-1"), secret} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(field)))
		b = append(b, field...)
	}
	return b
}

// Env is what a client needs to find this display.
func (d *Display) Env() []string { return []string{"DISPLAY=" + d.Name, "XAUTHORITY=" + d.auth} }

// Auth is the file with the cookie that lets a client in.
func (d *Display) Auth() string { return d.auth }

// Done is closed when the server has ended.
func (d *Display) Done() <-chan struct{} { return d.server.Done() }

// PID is the server's process.
func (d *Display) PID() int { return d.server.PID() }

// Close ends the server.
func (d *Display) Close() error { return d.server.Stop(5 * time.Second) }
