// Package xserver starts an X server without a glass for a test of one client: call [Start].
// What the demo's residents touch is its own (cmd/kiosk-demo/internal/xdisplay).
package xserver

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"multicopy.example/kiosk/must"
)

// Start starts one of 1280x800 pixels that ends with the test, and returns its name.
func Start(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	must.OK(t, err)
	defer r.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-noreset", "-screen", "0", "1280x800x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	must.OK(t, errors.Join(x.Start(), w.Close()))
	t.Cleanup(func() {
		x.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended by itself
		x.Wait()                          //nolint:errcheck // it was told to end
	})
	number, err := bufio.NewReader(r).ReadString('\n')
	must.OK(t, err)
	return ":" + strings.TrimSpace(number)
}
