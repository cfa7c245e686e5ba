package offline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// What a kiosk keeps where its options do not say.
const (
	DefaultQueueCap = 100_000
	DefaultFloor    = 16 << 20
)

// Options of a Ledger. Now and Key are required; everything else has a
// default.
type Options struct {
	Now  func() time.Time // the clock of the lines' time field
	Key  []byte           // 32 bytes: the authority's X25519 key that records are sealed to
	Log  *slog.Logger     // default: nothing is logged
	Keep int              // acknowledged records to keep at least; default 10,000, below 0 none
	// QueueCap is how many records may wait for the authority before new
	// visits are refused; default 100,000 (some seven months of a busy kiosk,
	// 30 MB).
	QueueCap int
	// Floor is the free space in bytes under which new visits are refused;
	// default 16 MiB: the database's log at its usual length four times over.
	Floor uint64
	// IdleAfter is how long nothing must have been appended before the
	// ledger tidies up (tidy.go); default 2 s.
	IdleAfter time.Duration

	testOnlyStep func(name string)      // called at every durable step
	testOnlyRoom func() (uint64, error) // free space
}

func (o *Options) defaults() error {
	if o.Now == nil {
		return errors.New("offline: a ledger needs a clock (Options.Now)")
	}
	if _, err := record.NewSealer(o.Key, [16]byte{}); err != nil { // before anything is made or moved
		return fmt.Errorf("offline: the key that records are sealed to (Options.Key): %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Keep == 0 {
		o.Keep = 10_000
	}
	if o.QueueCap == 0 {
		o.QueueCap = DefaultQueueCap
	}
	if o.Floor == 0 {
		o.Floor = DefaultFloor
	}
	if o.IdleAfter == 0 {
		o.IdleAfter = 2 * time.Second
	}
	if o.testOnlyStep == nil {
		o.testOnlyStep = func(string) {}
	}
	return nil
}

// A Ledger is one open ledger folder. All methods may be called from any
// goroutine; writes happen one at a time, in order.
type Ledger struct {
	dir    string
	opt    Options
	lock   *os.File
	db     *sql.DB
	insert *sql.Stmt
	headf  *headFile
	sealer *record.Sealer
	turn   chan struct{} // held by the goroutine that uses db, headf, sealer, st, begun, queue and doubts
	idle   *time.Timer
	wake   chan struct{}
	set    *Aside

	st     State
	begun  kiosk.SessionID // the session of the last line; that visit may write to its end
	queue  []oldRef        // unsent records carried over from other ledgers, in order
	doubts doubts          // unsent outcomes that the authority may not know

	commits int // since the last checkpoint, under turn as well

	mu     sync.Mutex // guards what follows, for readers who do not wait their turn
	head   Head
	open   intents
	latest time.Time
	count  int // records set aside at the authority's word
	waits  uint64
	ages   ages
	dead   error // ErrBroken or ErrClosed, once nothing works any more
	warned bool  // the head file could not be written, and that was logged
}

// oldRef is the place of a carried-over record.
type oldRef struct {
	n     int64
	epoch [16]byte
	seq   uint64
}

// Append makes e the next line. When it returns nil the line is on the disk.
// Otherwise the line is not in the ledger, except after ErrBroken and
// ErrLate, where the disk has not said; the next opening, or the next
// Append, goes by what the disk then holds.
//
// A line that begins a visit's first risk (EntryTrying, no line of its session
// before it) is refused with ErrFull or ErrQueue while there is still room for
// the lines of visits that have begun; those may use the last of the disk. Ask
// Room first: this is the second lock on the same door.
func (l *Ledger) Append(ctx context.Context, e kiosk.Entry) error {
	if err := record.Check(e); err != nil {
		return err
	}
	return l.do(ctx, func() error {
		if e.Kind == kiosk.EntryTrying && e.Session != l.begun {
			if err := l.room(); err != nil {
				return err
			}
		}
		err := l.append(e)
		if err == nil {
			l.begun = e.Session
		}
		return err
	})
}

func (l *Ledger) append(e kiosk.Entry) error {
	now := l.opt.Now()
	line := record.Entry{Epoch: l.st.Epoch, Seq: l.head.Seq + 1, Prev: l.head.Hash, Entry: e, Time: now}
	b, err := l.sealer.Seal(line)
	if err != nil {
		return err
	}
	next := Head{Epoch: l.st.Epoch, Seq: line.Seq, Hash: record.Hash(b)}
	insert := func() error {
		l.opt.testOnlyStep("append: before the record")
		return one(l.insert.Exec(int64(next.Seq), next.Hash[:], b))
	}
	landed := func() (bool, error) {
		var seq int64
		var h []byte
		err := l.db.QueryRow("SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1").Scan(&seq, &h)
		if errors.Is(err, sql.ErrNoRows) {
			seq, h, err = int64(l.st.Cut), l.st.CutHash[:], nil
		}
		switch {
		case err != nil:
			return false, err
		case uint64(seq) == next.Seq && string(h) == string(next.Hash[:]):
			return true, nil
		case uint64(seq) == l.head.Seq && string(h) == string(l.head.Hash[:]):
			return false, nil
		}
		return false, fmt.Errorf("the last record is %d and should be %d or %d", seq, l.head.Seq, next.Seq)
	}
	done, err := l.write("append", insert, landed)
	if !done {
		return err
	}
	l.opt.testOnlyStep("append: the record is durable, the head is not written")
	l.doubts.note(e.Kind, e.Grant, next.Seq)
	l.mu.Lock()
	l.head = next
	l.open.add(e, next.Seq, 0)
	l.waits++
	l.ages.add(now)
	l.latest = later(l.latest, line.Time)
	l.mu.Unlock()
	l.writeHead()
	l.opt.testOnlyStep("append: the head is written")
	l.poke()
	return err
}

// Open lists the intents that have no outcome, oldest first, those of ledgers
// that were set aside included.
func (l *Ledger) Open(ctx context.Context) ([]kiosk.Entry, error) {
	var all []kiosk.Entry
	err := l.do(ctx, func() error {
		for i := range l.open.all() {
			all = append(all, i.entry)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Head is the newest durable record.
func (l *Ledger) Head() Head {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head
}

// Latest is the latest time that any line carries, the zero Time where none is
// known: the clock cannot truly be before it. After a restart it comes from
// the head file and may lag as that does.
func (l *Ledger) Latest() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latest
}

// Aside tells what was set aside when this ledger was opened; nil where all
// was well.
func (l *Ledger) Aside() *Aside { return l.set }

// poke tells the sender that there is something, and the tidying that there
// is work going on.
func (l *Ledger) poke() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
	l.idle.Reset(l.opt.IdleAfter)
}

// Close flushes the head, moves SQLite's log into the database and lets the
// folder go. It waits for a write in progress. After ErrBroken the log stays, and
// the next opening goes by it.
func (l *Ledger) Close() error {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	l.mu.Lock()
	if errors.Is(l.dead, ErrClosed) {
		l.mu.Unlock()
		return nil
	}
	broken := l.dead != nil
	l.dead = ErrClosed
	l.mu.Unlock()
	l.idle.Stop()
	if broken {
		if err := keepLog(l.db); err != nil {
			l.opt.Log.Error("ledger: its log may be deleted", "err", err)
		}
	}
	return l.release()
}

func (l *Ledger) release() error {
	var errs []error
	if l.insert != nil {
		errs = append(errs, l.insert.Close())
	}
	if l.db != nil {
		errs = append(errs, l.db.Close())
	}
	if l.headf != nil {
		errs = append(errs, l.headf.Close())
	}
	l.insert, l.db, l.headf = nil, nil, nil
	if l.lock != nil {
		errs = append(errs, l.lock.Close())
		l.lock = nil
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the ledger: %w: %w", port.Fault(kiosk.MsgLedger), err)
	}
	return nil
}

func (l *Ledger) live(name string) string { return filepath.Join(l.dir, liveName, name) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
