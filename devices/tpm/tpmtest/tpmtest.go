// Package tpmtest runs a software TPM 2.0, Debian's swtpm, for a test: call [Start]. It
// is there or the test fails.
package tpmtest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"multicopy.example/devices/tpm"
)

// A Chip runs until the test ends, or until Cut.
type Chip struct {
	Device tpm.Device
	t      testing.TB
	dir    string
	cmd    *exec.Cmd
}

// Start makes a chip of its own, with a storage root key of its own.
func Start(t testing.TB) *Chip {
	t.Helper()
	// A socket's address is 107 bytes at most, which the folder of a long test's name takes alone.
	dir, err := os.MkdirTemp("", "tpm")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c := &Chip{tpm.Device(filepath.Join(dir, "chip")), t, dir, nil}
	t.Cleanup(c.Cut)
	c.Power()
	return c
}

// Power switches the chip on, with what it has stored.
func (c *Chip) Power() {
	c.t.Helper()
	c.cmd = exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+c.dir, "--server", "type=unixio,path="+string(c.Device),
		"--flags", "not-need-init,startup-clear")
	c.cmd.Stderr = os.Stderr
	if err := c.cmd.Start(); err != nil {
		c.t.Fatalf("%v: apt-get install swtpm", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		// The socket's file is there before it is listened to, so that a connection alone says that it is.
		if listens, err := net.Dial("unix", string(c.Device)); err == nil {
			_ = listens.Close()
			return
		}
		if syscall.Kill(c.cmd.Process.Pid, 0) != nil {
			break
		}
		wait, stop := context.WithTimeout(ctx, 10*time.Millisecond)
		<-wait.Done()
		stop()
	}
	c.t.Fatal("swtpm does not listen")
}

// Cut switches it off at once.
func (c *Chip) Cut() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait() // it says that it was killed
	_ = os.Remove(string(c.Device))
	c.cmd = nil
}
