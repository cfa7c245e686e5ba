// Kiosk is the firmware: it reads one configuration file, opens its devices, and
// serves residents on a full screen until it is told to end. `kiosk ledger` is
// for auditors, `kiosk text` for translators, `kiosk doctor` and `kiosk status` for engineers and for programs
// that watch machines. Errors are one line; the exit status is 0 done, 1 failed, 2 wrong use, and of doctor and
// status 0 normal, 1 warning, 2 critical.
//
// The log goes to standard error, one line an event: places, calls of the
// ports with their duration, faults. No line holds a secret, the length of
// one, or the body of a message.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui"
)

func main() { cli.Main(root()) }

func root() *cobra.Command { return commands(measure.Here()) }

// commands are those of the machine that doctor tests.
func commands(host measure.Host) *cobra.Command {
	var config string
	c := &cobra.Command{Use: "kiosk", Short: "The kiosk's firmware: serve residents until a signal", Args: cobra.NoArgs,
		Example: "  kiosk --config /etc/kiosk/kiosk.toml",
		RunE:    func(c *cobra.Command, _ []string) error { return serve(c, config) }}
	configFlag(c, &config)
	c.AddCommand(ledgerCommand(), textCommand(), doctorCommand(host), statusCommand(host), staffCommand())
	return c
}

// serve returns an error where serving could not begin. Once it has, it ends the
// process itself: the toolkit has a handler of its own for SIGTERM, and its loop
// may be gone already or not have begun.
func serve(c *cobra.Command, name string) error {
	if err := closeMemory(); err != nil {
		return err
	}
	cfg, err := config.Load(name)
	if err != nil {
		return err
	}
	log := firmware.Logger(os.Stderr, cfg.Log)
	ctx, stop := context.WithCancel(c.Context())
	defer stop()

	app, err := toolkit.App("kiosk")
	if err != nil {
		return err
	}
	var fw *firmware.Firmware
	display := glass.Display{Display: ui.New(app, glass.Panel(cfg), func(e kiosk.Event) { fw.Post(e) })}
	display.Staff(func(e staff.Event) { fw.PostStaff(e) })
	if fw, err = firmware.New(ctx, cfg, display, log); err != nil {
		return err
	}
	if err := fw.KeepTrace(); err != nil {
		log.Warn("the trace of a panic goes to the log alone", "err", err)
	}
	go func() {
		err := fw.Run(ctx)
		os.Exit(cli.Report(os.Stderr, c, errors.Join(ignore(err, context.Canceled), fw.Close())))
	}()
	display.Run()
	stop() // the window went first: end the loop, which erases the secrets
	select {}
}

// closeMemory keeps this process's memory out of core dumps and away from
// other processes of its user.
func closeMemory() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("close memory to others: %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}

func ignore(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}
