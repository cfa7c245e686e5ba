package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/equipped"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui/layout"
)

// A fault happens below the firmware. The clerk reads its code on the window, doctor
// says the same one, and it is mended.
type fault struct {
	name string
	item check.Item
	code string
	// equipped: sensor, disk and door are those of the machine that the harness has.
	equipped bool
	make     func(*faultRun) error
	mend     func(*faultRun) error
	meets    func(*faultRun, fault) error // nil: as every fault is met
}

var faults = []fault{
	{name: "cable", item: check.Reader, code: "E-RDR1",
		make: func(r *faultRun) error { r.world.Cards.Unplug(); return nil },
		mend: func(r *faultRun) error { return r.world.Cards.Plug() }},
	{name: "paper", item: check.Printer, code: "E-PAP",
		make: func(r *faultRun) error { r.world.Printer.Fault(sim.PrinterFaults{PaperOut: true}); return nil },
		mend: func(r *faultRun) error { r.world.Printer.Fault(sim.PrinterFaults{}); return nil }},
	{name: "network", item: check.Network, code: "E-NET",
		make: func(r *faultRun) error { r.world.Network.Cut(); return nil },
		mend: func(r *faultRun) error { return r.world.Network.Restore() }},
	{name: "clock", item: check.Clock, code: "E-CLK",
		make: func(r *faultRun) error { return r.world.Authority.Restart(r.Ctx, "--ahead", "1h") },
		mend: func(r *faultRun) error { return r.world.Authority.Restart(r.Ctx) }},
	{name: "expired certificate", item: check.KioskCertificate, code: "E-CRT1",
		make: func(r *faultRun) error {
			now := time.Now()
			err := r.world.Authority.Certify(harness.Certificate{Name: r.Kiosk.Name, File: "expired", From: now.Add(-48 * time.Hour), To: now.Add(-time.Hour)})
			return errors.Join(err, r.certified("expired"))
		},
		mend: func(r *faultRun) error { return r.certified("kiosk") }},
	{name: "bad configuration", item: check.Configuration, code: "E-CFG1", meets: configured,
		make: func(r *faultRun) error {
			b, err := os.ReadFile(r.Kiosk.ConfigFile())
			return errors.Join(err, os.WriteFile(r.Kiosk.ConfigFile(), append([]byte("fake = true\n"), b...), 0o600))
		},
		mend: func(r *faultRun) error { return r.Kiosk.Configure() }},
	{name: "stalled screen", item: check.Screen, code: "E-SCR1", meets: stalled,
		make: func(r *faultRun) error { return syscall.Kill(r.display.PID(), syscall.SIGSTOP) },
		mend: func(r *faultRun) error { return syscall.Kill(r.display.PID(), syscall.SIGCONT) }},
	{name: "full disk", item: check.Disk, code: "E-FUL", equipped: true,
		make: func(r *faultRun) error { return r.machine.Free(1 << 20) },
		mend: func(r *faultRun) error { return r.machine.Free(1 << 30) }},
	{name: "hot", item: check.Temperature, code: "E-TMP1", equipped: true,
		make: func(r *faultRun) error { return r.machine.Warm(95_000) },
		mend: func(r *faultRun) error { return r.machine.Warm(45_000) }},
	{name: "door open", item: check.Door, code: "E-DOR1", equipped: true,
		make: func(r *faultRun) error { return r.machine.Door(true) },
		mend: func(r *faultRun) error { return r.machine.Door(false) }},
}

// certified starts the kiosk with another certificate of the authority's folder.
func (r *faultRun) certified(file string) error {
	r.Kiosk.Certificate = file
	extra := ""
	if r.now[len(r.now)-1] == r.programs.equipped[len(r.programs.equipped)-1] {
		extra = doorSection
	}
	return r.serve(r.now, extra)
}

// doorSection is the configuration's, of a machine whose door has a switch.
const doorSection = "[board]\ndoor = \"" + equipped.DoorLine + "\"\n"

// meet has one fault happen, seen and mended.
func (r *faultRun) meet(f fault) error {
	if program := r.programs.equipped; f.equipped && r.now[len(r.now)-1] != program[len(program)-1] {
		if err := r.serve(program, doorSection); err != nil {
			return err
		}
	}
	if f.meets != nil {
		return f.meets(r, f)
	}
	return r.All(
		func() error { return f.make(r) },
		func() error { return r.clerkReads(f.picture(), f.code) },
		func() error { return r.untilCode(f.item, f.code) },
		func() error { return f.mend(r) },
		func() error { return r.mended(f) },
	)
}

// picture is the name of the picture of the clerk's screen.
func (f fault) picture() string { return strings.ReplaceAll(f.name, " ", "-") }

// seen is what was seen of it.
func (f fault) seen() string {
	if f.item == check.Screen {
		return f.code + " from kiosk doctor while it stands still, then E-RUN2 on the clerk's screen and from kiosk doctor, and mended"
	}
	return f.code + " on the clerk's screen and from kiosk doctor, and mended"
}

// mended comes in once more, which asks the machine anew.
func (r *faultRun) mended(f fault) error {
	r.Found = nil
	return r.All(r.idle, r.ComesIn, func() error { return r.untilMended(f.item, f.code) }, func() error { return r.Leaves("the clerk") })
}

