package firmware

import (
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"multicopy.example/cmd/internal/replace"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/offline/record"
)

// A version that is on trial may be left again, and the one before has to go on with the ledger: with what this one wrote, and with
// what the authority does not have yet. So a version that the machine keeps writes down which kinds of records it reads, and one that is
// not kept yet writes no newer ones. The tables of the ledger are those of format 1 in every version; one that changes them has to wait for the
// same word.

// readsFile is the name in the data folder of what the version that was kept last reads: the newest kind, as a number.
const readsFile = "ledger.reads"

// readable is which records may be written.
type readable struct {
	name string // of the file
	kept func() bool
	most atomic.Uint32
	log  *slog.Logger
}

// readableBy looks at a machine that has just started. Where it has no updater there is no other version to go on.
func readableBy(cfg config.Config, log *slog.Logger) *readable {
	r := &readable{name: filepath.Join(cfg.Kiosk.Data, readsFile), log: log, kept: func() bool {
		m, err := machineAt(cfg.Staff.Updates, bootFile)
		return err == nil && m.Good
	}}
	r.most.Store(uint32(record.LastKind))
	if cfg.Staff.Updates == "" {
		return r
	}
	if before, ok := r.before(); ok && before < record.LastKind {
		r.most.Store(uint32(before))
		log.Info("until this version is kept, records of newer kinds are not written", "newest", before)
	}
	return r
}

// before is what the version that was kept last reads; false where none has said it.
func (r *readable) before() (kiosk.EntryKind, bool) {
	line, there, err := readLine(r.name)
	if err != nil || !there {
		return 0, false
	}
	n, err := strconv.ParseUint(line, 10, 8)
	return kiosk.EntryKind(n), err == nil && n > 0
}

// newest is the newest kind that may be written.
func (r *readable) newest() kiosk.EntryKind { return kiosk.EntryKind(r.most.Load()) }

// keptEach is how often the machine is asked whether it keeps this version.
const keptEach = 5 * time.Second

// watch writes down what this version reads once the machine keeps it, and ends.
func (r *readable) watch(ctx context.Context, tick <-chan time.Time) {
	for {
		if r.kept() {
			err := r.keep()
			if err == nil {
				return
			}
			r.log.Error("which records this version reads is not written down", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

// keep writes it down first: what is written afterwards only versions read that know it.
func (r *readable) keep() error {
	if before, ok := r.before(); !ok || before != record.LastKind {
		if err := writeLine(r.name, strconv.Itoa(int(record.LastKind))); err != nil {
			return err
		}
		if err := replace.Folder(filepath.Dir(r.name)); err != nil {
			return err
		}
	}
	r.most.Store(uint32(record.LastKind))
	return nil
}

// watchTrial is watch of a machine that has an updater.
func (f *Firmware) watchTrial(ctx context.Context) {
	if f.cfg.Staff.Updates == "" {
		return
	}
	each := time.NewTicker(keptEach)
	defer each.Stop()
	f.reads.watch(ctx, each.C)
}
