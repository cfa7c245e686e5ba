package firmware

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
)

// crashName is the file in the ledger's folder with the trace of a program that ended
// by itself. It holds the stacks of goroutines with their arguments: slots and
// addresses, and so no secret (kiosk/secret).
const crashName = "crash.log"

// maxCrashes is how much is kept of traces; a program that ends at every start must
// not fill the disk.
const maxCrashes = 1 << 20

func crashFile(cfg config.Config) string { return filepath.Join(cfg.Kiosk.Data, crashName) }

// KeepTrace has the runtime write the trace of a panic into a file too, for staff
// who come when the journal is gone. Call it when the ledger is open: it made the
// folder.
func (f *Firmware) KeepTrace() error {
	file, err := os.OpenFile(crashFile(f.cfg), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if i, err := file.Stat(); err == nil && i.Size() > maxCrashes {
		err = file.Truncate(0)
		if err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return errors.Join(debug.SetCrashOutput(file, debug.CrashOptions{}), file.Close())
}

// crashFacts sets whether a trace is there, and when it was written.
func crashFacts(r *measure.Result, cfg config.Config) {
	i, err := os.Stat(crashFile(cfg))
	if err != nil || i.Size() == 0 {
		return
	}
	r.Tested |= check.Of(check.Program)
	r.Crashed = true
	r.Detail[check.Program] = "last on " + i.ModTime().UTC().Format(time.DateTime) + " UTC: " + crashFile(cfg)
}
