package offline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// An Aside is a ledger that was set aside at opening.
type Aside struct {
	Folder  string // where it lies now
	Reason  error  // unwraps to ErrSpoiled
	Last    Head   // its last good record, which the new ledger names; zero where nothing could be read
	Knew    uint64 // the newest record that its head file knew
	Carried int    // records that were carried over: unsent ones and open intents
}

// openLimit bounds an opening: an attacker who wrote the files does not decide how
// long a kiosk stays out of service without a word. A ledger at a kiosk's bounds opens
// in a second or two.
const openLimit = 5 * time.Minute

// OpenLedger opens the ledger in dir, and makes one where there is none: the
// folder is made, its parent must exist. It verifies every record; a ledger
// that does not verify is set aside and a new one begun (Aside tells), so an
// error here is one of the disk, of the folder (ErrForeign, ErrInUse) or of a
// format this program does not know (ErrVersion).
//
// The dangers, and the order that meets them: a new ledger is made whole in
// begin/ and becomes live/ by one rename; a spoiled one becomes aside-n/ by
// one rename. Between the two there is no live/, and an opening then
// begins a new ledger after the newest aside. So a kill at any point leaves a
// folder from which the same end is reached.
func OpenLedger(ctx context.Context, dir string, opt Options) (_ *Ledger, err error) {
	if err := opt.defaults(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, openLimit, fmt.Errorf("the ledger was not read within %v", openLimit))
	defer cancel()
	lock, err := lockDir(dir)
	if err != nil {
		return nil, faulty(err)
	}
	l := &Ledger{dir: dir, opt: opt, lock: lock, turn: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
	defer func() {
		if err != nil {
			err = faulty(errors.Join(err, context.Cause(ctx), l.release()))
		}
	}()
	for _, name := range []string{beginName, scratchName} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	if !exists(l.live("")) {
		if err := l.begin(ctx); err != nil {
			return nil, err
		}
	}
	if err := l.openLive(ctx); errors.Is(err, ErrSpoiled) && !errors.Is(err, record.ErrVersion) {
		if err := l.succeed(ctx, err); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	l.prune(ctx)
	if err := layBallast(dir); err != nil {
		l.opt.Log.Warn("ledger: no ballast", "err", err) // Room will refuse visits
	}
	l.idle = time.AfterFunc(l.opt.IdleAfter, l.tidy)
	return l, nil
}

// faulty makes sure that an error unwraps to the fault that the loop asks for.
func faulty(err error) error {
	var f port.Fault
	if errors.As(err, &f) {
		return err
	}
	return fmt.Errorf("ledger: %w: %w", port.Fault(kiosk.MsgLedger), err)
}

// succeed sets the spoiled live ledger aside and opens its successor.
func (l *Ledger) succeed(ctx context.Context, reason error) error {
	folder, err := nextAside(l.dir)
	if err != nil {
		return err
	}
	l.opt.Log.Error("ledger: set aside", "folder", filepath.Base(folder), "reason", reason)
	l.opt.testOnlyStep("aside: before the rename")
	// First the rename, then the closing: SQLite deletes its log when it is
	// closed, but by name, and the name has changed.
	if err := os.Rename(l.live(""), folder); err != nil {
		return err
	}
	if err := l.closeLive(); err != nil {
		l.opt.Log.Warn("ledger: closing what was set aside", "err", err)
	}
	if err := syncDir(l.dir); err != nil {
		return err
	}
	l.opt.testOnlyStep("aside: renamed, no ledger is live")
	if err := l.begin(ctx); err != nil {
		return err
	}
	l.opt.testOnlyStep("aside: the new ledger is live")
	l.set.Reason = reason
	return l.openLive(ctx)
}

func (l *Ledger) closeLive() error {
	lock := l.lock
	l.lock = nil
	err := l.release()
	l.lock = lock
	return err
}

// nextAside is the name after the last one given; newestAside that last one, ""
// where none was. Names are not given again after the oldest were let go: the
// newest is the one that a new ledger follows.
func nextAside(dir string) (string, error) {
	n := 0
	if newest := newestAside(dir); newest != "" {
		if _, err := fmt.Sscanf(filepath.Base(newest), asideFormat, &n); err != nil {
			return "", fmt.Errorf("%w: %s", ErrForeign, newest)
		}
	}
	if n++; n > 9999 {
		return "", fmt.Errorf("%w: ten thousand ledgers were set aside", ErrForeign)
	}
	return filepath.Join(dir, fmt.Sprintf(asideFormat, n)), nil
}

func newestAside(dir string) string {
	all, err := asides(dir)
	if err != nil || len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// asides are the folders of all ledgers that were set aside, oldest first.
func asides(dir string) ([]string, error) { return filepath.Glob(filepath.Join(dir, asideGlob)) } // Glob sorts

// openLive opens live/ and verifies it. ErrSpoiled where it is to be set
// aside; l holds it open then, too.
func (l *Ledger) openLive(ctx context.Context) error {
	if err := ownLedger(l.live("")); err != nil {
		return err
	}
	if err := l.renew(); err != nil {
		return err
	}
	head, headOK, err := readHead(l.live(headName))
	if err != nil {
		return err
	}
	f, err := l.openAndExamine(ctx)
	if err != nil {
		return err
	}
	if headOK {
		if err := f.headAgrees(head.Head, inDB(ctx, l.db)); err != nil {
			f.blame(err)
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	f.newest = later(f.newest, head.latest)
	if !headOK {
		l.opt.Log.Error("ledger: the head file was missing or unreadable; a lost tail could not be noticed")
		if err := createHead(l.live(headName), slot{f.last, f.newest}); err != nil {
			return err
		}
	}
	if l.headf, err = openHead(l.live(headName)); err != nil {
		return err
	}
	if l.insert, err = l.db.PrepareContext(ctx, "INSERT INTO record (seq, hash, bytes) VALUES (?, ?, ?)"); err != nil {
		return err
	}
	l.take(f)
	if l.sealer, err = record.NewSealer(l.opt.Key, l.st.Epoch); err != nil {
		return err
	}
	l.writeHead() // a head that lagged catches up
	return nil
}

func (l *Ledger) openAndExamine(ctx context.Context) (*scan, error) {
	path := l.live(dbName)
	if err := own(path, false); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: its database is missing", ErrSpoiled)
	} else if err != nil {
		return nil, err
	}
	db, err := openDB(ctx, path, false)
	if err != nil {
		return nil, damage(err)
	}
	l.db = db
	return examine(ctx, db, false)
}

// take puts into memory what a whole ledger holds.
func (l *Ledger) take(f *scan) {
	f.doubts.behind(f.state.Acked)
	l.st, l.queue, l.doubts = f.state, nil, f.doubts
	for _, o := range f.old {
		if !o.sent {
			l.queue = append(l.queue, oldRef{o.n, o.head.Epoch, o.head.Seq})
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head, l.open, l.latest, l.count = f.last, f.open, f.newest, f.aside
	l.waits = f.last.Seq - f.state.Acked + uint64(len(l.queue))
	l.ages = ages{opened: l.opt.Now(), first: f.last.Seq + 1}
}
