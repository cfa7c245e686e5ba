package firmware

import (
	"fmt"
	"log/slog"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/devices/board"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
)

// openBoard finds the GPIO lines of lamp and buzzer.
func openBoard(cfg config.Board, log *slog.Logger) (*board.Board, error) {
	lamp, err := board.OutputLine(cfg.Lamp)
	if err != nil {
		return nil, fmt.Errorf("board.lamp: %w", err)
	}
	buzzer, err := board.OutputLine(cfg.Buzzer)
	if err != nil {
		return nil, fmt.Errorf("board.buzzer: %w", err)
	}
	notify := func(state string) error {
		_, err := daemon.SdNotify(false, state)
		return err
	}
	return board.New(lamp, buzzer, notify, log), nil
}

// openDoor is the door's switch; none for no name.
func openDoor(cfg config.Board) (*board.Door, error) {
	pin, err := board.Line(cfg.Door)
	if err != nil || pin == nil {
		return nil, wrapped("board.door", err)
	}
	d, err := board.NewDoor(pin)
	return d, wrapped("board.door", err)
}

func wrapped(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", key, err)
}

// doorFacts sets what the switch says.
func doorFacts(r *measure.Result, d *board.Door) {
	if d == nil {
		r.Absent |= check.Of(check.Door)
		return
	}
	r.Tested |= check.Of(check.Door)
	r.DoorOpen = d.Open()
}

// watchdogFacts sets whether a watchdog could be fed: the kernel's, or the one that
// the service manager promised this process. err is why the kernel's is not open.
func watchdogFacts(r *measure.Result, cfg config.Board, err error, fed bool) {
	promised, managed := daemon.SdWatchdogEnabled(false)
	switch {
	case cfg.Watchdog != "":
		r.Tested |= check.Of(check.Watchdog)
		r.WatchdogFault = err != nil || !fed
		r.Note(check.Watchdog, err)
	case managed == nil && promised > 0:
		r.Tested |= check.Of(check.Watchdog)
		r.WatchdogFault = promised <= check.Stalled
	default:
		r.Absent |= check.Of(check.Watchdog)
	}
}

// mayWatch reports why the kernel's watchdog could not be opened. It is not: that
// would start it.
func mayWatch(cfg config.Board) error {
	if cfg.Watchdog == "" {
		return nil
	}
	return wrapped("board.watchdog", unix.Access(cfg.Watchdog, unix.W_OK))
}
