// Kiosk is the firmware: it reads one configuration file, opens its hands, and
// serves residents on a full screen until it is told to end.
//
//	kiosk -config /etc/kiosk/kiosk.toml
//	kiosk ledger verify|show|stats|export …   for auditors
//
// The log goes to standard error, one line an event: places, calls of the
// hands with their duration, faults. No line holds a secret, the length of
// one, or the body of a message.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/ui"
	"multicopy.example/ui/layout"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "ledger" {
		os.Exit(report(ledger(context.Background(), os.Stdout, os.Args[2:])))
	}
	name := flag.String("config", "", "the configuration `file` (required)")
	flag.Parse()
	if *name == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	os.Exit(report(serve(*name)))
}

func serve(name string) error {
	if err := closeMemory(); err != nil {
		return err
	}
	cfg, err := config.Load(name)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	app, err := toolkit.App("kiosk")
	if err != nil {
		return err
	}
	var fw *firmware.Firmware
	face := ui.New(app, panel(cfg.Screen), func(e kiosk.Event) { fw.Post(e) })
	if fw, err = firmware.New(ctx, cfg, face, log); err != nil {
		return err
	}
	// The firmware's end is the process's end. The window is not asked to quit:
	// the toolkit has a handler of its own for SIGTERM, and its loop may be gone
	// already or not have begun.
	go func() {
		err := fw.Run(ctx)
		os.Exit(report(errors.Join(ignore(err, context.Canceled), fw.Close())))
	}()
	face.Run()
	stop() // the window went first: end the loop, which erases the secrets
	select {}
}

// report says how it ended and returns the exit status.
func report(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "kiosk:", err)
	return 1
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

func panel(s config.Screen) layout.Panel {
	if s.Panel == "15" {
		return layout.Panel15
	}
	return layout.Panel10
}

func ignore(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}
