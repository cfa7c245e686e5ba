package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/maintainer"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/kiosk-demo/internal/equipped"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui/layout"
)

// A faultRun is a kiosk on its window under a service manager, to which faults happen,
// the clerk who looks, and `kiosk doctor` beside it.
type faultRun struct {
	*maintainer.Maintainer
	world    *harness.World
	manager  *harness.Manager
	display  *xdisplay.Display
	programs faultPrograms
	machine  equipped.Machine
	now      []string // the program that runs
}

// faultPrograms are the firmware, and the one whose machine can be changed.
type faultPrograms struct{ plain, equipped []string }

// serve switches the kiosk off, and on with that program and configuration.
func (r *faultRun) serve(program []string, extra string) error {
	if err := r.world.Kiosk.Stop(); err != nil {
		return err
	}
	r.now, r.world.Kiosk.Program, r.world.Kiosk.Extra = program, program, r.printer()+extra
	return r.begins()
}

// printer is the section of the configuration that the harness made.
func (r *faultRun) printer() string {
	return fmt.Sprintf("[printer]\nport = %q\nbaud = 38400\n", r.world.Printer.Path())
}

// begins starts it, and waits until residents could come.
func (r *faultRun) begins() error {
	r.Kiosk.Seen.Again()
	if err := r.world.Kiosk.Start(); err != nil {
		return err
	}
	return r.idle()
}

func (r *faultRun) idle() error {
	ctx, cancel := context.WithTimeout(r.Ctx, harness.Patience)
	defer cancel()
	return r.Kiosk.Seen.Await(ctx, kiosk.Idle.String())
}

// doctor is what `kiosk doctor --json` says of an item.
func (r *faultRun) doctor(i check.Item) (measure.Check, error) {
	args := append(r.now[1:len(r.now):len(r.now)], "doctor", "--json", "--config", r.Kiosk.ConfigFile())
	out, err := exec.CommandContext(r.Ctx, r.now[0], args...).Output()
	var report measure.Report
	if json.Unmarshal(out, &report) != nil || int(i) >= len(report.Checks) {
		return measure.Check{}, fmt.Errorf("kiosk doctor: %w: %s", err, out)
	}
	return report.Checks[i], nil // its exit status says how bad it is
}

// until waits for what doctor says of an item.
func (r *faultRun) until(i check.Item, what string, ok func(measure.Check) bool) error {
	for end := time.Now().Add(harness.Patience); ; {
		c, err := r.doctor(i)
		if err != nil || ok(c) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("doctor does not say %s, but %+v", what, c)
		}
	}
}

func (r *faultRun) untilCode(i check.Item, code string) error {
	return r.until(i, code, func(c measure.Check) bool { return c.Code == code })
}

func (r *faultRun) untilMended(i check.Item, code string) error {
	return r.until(i, "that it is mended", func(c measure.Check) bool { return c.Code != code })
}

// clerkReads comes in until the code is read from the pixels of the screen, keeps a
// picture of it, and leaves.
func (r *faultRun) clerkReads(name, code string) error {
	for end := time.Now().Add(harness.Patience); ; {
		r.Found = nil
		if err := r.ComesIn(); err != nil {
			return err
		}
		seen, err := r.looks(name, code)
		if err != nil {
			return err
		}
		if err := r.Leaves("the clerk"); err != nil {
			return err
		}
		if seen {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("the clerk's screen does not show %s", code)
		}
	}
}

// lookTime is longer than the screen takes to measure the machine at its slowest: it
// waits four seconds for authority and printer and ten for the rest.
const lookTime = 20 * time.Second

// looks reads every page of the state of the machine, and ends on the last.
func (r *faultRun) looks(name, code string) (seen bool, err error) {
	cfg, err := config.Load(r.Kiosk.ConfigFile())
	if err != nil { // the kiosk runs on with what it has
		cfg.Kiosk.Data = r.Kiosk.Data()
	}
	for end := time.Now().Add(lookTime); !seen && time.Now().Before(end); {
		if _, err := r.Screen.Settled(r.Ctx, nil, time.Minute); err != nil {
			return false, err
		}
		s, err := firmware.ReadStatus(cfg)
		if err != nil {
			return false, err
		}
		r.Found = findings(s.Checks)
		if seen, err = r.reads(r.Laid(0, 0), code); err != nil {
			return false, err
		}
	}
	for page := 0; ; page++ {
		s := r.Laid(0, page)
		read, err := r.reads(s, code)
		if err != nil {
			return false, err
		}
		if read {
			seen = true
			if err := r.Picture(name); err != nil {
				return false, err
			}
		}
		if page+1 >= s.Pages {
			return seen, nil
		}
		if err := r.Turns(); err != nil {
			return false, err
		}
	}
}

// reads reports whether the screen shows the code where the layout has it.
func (r *faultRun) reads(s layout.Screen, code string) (bool, error) {
	return r.Shows(s, code, codes())
}

// codes are all that could stand there.
func codes() (all []string) {
	for _, f := range check.Faults() {
		all = append(all, f.Code())
	}
	return all
}

// findings are those that a report was made of.
func findings(checks []measure.Check) (all []check.Finding) {
	for i, c := range checks {
		f := check.Finding{Item: check.Item(i)}
		for l := check.Absent; l <= check.Critical; l++ {
			if l.String() == c.State {
				f.Level = l
			}
		}
		f.Fault, _ = check.Coded(c.Code)
		all = append(all, f)
	}
	return all
}

// openFaults starts all that the faults need, in a folder.
func (s *session) openFaults(ctx context.Context, o harness.Options, p faultPrograms, u harness.Unit) (*faultRun, error) {
	var err error
	if s.kiosk, err = s.virtual("kiosk", s.glass().W, s.glass().H); err != nil {
		return nil, err
	}
	o.Dir, o.Window, o.Link, o.Programs.Kiosk = s.runDir(), true, filepath.Join(s.scratch, "reader"), p.plain
	w, err := harness.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	s.closing = append(s.closing, w.Close)
	if err := w.PlugPrinter(nil); err != nil {
		return nil, err
	}
	m, err := w.Kiosk.Manage(u)
	if err != nil {
		return nil, err
	}
	s.closing = append(s.closing, m.Close)
	home := filepath.Join(w.Kiosk.Dir, "home")
	for _, dir := range []string{"cache", "config"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			return nil, err
		}
	}
	w.Kiosk.Env = append(append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "LANG=C.UTF-8"}, s.kiosk.Env()...), m.Env()...)
	r := &faultRun{Maintainer: s.maintainer(ctx, w.Kiosk, s.out),
		world: w, manager: m, display: s.kiosk, programs: p, machine: equipped.Machine(filepath.Join(s.runDir(), "machine")), now: p.plain}
	if err := r.machine.Make(); err != nil {
		return nil, err
	}
	return r, r.begins()
}
