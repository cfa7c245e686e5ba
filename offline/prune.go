package offline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// keepAside is how many ledgers that were set aside stay whatever happens. A
// disk that spoils one every day must not fill up with the evidence of it.
const keepAside = 8

// prune lets the oldest of more than keepAside go, one by one, and says so.
// Only while nothing that was carried over from any earlier ledger is owed:
// then the authority has it, or its refused copy is in table aside, and no act
// of it is open. What the authority signed of it stays: receipts are
// carried from ledger to ledger.
func (l *Ledger) prune() {
	all, err := asides(l.dir)
	for err == nil && len(all) > keepAside && !l.owes() {
		err = l.forget(all[0])
		all = all[1:]
	}
	if err != nil {
		l.opt.Log.Warn("ledger: letting go of what was set aside", "err", err)
	}
}

// owes says that something of an earlier ledger is not at its end.
func (l *Ledger) owes() bool {
	return len(l.queue) > 0 || slices.ContainsFunc(l.open, func(i openIntent) bool { return i.old != 0 })
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
