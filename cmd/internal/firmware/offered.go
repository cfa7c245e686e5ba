package firmware

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/update"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline"
)

// What the authority offers is brought onto a machine that has an updater; elsewhere none is asked for.

const (
	// restartTime is how long a machine may take from the updater's word to its end.
	restartTime = 10 * time.Minute
	// unservedPeriod is between two looks whether the last visit has ended.
	unservedPeriod = time.Second
)

// errNoRestart: the updater said that it is done, and the machine went on.
var errNoRestart = errors.New("the machine was not started again")

// update asks for updates until ctx ends.
func (f *Firmware) update(ctx context.Context) {
	if f.cfg.Staff.Updates == "" {
		return
	}
	_ = update.Run(ctx, f.client, update.Options{Disk: update.Folder{Dir: f.cfg.Kiosk.Data, Free: f.host.Free, Reserve: check.LowDisk * offline.DefaultFloor}, Spread: f.spread,
		Machine: func() (update.Machine, error) { return machineAt(f.cfg.Staff.Updates, bootFile) },
		Served:  func() bool { return f.display.at() == visitPlace }, Install: f.installFetched,
		Told: func(s update.Saved) { f.offered.Store(uint32(faultOfUpdate(s))) }, Ended: f.recordOffer, Rand: jitter(), Log: f.log})
}

// bootFile has another word at each start of the machine.
const bootFile = "/proc/sys/kernel/random/boot_id"

// machineAt is what the machine says of itself, in the folder of its updater: the version of its image, and whether it is kept.
func machineAt(folder, boot string) (m update.Machine, err error) {
	line, there, err := readLine(filepath.Join(folder, "version"))
	if err != nil {
		return m, err
	}
	if !there || !wire.IsVersion(line) {
		return m, fmt.Errorf("%s says no version by which updates could be compared: %.40q", folder, line)
	}
	id, err := os.ReadFile(boot)
	if err != nil {
		return m, err
	}
	_, err = os.Stat(filepath.Join(folder, "good"))
	return update.Machine{Runs: line, Good: err == nil, Boot: strings.TrimSpace(string(id))}, nil
}

// installFetched has the machine install what was fetched. From its beginning no visit begins, and it waits for the end of the
// visit, or of the maintenance, that is under way; where nothing was installed, service goes on.
func (f *Firmware) installFetched(ctx context.Context) error {
	f.hold.Store(true)
	defer f.hold.Store(false)
	if err := f.unserved(ctx); err != nil {
		return err
	}
	if err := updaterOf(f.cfg).ask(ctx, "data"); err != nil {
		return updateError(err)
	}
	f.log.Info("an update is installed, the machine starts again")
	select {
	case <-ctx.Done():
	case <-time.After(restartTime):
		f.log.Error("update", "err", errNoRestart)
	}
	return nil
}

// installBrought has the machine install what lies on the technician's stick. Unless it says that nothing was installed, no visit
// begins any more: the machine starts again, seconds after the technician has read so and left.
func (f *Firmware) installBrought(ctx context.Context) error {
	f.hold.Store(true)
	err := updaterOf(f.cfg).run(ctx)
	if err != nil && ctx.Err() == nil {
		f.hold.Store(false)
		return err
	}
	time.AfterFunc(restartTime, func() {
		f.hold.Store(false)
		f.log.Error("update", "err", errNoRestart)
	})
	return err
}

// unserved waits until neither a resident nor a technician is at the machine.
func (f *Firmware) unserved(ctx context.Context) error {
	each := time.NewTicker(unservedPeriod)
	defer each.Stop()
	for at := f.display.at(); at == visitPlace || at == kiosk.Staff.String(); at = f.display.at() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-each.C:
		}
	}
	return nil
}

// recordOffer puts the end of an offer into the ledger, as maintenance that no person did, and not between the lines of a visit.
// The authority is told of the end also where the ledger takes no line: it stops an offer that fails.
func (f *Firmware) recordOffer(ctx context.Context, s update.Saved) {
	if err := f.unserved(ctx); err != nil {
		return // the end is told again at the next start
	}
	if err := f.lines.Append(ctx, entryOfOffer(s)); err != nil {
		f.log.Error("the end of an update is not in the ledger", "err", err)
	}
}

// entryOfOffer is of a kind that every version reads which has an updater, so that it may be written on trial too.
func entryOfOffer(s update.Saved) kiosk.Entry {
	e := kiosk.Entry{Kind: kiosk.EntryStaffDid, Before: -1, After: -1, Task: kiosk.StaffUpdate, Outcome: kiosk.Failed}
	if s.Phase == update.Good {
		e.Outcome = kiosk.Done
	}
	return e
}

// updateError is the updater's word in those of package update.
func updateError(err error) error {
	for ours, theirs := range map[error]error{errForeign: update.ErrForeign, errOlder: update.ErrOlder, errDamaged: update.ErrDamaged} {
		if errors.Is(err, ours) {
			return theirs
		}
	}
	return err
}

// faultOfUpdate is what staff is told of it.
func faultOfUpdate(s update.Saved) check.Fault {
	switch s.Phase {
	case update.Failed:
		return check.UpdateWentBack
	case update.Refused:
		switch s.Why {
		case wire.UpdateForeign:
			return check.UpdateForeign
		case wire.UpdateDamaged:
			return check.UpdateDamaged
		case wire.UpdateOlder:
			return check.UpdateOlder
		case wire.UpdateRoom:
			return check.UpdateRoom
		}
		return check.UpdateFails
	}
	return check.NoFault
}

// updateFacts sets what is said of an offered update.
func (f *Firmware) updateFacts(r *measure.Result) {
	if f.cfg.Staff.Updates == "" {
		r.Absent |= check.Of(check.Update)
		return
	}
	r.Tested |= check.Of(check.Update)
	r.Update = check.Fault(f.offered.Load())
}
