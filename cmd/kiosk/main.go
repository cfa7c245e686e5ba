// Kiosk is the firmware: it reads one configuration file, opens its hands, and
// serves residents on a full screen until it is told to end.
//
//	kiosk -config /etc/kiosk/kiosk.toml
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

	"fyne.io/fyne/v2/app"
	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/assemble"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/ui"
	"multicopy.example/ui/plan"
)

func main() {
	name := flag.String("config", "", "the configuration `file` (required)")
	flag.Parse()
	if *name == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := serve(*name); err != nil {
		fmt.Fprintln(os.Stderr, "kiosk:", err)
		os.Exit(1)
	}
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

	// One pixel of the layout is one pixel of the glass: the toolkit's own
	// guess at the panel's density would spoil every millimetre.
	for k, v := range map[string]string{"FYNE_SCALE": "1", "FYNE_DISABLE_DPI_DETECTION": "1"} {
		if err := os.Setenv(k, v); err != nil {
			return err
		}
	}
	var firmware *assemble.Firmware
	face := ui.New(app.New(), panel(cfg.Screen), func(e kiosk.Event) { firmware.Post(e) })
	if firmware, err = assemble.New(ctx, cfg, face, log); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		err := firmware.Run(ctx)
		ended <- errors.Join(ignore(err, context.Canceled), firmware.Close())
		face.Quit()
	}()
	face.Run()
	stop() // the window went first: end the loop, which erases the secrets
	return <-ended
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

func panel(s config.Screen) plan.Panel {
	if s.Panel == "15" {
		return plan.Panel15
	}
	return plan.Panel10
}

func ignore(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}
