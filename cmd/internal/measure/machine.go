package measure

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline"
)

const quick = 5 * time.Second // for what is read from a file or asked of the kernel

// Disk is how much is free on the disk of the ledger's folder, or of the folder
// above it where it was not made yet.
func Disk(h Host, dir string) Test {
	return Test{check.Of(check.Disk), quick, func(context.Context) func(*Result) {
		free, err := h.Free(dir)
		if errors.Is(err, fs.ErrNotExist) {
			free, err = h.Free(filepath.Dir(dir))
		}
		return func(r *Result) {
			r.Note(check.Disk, err)
			if err == nil {
				r.DiskFree, r.DiskFloor = free, offline.DefaultFloor
				r.tested(check.Disk)
			}
		}
	}}
}

// Temperature is the hottest sensor of the machine; absent where it has none that
// answers.
func Temperature(h Host) Test {
	return Test{check.Of(check.Temperature), quick, func(context.Context) func(*Result) {
		hottest, ok := hottest(h.Sys)
		return func(r *Result) {
			if !ok {
				r.Absent |= check.Of(check.Temperature)
				return
			}
			r.MilliCelsius = hottest
			r.tested(check.Temperature)
		}
	}}
}

// sensors are Documentation/ABI/testing/sysfs-class-thermal and sysfs-class-hwmon:
// thousandths of a degree.
var sensors = []string{"class/thermal/thermal_zone*/temp", "class/hwmon/hwmon*/temp*_input"}

// least and most are what a sensor in a shop can tell; a broken one tells less or
// more.
const least, most = -40_000, 150_000

func hottest(sys fs.FS) (milli int32, ok bool) {
	for _, pattern := range sensors {
		names, _ := fs.Glob(sys, pattern) // the pattern is well formed
		for _, name := range names {
			b, err := fs.ReadFile(sys, name)
			if err != nil {
				continue // one that sleeps
			}
			n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 32)
			if err != nil || n < least || n > most {
				continue
			}
			if !ok || int32(n) > milli {
				milli, ok = int32(n), true
			}
		}
	}
	return milli, ok
}

// Configuration compares the file with what the program runs with.
func Configuration(running config.Config) Test {
	return Test{check.Of(check.Configuration), quick, func(context.Context) func(*Result) {
		now, err := config.Load(running.File)
		changed := false
		if err == nil {
			changed, err = waits(running, now)
		}
		return func(r *Result) {
			r.Note(check.Configuration, err)
			r.ConfigInvalid, r.ConfigChanged = err != nil, changed
			r.tested(check.Configuration)
		}
	}}
}

// waits: a key has changed that is taken at a start alone.
func waits(running, now config.Config) (bool, error) {
	changed, err := config.Changed(running, now)
	return slices.ContainsFunc(changed, func(k config.Key) bool { return !k.Reload }), err
}

// Ledger verifies a copy of the ledger in dir: no lock is taken and nothing is
// changed, so it may be asked beside a kiosk that runs. It also tells how many
// records wait.
func Ledger(dir string) Test {
	return Test{check.Of(check.Ledger, check.Queue), time.Minute, func(ctx context.Context) func(*Result) {
		report, err := offline.Verify(ctx, dir)
		asides, asideErr := filepath.Glob(filepath.Join(dir, "aside-*"))
		return func(r *Result) {
			if err != nil && fresh(dir, asides) {
				r.Detail[check.Ledger] = "there is no ledger yet"
				return
			}
			r.tested(check.Ledger)
			r.Note(check.Ledger, errors.Join(append(report.Wrong, err, asideErr)...))
			r.LedgerAsides = uint32(len(asides))
			if err != nil {
				r.LedgerError = kiosk.MsgLedger
				return
			}
			r.LedgerSpoiled = !report.Whole()
			r.Waiting, r.WaitingCap = uint32(report.Waiting), offline.DefaultQueueCap
			r.tested(check.Queue)
		}
	}}
}

// fresh reports whether no kiosk has made a ledger in dir, or it was moved away as
// a whole.
func fresh(dir string, asides []string) bool {
	_, err := os.Lstat(filepath.Join(dir, "live"))
	return errors.Is(err, fs.ErrNotExist) && len(asides) == 0
}
