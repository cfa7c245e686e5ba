package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/process"
)

// The two programs: started, killed, and started again. One that ends without
// being told to takes the run with it; one that is killed on purpose does not.

// begin starts a program and minds it. Its log is NAME.log, and NAME-2.log and
// so on when it is started again: nothing that was said is lost.
func (c *Counter) begin(at **process.Process, cmd process.Command) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *at != nil && (*at).Running() {
		return fmt.Errorf("%s runs already", cmd.Name)
	}
	c.starts[cmd.Name]++
	cmd.Log = c.log(cmd.Name, c.starts[cmd.Name])
	k, err := process.Start(cmd)
	if err != nil {
		return err
	}
	*at = k
	go func() {
		<-k.Done()
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.wanted[k] && c.why == nil {
			c.why = fmt.Errorf("%s ended by itself (%w); what it said is in %s", k.Name, orClean(k.Err()), cmd.Log)
			close(c.ended)
		}
		delete(c.wanted, k)
	}()
	return nil
}

func (c *Counter) log(name string, nth int) string {
	if nth > 1 {
		name = fmt.Sprintf("%s-%d", name, nth)
	}
	return filepath.Join(c.opt.logs(), name+".log")
}

// child is the program as it is now; its end from here on is wanted.
func (c *Counter) child(at **process.Process) *process.Process {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *at != nil && (*at).Running() {
		c.wanted[*at] = true
	}
	return *at
}

func (c *Counter) running(at **process.Process) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *at != nil && (*at).Running()
}

// Ended is closed when a program has ended that nobody told to.
func (c *Counter) Ended() <-chan struct{} { return c.ended }

// Why says which program ended by itself, and where its log is; nil while none
// has.
func (c *Counter) Why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

var errClean = errors.New("exit status 0")

func orClean(err error) error {
	if err == nil {
		return errClean
	}
	return err
}

// StartFirmware starts the firmware, on the display that Serve named. Nothing
// of our own environment goes with it but the way to programs: a firmware on a
// kiosk has nothing else either. Its caches are in the run folder, so that
// they are searched too.
func (c *Counter) StartFirmware() error {
	home := filepath.Join(c.opt.kioskDir(), "home")
	env := append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "LANG=C.UTF-8"}, c.display...)
	if places, _ := c.Seen.Places(); len(places) > 0 {
		c.Seen.Again()
	}
	return c.begin(&c.firmware, process.Command{Name: "kiosk", Path: filepath.Join(c.opt.Bin, "kiosk"),
		Args: []string{"--config", c.configFile()}, Env: env, Line: c.Seen.Line})
}

// PID is the firmware's process.
func (c *Counter) PID() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.firmware.PID()
}

// Running says whether the firmware runs.
func (c *Counter) Running() bool { return c.running(&c.firmware) }

// grace is how long a program may take to end.
const grace = time.Minute

// StopFirmware ends the firmware as a service manager would. Its ledger can be
// read afterwards. One that was killed is no error here.
func (c *Counter) StopFirmware() error {
	k := c.child(&c.firmware)
	if k == nil || !k.Running() {
		return nil
	}
	if err := k.Stop(grace); err != nil {
		return err
	}
	if err := k.Err(); err != nil {
		return fmt.Errorf("kiosk did not end well (%w); what it said is in %s", err, c.opt.logs())
	}
	return nil
}

// KillFirmware ends the firmware as a cut of the power would, and returns when
// it is gone.
func (c *Counter) KillFirmware() error { return c.kill(&c.firmware) }

// KillAuthority does the same to the authority.
func (c *Counter) KillAuthority() error { return c.kill(&c.sandbox) }

func (c *Counter) kill(at **process.Process) error {
	k := c.child(at)
	if k == nil {
		return nil
	}
	if err := k.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-k.Done()
	return nil
}

// ready is the line that the sandbox prints when it serves.
type ready struct {
	Listen string `json:"listen"`
	App    string `json:"app"`
}

// StartAuthority starts the authority and waits until it serves. After the
// first time it is found at the same addresses.
func (c *Counter) StartAuthority(ctx context.Context) error {
	out := &firstLine{got: make(chan []byte, 1)}
	cmd := c.program("authority", []string{"serve", "--dir", c.opt.sandboxDir(), "--listen", c.line, "--app", c.app})
	cmd.Out = out
	if err := c.begin(&c.sandbox, cmd); err != nil {
		return err
	}
	c.mu.Lock()
	k := c.sandbox
	c.mu.Unlock()
	var r ready
	select {
	case line := <-out.got:
		if err := json.Unmarshal(line, &r); err != nil || r.Listen == "" || r.App == "" {
			return fmt.Errorf("authority-sandbox said %q where its addresses were expected", line)
		}
	case <-k.Done():
		return fmt.Errorf("authority-sandbox ended at once (%w); what it said is in %s", orClean(k.Err()), c.opt.logs())
	case <-time.After(startTime):
		return fmt.Errorf("authority-sandbox does not serve after %v", startTime)
	case <-ctx.Done():
		return ctx.Err()
	}
	if c.App == nil {
		c.line, c.app, c.App = r.Listen, r.App, appclient.New(r.App)
	}
	return nil
}
