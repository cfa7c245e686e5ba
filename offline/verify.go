package offline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk"
)

// A Report is what Verify found in one ledger.
type Report struct {
	Folder   string
	Epoch    [16]byte
	First    uint64 // the first record that is here; 0 where there is none
	Last     uint64 // the last record of the unbroken chain; 0 where there is none
	Hash     [32]byte
	Acked    uint64 // the authority has the records up to here, or they are set aside
	Waiting  int    // records the authority does not have, carried-over ones included
	Aside    int    // records the authority will never take
	Open     []kiosk.Entry
	Head     Head // what the head file says
	HeadRead bool // it could be read
	Base     [32]byte
	After    *Head   // the last good record of the ledger before, where one was set aside
	AfterWhy string  // and why it was
	Wrong    []error // what does not verify; empty for a whole ledger
}

// Whole says that everything verifies: every page, every record, the row of
// the ledger about itself and the head file.
func (r Report) Whole() bool { return len(r.Wrong) == 0 }

// Verify examines the ledger in dir while no Ledger has it open (ErrInUse).
// It also takes the folder of a ledger that was set aside. Nothing in the
// folder is changed: the files are copied to a temporary folder and read
// there, so that SQLite's own repairs cannot touch them. The error is one of
// reading; what is wrong with the ledger is in the Report.
func Verify(ctx context.Context, dir string) (r Report, err error) {
	folder := filepath.Join(dir, liveName)
	if !exists(folder) {
		folder = dir
	}
	lock, err := os.Open(dir)
	if err != nil {
		return r, faulty(err)
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_SH|unix.LOCK_NB); err != nil {
		return r, fmt.Errorf("%w: %s: %w", ErrInUse, dir, err)
	}
	if !exists(filepath.Join(folder, dbName)) && !exists(filepath.Join(folder, headName)) {
		return r, fmt.Errorf("%w: no ledger in %s", ErrForeign, dir)
	}
	scratch, err := os.MkdirTemp("", "ledger-verify-")
	if err != nil {
		return r, faulty(err)
	}
	defer os.RemoveAll(scratch)
	if err := copyLedger(folder, scratch); err != nil {
		return r, faulty(err)
	}
	return report(ctx, folder, scratch)
}

func report(ctx context.Context, folder, scratch string) (Report, error) {
	r := Report{Folder: folder}
	var err error
	if r.Head, r.HeadRead, err = readHead(filepath.Join(scratch, headName)); err != nil {
		return r, faulty(err)
	}
	f, err := examineFile(ctx, filepath.Join(scratch, dbName), false)
	if err != nil {
		return r, faulty(err)
	}
	r.Wrong = f.wrong
	switch {
	case !r.HeadRead:
		r.Wrong = append(r.Wrong, fmt.Errorf("%w: the head file is missing or unreadable", ErrSpoiled))
	case len(f.wrong) == 0:
		db, err := openDB(ctx, filepath.Join(scratch, dbName), false)
		if err != nil {
			return r, faulty(err)
		}
		if err := errors.Join(headAgrees(ctx, db, f, r.Head), db.Close()); err != nil {
			r.Wrong = append(r.Wrong, err)
		}
	}
	r.fill(f)
	return r, nil
}

func (r *Report) fill(f *finding) {
	r.Epoch, r.Last, r.Hash, r.Aside = f.last.Epoch, f.last.Seq, f.last.Hash, f.aside
	r.Acked, r.Base = f.state.Acked, f.state.Base
	if f.last.Seq > f.state.Cut {
		r.First = f.state.Cut + 1
	}
	if f.stateOK && f.last.Seq > f.state.Acked {
		r.Waiting = int(f.last.Seq - f.state.Acked)
	}
	for _, o := range f.old {
		if !o.sent {
			r.Waiting++
		}
	}
	for _, i := range f.open {
		r.Open = append(r.Open, i.entry)
	}
	if f.state.OldEpoch != [16]byte{} || f.state.OldWhy != "" {
		r.After, r.AfterWhy = &Head{f.state.OldEpoch, f.state.OldSeq, f.state.Base}, f.state.OldWhy
	}
}
