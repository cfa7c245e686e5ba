package offline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
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
	After    *Head          // the last good record of the ledger before, where one was set aside
	AfterWhy string         // and why it was
	Receipts []port.Receipt // the newest of each epoch, not checked against a key
	Wrong    []error        // what does not verify; empty for a whole ledger
}

// Whole says that everything verifies: every page, every record, the row of
// the ledger about itself and the head file.
func (r Report) Whole() bool { return len(r.Wrong) == 0 }

// Verify examines the ledger in dir, whether a kiosk has it open or not; it
// also takes the folder of a ledger that was set aside. Nothing in the folder
// is changed and no lock is taken: the files are copied (copy.go) and read in
// a temporary folder. The error is one of reading; what is wrong with the
// ledger is in the Report.
func Verify(ctx context.Context, dir string) (Report, error) {
	b, err := look(ctx, liveOr(dir), false)
	return b.Report, err
}

// liveOr is the folder of the one ledger that dir means.
func liveOr(dir string) string {
	if live := filepath.Join(dir, liveName); exists(live) {
		return live
	}
	return dir
}

// look copies one ledger and examines the copy.
func look(ctx context.Context, folder string, keep bool) (b Book, err error) {
	if !exists(filepath.Join(folder, dbName)) && !exists(filepath.Join(folder, headName)) {
		return b, fmt.Errorf("%w: no ledger in %s", ErrForeign, folder)
	}
	scratch, err := os.MkdirTemp("", "ledger-verify-")
	if err != nil {
		return b, faulty(err)
	}
	defer os.RemoveAll(scratch)
	files := filepath.Join(scratch, "ledger")
	if err := copyRunning(ctx, folder, files); err != nil {
		return b, faulty(err)
	}
	return read(ctx, folder, files, keep)
}

// read examines the files of a copy.
func read(ctx context.Context, folder, files string, keep bool) (Book, error) {
	b := Book{Report: Report{Folder: folder}}
	head, ok, err := readHead(filepath.Join(files, headName))
	if err != nil {
		return b, faulty(err)
	}
	b.Head, b.HeadRead, b.Latest = head.Head, ok, head.latest
	for _, name := range []string{headName, dbName, walName} {
		if i, err := os.Stat(filepath.Join(files, name)); err == nil {
			b.Size += i.Size()
		}
	}
	f, err := examineFile(ctx, filepath.Join(files, dbName), keep)
	if err != nil {
		return b, faulty(err)
	}
	switch {
	case !ok:
		f.blame(errNoHead)
	case len(f.wrong) == 0:
		db, err := openDB(ctx, filepath.Join(files, dbName), false)
		if err != nil {
			return b, faulty(err)
		}
		if err := errors.Join(f.headAgrees(head.Head, inDB(ctx, db)), db.Close()); err != nil {
			f.blame(err)
		}
	}
	b.fill(f)
	return b, nil
}

var errNoHead = fmt.Errorf("%w: the head file is missing or unreadable", ErrSpoiled)

func (r *Report) fill(f *scan) {
	r.Wrong = f.wrong
	r.Epoch, r.Last, r.Hash, r.Aside = f.last.Epoch, f.last.Seq, f.last.Hash, f.aside
	r.Receipts = f.receipts
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
	for i := range f.open.all() {
		r.Open = append(r.Open, i.entry)
	}
	if f.state.OldEpoch != [16]byte{} || f.state.OldWhy != "" {
		r.After, r.AfterWhy = &Head{f.state.OldEpoch, f.state.OldSeq, f.state.Base}, f.state.OldWhy
	}
}
