package offline

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"multicopy.example/kiosk/port"
)

// begin makes a new ledger and makes it live. Where ledgers were set aside it
// names the last good hash of the newest and carries over what that one still
// owed: unsent records and open intents.
func (l *Ledger) begin(ctx context.Context) error {
	var s State
	if _, err := rand.Read(s.Epoch[:]); err != nil {
		return err
	}
	var was carryover
	if folder := newestAside(l.dir); folder != "" {
		var err error
		if s, was, err = l.after(ctx, folder, s); err != nil {
			return err
		}
	}
	s.CutHash = s.Base
	making := filepath.Join(l.dir, beginName)
	if err := os.Mkdir(making, dirMode); err != nil {
		return err
	}
	path := filepath.Join(making, dbName)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode) // SQLite's own mode would be 0644
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := makeDB(ctx, path, s, was); err != nil {
		if isFull(err) {
			err = fmt.Errorf("%w: %w", ErrFull, err)
		}
		return err
	}
	if err := createHead(filepath.Join(making, headName), slot{Head{Epoch: s.Epoch, Hash: s.Base}, was.latest}); err != nil {
		return err
	}
	if err := syncDir(making); err != nil {
		return err
	}
	l.opt.testOnlyStep("begin: made, not live")
	if err := os.Rename(making, l.live("")); err != nil {
		return err
	}
	if err := syncDir(l.dir); err != nil {
		return err
	}
	l.opt.testOnlyStep("begin: live")
	return nil
}

// A carryover is what a new ledger takes over from the one before.
type carryover struct {
	owed     []oldRow
	receipts []port.Receipt
	latest   time.Time
}

// after reads a copy of the ledger in folder, which stays as it lies.
func (l *Ledger) after(ctx context.Context, folder string, s State) (State, carryover, error) {
	scratch := filepath.Join(l.dir, scratchName)
	defer os.RemoveAll(scratch)
	if err := os.RemoveAll(scratch); err != nil {
		return s, carryover{}, err
	}
	if err := copyLedger(folder, scratch); err != nil {
		return s, carryover{}, err
	}
	head, headOK, err := readHead(filepath.Join(scratch, headName))
	if err != nil {
		return s, carryover{}, err
	}
	f, err := examineFile(ctx, filepath.Join(scratch, dbName), true)
	if err != nil {
		return s, carryover{}, err
	}
	if headOK {
		s.OldHead = head.Seq
		if !f.anchor { // nothing of the database can be read: the head is all that is known
			f.last = head.Head
		}
	}
	s.Base, s.OldEpoch, s.OldSeq = f.last.Hash, f.last.Epoch, f.last.Seq
	if why := f.err(); why != nil {
		s.OldWhy = clip(why.Error())
	} else if headOK && head.Seq > f.last.Seq {
		s.OldWhy = "a tail is lost"
	}
	old := f.owed()
	l.set = &Aside{Folder: folder, Reason: fmt.Errorf("%w: %s", ErrSpoiled, s.OldWhy), Last: f.last, Knew: s.OldHead, Carried: len(old)}
	return s, carryover{old, f.receipts[max(0, len(f.receipts)-maxReceipts):], later(f.newest, head.latest)}, nil
}

// examineFile opens a copy and examines it. A file that SQLite cannot open at
// all is a scan too.
func examineFile(ctx context.Context, path string, keep bool) (*scan, error) {
	nothing := func(err error) (*scan, error) {
		return &scan{wrong: []error{fmt.Errorf("%w: %w", ErrSpoiled, err)}}, nil
	}
	if !exists(path) {
		return nothing(errors.New("its database is missing"))
	}
	db, err := openDB(ctx, path, false)
	if err != nil && isDamage(err) {
		return nothing(err)
	}
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return examine(ctx, db, keep)
}

// owed is what a spoiled ledger still owes: good records the authority does
// not have, and open intents wherever they are.
func (f *scan) owed() []oldRow {
	type place struct {
		old int64
		seq uint64
	}
	open := map[place]bool{}
	for i := range f.open.all() {
		if i.old != 0 {
			open[place{old: i.old}] = true
		} else {
			open[place{seq: i.seq}] = true
		}
	}
	var owed []oldRow
	for _, o := range f.old {
		if !o.sent || open[place{old: o.n}] {
			owed = append(owed, o)
		}
	}
	for _, r := range f.own() {
		r.sent = f.stateOK && r.head.Seq <= f.state.Acked
		if !r.sent || open[place{seq: r.head.Seq}] {
			owed = append(owed, r)
		}
	}
	return owed
}

// own are the records of this ledger. A spoiled page may show the same ones
// twice, or out of order, or some that are in this table by no doing of ours.
// The queue needs each once and in order: an acknowledgement is one number.
func (f *scan) own() []oldRow {
	rows := slices.DeleteFunc(slices.Clone(f.rows), func(r oldRow) bool { return f.anchor && r.head.Epoch != f.last.Epoch })
	slices.SortStableFunc(rows, func(a, b oldRow) int { return cmp.Compare(a.head.Seq, b.head.Seq) })
	return slices.CompactFunc(rows, func(a, b oldRow) bool { return a.head.Seq == b.head.Seq })
}