// configured: the kiosk that runs tells of the file, and so does one that cannot start.
func configured(r *faultRun, f fault) error {
	return r.All(
		func() error { return f.make(r) },
		func() error { return r.clerkReads(f.picture(), f.code) },
		func() error { return r.untilCode(f.item, f.code) },
		func() error {
			return syscall.Kill(r.Kiosk.PID(), syscall.SIGKILL) // the manager starts it anew
		},
		func() error { return r.readsUnready(f) },
		func() error { return r.untilCode(f.item, f.code) },
		func() error { return f.mend(r) },
		func() error { return r.mended(f) },
	)
}

// readsUnready waits for the screen of a kiosk that did not start.
func (r *faultRun) readsUnready(f fault) error {
	panel := r.Panel
	_, why := config.Load(r.Kiosk.ConfigFile())
	panel.Staff, panel.Unready = false, glass.Unready(why)
	for end := time.Now().Add(harness.Patience); ; {
		if _, err := r.Screen.Settled(r.Ctx, nil, time.Minute); err != nil {
			return err
		}
		seen, err := r.reads(layout.Lay(kiosk.View{Place: kiosk.OutOfService}, panel, layout.Fill{}), f.code)
		if err != nil {
			return err
		}
		if seen {
			return r.Picture(f.picture() + "-at-the-start")
		}
		if time.Now().After(end) {
			return errors.New("a kiosk that cannot start does not say so on its screen")
		}
	}
}

// stalled: nothing can be read on a screen that stands still. Doctor tells it, the
// service manager ends the program, and the next one tells that it has: its trace is
// there.
func stalled(r *faultRun, f fault) error {
	before, _ := r.manager.Aborted()
	trace := filepath.Join(r.Kiosk.Data(), "crash.log")
	return r.All(
		func() error { return f.make(r) },
		func() error { return r.untilCode(f.item, f.code) },
		func() error {
			for end := time.Now().Add(harness.Patience); ; time.Sleep(time.Second / 10) {
				if n, err := r.manager.Aborted(); n > before || err != nil {
					return err
				}
				if time.Now().After(end) {
					return errors.New("a kiosk whose screen stands still was not aborted")
				}
			}
		},
		func() error { return f.mend(r) },
		r.idle,
		func() error { return r.clerkReads(f.picture(), "E-RUN2") },
		func() error { return r.untilCode(check.Program, "E-RUN2") },
		func() error { return os.Remove(trace) }, // the engineer has read it
		func() error { return r.untilMended(check.Program, "E-RUN2") },
	)
}

// back is how long residents wait for a machine whose program ended by a panic: SIGABRT
// does what one does.
func (r *faultRun) back() (time.Duration, error) {
	before, _ := r.Kiosk.Seen.Places()
	ended := r.Kiosk.Done()
	if err := syscall.Kill(r.Kiosk.PID(), syscall.SIGABRT); err != nil {
		return 0, err
	}
	<-ended
	from, late := time.Now(), time.After(harness.Patience)
	for {
		places, more := r.Kiosk.Seen.Places()
		for _, p := range places[len(before):] {
			if p.Name == kiosk.Idle.String() {
				return p.At.Sub(from), nil
			}
		}
		select {
		case <-more:
		case <-late:
			return 0, errors.New("the kiosk did not come back after a panic")
		}
	}
}

func faultsCommand() *cobra.Command {
	var o order
	var unit string
	c := &cobra.Command{Use: "faults", Short: "Let ten faults happen, each read on the clerk's screen and said by kiosk doctor", Args: cobra.NoArgs,
		Long: "Let ten faults happen below the firmware on its real window: cable, paper, network, clock, expired certificate, bad configuration,\n" +
			"stalled screen, full disk, hot, door open. A clerk comes in by the gesture; the code is read from the pixels of the screen, kiosk doctor\n" +
			"--json has to say the same one, and the fault is mended. The folder keeps a picture of each. The last line is \"faults: N of 10\".",
		Example: "  kiosk-demo faults --out demo-out",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return runFaults(c.Context(), o, unit)
		}}
	c.Flags().StringVar(&o.out, "out", "demo-out", "`folder` for the pictures and all that the run writes")
	c.Flags().StringVar(&unit, "unit", "buildroot/system/kiosk.service", "the `file` that says how long the service manager waits for a proof of life, and for a start")
	return c
}

func runFaults(ctx context.Context, o order, unit string) (err error) {
	u, err := harness.ReadUnit(unit)
	if err != nil {
		return err
	}
	s, err := newSession(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p := faultPrograms{plain: []string{filepath.Join(s.bin, "kiosk")}}
	p.equipped = append([]string{self}, equipped.Machine(filepath.Join(s.runDir(), "machine")).Args()...)
	r, err := s.openFaults(ctx, harness.Options{Residents: "hanako", Programs: harness.Programs{Sandbox: filepath.Join(s.bin, "authority-sandbox")}}, p, u)
	if err != nil {
		return err
	}
	met := 0
	for _, f := range faults {
		if err = r.meet(f); err != nil {
			err = fmt.Errorf("%s: %w", f.name, err)
			break
		}
		met++
		s.say("%-20s %s", f.name, f.seen())
	}
	if err == nil {
		var took time.Duration
		if took, err = r.back(); err == nil {
			fmt.Printf("back: %.1f s from the end of an aborted program to the attract screen of the next, %v of them the service manager's\n", took.Seconds(), u.Again)
		}
	}
	fmt.Printf("faults: %d of %d\n", met, len(faults))
	return err
}
