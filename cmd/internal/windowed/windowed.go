// Package windowed is the firmware on its window: call [Serve] on the main goroutine.
package windowed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui"
)

// A Report says how the program ended and returns its exit status.
type Report func(error) int

// Serve returns an error where serving could not begin and nothing can be shown. Else
// it ends the process itself, with the status of report: the toolkit has a handler of
// its own for SIGTERM, and its loop may be gone already or not have begun.
func Serve(ctx context.Context, file string, host measure.Host, report Report) error {
	if err := closeMemory(); err != nil {
		return err
	}
	cfg, err := config.Load(file)
	if err != nil {
		return unready(ctx, file, host, report, err)
	}
	to, flush := firmware.Apart(os.Stderr)
	defer flush()
	log, level := firmware.Logger(to, cfg.Log)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	firmware.Reload(ctx, cfg, level, log)

	voice, err := glass.Voice(cfg, log)
	if err != nil {
		return err
	}
	awaitDisplay(ctx)
	app, err := toolkit.App("kiosk")
	if err != nil {
		return err
	}
	var fw *firmware.Firmware
	display := glass.Display{Display: ui.New(app, glass.Panel(cfg), func(e kiosk.Event) { fw.Post(e) })}
	fw, err = firmware.New(ctx, cfg, host, display, log)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil // ended while it starts
	case errors.As(err, new(firmware.Unusable)):
		wait(ctx, display, file, host, report, err)
	case err != nil:
		return err
	}
	display.Proven(toolkit.Answers)
	display.Switches(glass.Switches(cfg))
	display.Speaks(voice)
	display.Staff(func(e staff.Event) { fw.PostStaff(e) })
	keepTrace(fw, log)
	go func() {
		err := fw.Run(ctx)
		status := report(errors.Join(ignore(err, context.Canceled), fw.Close()))
		flush()
		os.Exit(status)
	}()
	display.Run()
	stop() // the window went first: end the loop, which erases the secrets
	select {}
}

// displayTime is how long the display may take that a service manager starts beside the kiosk.
const displayTime = time.Minute

// awaitDisplay waits where a service manager was told so; who starts the kiosk by hand hears at once what is missing.
func awaitDisplay(ctx context.Context) {
	if told, _ := daemon.SdNotify(false, "STATUS=the display is waited for"); !told {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, displayTime)
	defer cancel()
	toolkit.Await(ctx)
	tell("STATUS=")
}

func keepTrace(fw *firmware.Firmware, log *slog.Logger) {
	if err := fw.KeepTrace(); err != nil {
		log.Warn("the trace of a panic goes to the log alone", "err", err)
	}
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
