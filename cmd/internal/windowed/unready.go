package windowed

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/kiosk"
	"multicopy.example/ui"
)

// A configuration with which no kiosk starts is told on the screen. A dark one would
// tell a clerk nothing, and residents would wait for it.

// mendedPeriod is between two looks whether the configuration can be used now; it is
// also well within the time of the service manager's watchdog.
const mendedPeriod = 2 * time.Second

// unready shows what is wrong with a file that says nothing of the panel. Without a
// display it is an error as any other.
func unready(ctx context.Context, file string, host measure.Host, report Report, why error) error {
	awaitDisplay(ctx)
	app, err := toolkit.App("kiosk")
	if err != nil {
		return why
	}
	wait(ctx, glass.Display{Display: ui.New(app, glass.Unknown(toolkit.Size()), func(kiosk.Event) {})}, file, host, report, why)
	return nil
}

// wait shows why no kiosk starts until the configuration can be used, and ends the
// process, to be started anew with it; it does not return. Nothing else of the machine
// is touched.
func wait(ctx context.Context, d glass.Display, file string, host measure.Host, report Report, why error) {
	report(why)
	go func() {
		d.Unready(why)
		d.Show(kiosk.View{Place: kiosk.OutOfService})
		tell(daemon.SdNotifyReady)
		each := time.NewTicker(mendedPeriod)
		for firmware.Usable(file, host) != nil {
			tell(daemon.SdNotifyWatchdog)
			select {
			case <-ctx.Done():
				os.Exit(report(nil))
			case <-each.C:
			}
		}
		os.Exit(report(errMended))
	}()
	d.Run()
	select {}
}

// errMended: the service manager starts the kiosk anew where it ended.
var errMended = errors.New("the configuration can be used now")

func tell(state string) {
	_, _ = daemon.SdNotify(false, state) // there may be no service manager
}
