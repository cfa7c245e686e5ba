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
)

// begin makes a new ledger and makes it live. Where ledgers were set aside it
// names the last good hash of the newest and carries over what that one still
// owed: unsent records and open intents.
func (l *Ledger) begin(ctx context.Context) error {
	var s state
	if _, err := rand.Read(s.Epoch[:]); err != nil {
		return err
	}
	var old []oldRow
	if folder := newestAside(l.dir); folder != "" {
		var err error
		if s, old, err = l.after(ctx, folder, s); err != nil {
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
	if err := makeDB(ctx, path, s, old); err != nil {
		if isFull(err) {
			err = fmt.Errorf("%w: %w", ErrFull, err)
		}
		return err
	}
	if err := createHead(filepath.Join(making, headName), Head{Epoch: s.Epoch, Hash: s.Base}); err != nil {
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

// after reads a copy of the ledger in folder, which stays as it lies.
func (l *Ledger) after(ctx context.Context, folder string, s state) (state, []oldRow, error) {
	scratch := filepath.Join(l.dir, scratchName)
	defer os.RemoveAll(scratch)
	if err := os.RemoveAll(scratch); err != nil {
		return s, nil, err
	}
	if err := copyLedger(folder, scratch); err != nil {
		return s, nil, err
	}
	head, headOK, err := readHead(filepath.Join(scratch, headName))
	if err != nil {
		return s, nil, err
	}
	f, err := examineFile(ctx, filepath.Join(scratch, dbName), true)
	if err != nil {
		return s, nil, err
	}
	if headOK {
		s.OldHead = head.Seq
		if !f.anchor { // nothing of the database can be read: the head is all that is known
			f.last = head
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
	return s, old, nil
}

// examineFile opens a copy and examines it. A file that SQLite cannot open at
// all is a finding too.
func examineFile(ctx context.Context, path string, keep bool) (*finding, error) {
	nothing := func(err error) (*finding, error) {
		return &finding{wrong: []error{fmt.Errorf("%w: %w", ErrSpoiled, err)}}, nil
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
func (f *finding) owed() []oldRow {
	type place struct {
		old int64
		seq uint64
	}
	open := map[place]bool{}
	for _, i := range f.open {
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
	// A spoiled page may show the same records twice, or out of order. The
	// queue needs each once and in order: an acknowledgement is one number.
	slices.SortStableFunc(f.rows, func(a, b oldRow) int { return cmp.Compare(a.head.Seq, b.head.Seq) })
	f.rows = slices.CompactFunc(f.rows, func(a, b oldRow) bool { return a.head.Seq == b.head.Seq })
	for _, r := range f.rows {
		if f.anchor && r.head.Epoch != f.last.Epoch {
			continue // in this table by no doing of ours
		}
		r.sent = f.stateOK && r.head.Seq <= f.state.Acked
		if !r.sent || open[place{seq: r.head.Seq}] {
			owed = append(owed, r)
		}
	}
	return owed
}
