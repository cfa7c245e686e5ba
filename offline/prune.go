package offline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"multicopy.example/offline/record"
)

// keepAside is how many ledgers that were set aside stay whatever happens. A
// disk that spoils one every day must not fill up with the evidence of it.
const keepAside = 8

// prune lets the oldest of more than keepAside go, one by one, and says so.
// Only while nothing that was carried over from any earlier ledger is owed, no
// act of it is open, and what the folder itself owed is known to be with the
// authority, or its refused copy is in table aside: what was carried over into
// a ledger that was then lost is in no later one. What the authority signed of
// it stays: receipts are carried from ledger to ledger.
func (l *Ledger) prune(ctx context.Context) {
	all, err := asides(l.dir)
	for n := len(all) - keepAside; err == nil && n > 0 && !l.owes(); n-- {
		var alone int
		switch alone, err = l.alone(ctx, all[0]); {
		case err != nil:
		case alone > 0:
			l.opt.Log.Error("ledger: a ledger that was set aside holds records that are known to be nowhere else",
				"folder", filepath.Base(all[0]), "records", alone)
		default:
			err = l.forget(all[0])
		}
		all = all[1:]
	}
	if err != nil {
		l.opt.Log.Warn("ledger: letting go of what was set aside", "err", err)
	}
}

// owes says that something of an earlier ledger is not at its end.
func (l *Ledger) owes() bool {
	return len(l.queue) > 0 || l.open.carried.len() > 0
}

// alone is how many records a folder owed when it was set aside which neither a
// receipt here covers nor table aside here has.
func (l *Ledger) alone(ctx context.Context, folder string) (n int, err error) {
	var told scan
	if err := errors.Join(told.objects(ctx, l.db, false), told.readReceipts(ctx, l.db, false)); err != nil {
		return 0, err
	}
	upTo := map[[16]byte]uint64{}
	for _, r := range told.receipts {
		upTo[r.Epoch] = r.Seq
	}
	scratch := filepath.Join(l.dir, scratchName)
	defer os.RemoveAll(scratch)
	if err := os.RemoveAll(scratch); err != nil {
		return 0, err
	}
	if err := copyLedger(folder, scratch); err != nil {
		return 0, err
	}
	f, err := examineFile(ctx, filepath.Join(scratch, dbName), true)
	if err != nil {
		return 0, err
	}
	refused := map[[32]byte]bool{}
	err = eachRow(ctx, l.db, "SELECT n, hash, x'', 0 FROM aside", func(_ int64, h, _ []byte, _ int64) bool {
		if len(h) == 32 {
			refused[[32]byte(h)] = true
		}
		return true
	})
	if err != nil {
		return 0, err
	}
	for _, r := range f.owed() {
		if !r.sent && r.head.Seq > upTo[r.head.Epoch] && !refused[record.Hash(r.bytes)] {
			n++
		}
	}
	return n, nil
}

// forget removes one folder. The rename makes it one step: what a kill leaves
// of it is swept away at the next start.
func (l *Ledger) forget(folder string) error {
	head, _, err := readHead(filepath.Join(folder, headName))
	if err != nil {
		return err
	}
	scratch := filepath.Join(l.dir, scratchName)
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	l.opt.testOnlyStep("prune: before the rename")
	if err := os.Rename(folder, scratch); err != nil {
		return err
	}
	l.opt.testOnlyStep("prune: renamed")
	l.opt.Log.Error("ledger: a ledger that was set aside is let go, the authority has what it owed",
		"folder", filepath.Base(folder), "epoch", fmt.Sprintf("%x", head.Epoch), "records", head.Seq)
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	return syncDir(l.dir)
}
