package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
)

// A tight is a ledger on a disk of 64 MiB that another program fills.
type tight struct {
	d      *disk
	l      *offline.Ledger
	kept   uint64 // lines that Append took
	filler *os.File
	bad    []error
}

// full plays four stories on a disk that is really full: the kernel answers
// ENOSPC, not a limit of ours.
func full(ctx context.Context, dir string) (err error) {
	d, err := newDisk(dir, "full", 64<<20)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.unplug()) }()
	var bad []error
	for _, story := range []struct {
		name string
		play func(*tight, context.Context) error
	}{
		{"little room: a visit is refused, one that has begun ends", (*tight).belowFloor},
		{"the disk fills up in the middle of a visit", (*tight).inTheMiddle},
		{"the disk is full under a long queue, and the ledger writes until it is refused", (*tight).drains},
		{"the same, and another program takes the ballast's room", (*tight).drainsWithoutBallast},
	} {
		fmt.Fprintln(os.Stdout, story.name)
		t := &tight{d: d}
		if err := errors.Join(d.unplug(), d.format(), d.plug(), t.open(ctx)); err != nil {
			return err
		}
		err := story.play(t, ctx)
		if err == nil {
			err = t.cut(ctx)
		}
		if err := errors.Join(err, t.close()); err != nil {
			return fmt.Errorf("%s: %w", story.name, err)
		}
		bad = append(bad, t.bad...)
	}
	return errors.Join(bad...)
}

func (t *tight) belowFloor(ctx context.Context) error {
	lines := oneVisit(1)
	t.must("the first line, with room", t.append(ctx, lines[0]))
	if err := t.fill(8 << 20); err != nil {
		return err
	}
	t.want("Room, 8 MiB free", offline.ErrFull, t.l.Room(ctx))
	t.want("the first line of another visit", offline.ErrFull, t.append(ctx, oneVisit(2)[0]))
	t.must("the rest of the visit that had begun", t.append(ctx, lines[1:]...))
	if err := t.free(); err != nil {
		return err
	}
	t.must("Room, with room again", t.l.Room(ctx))
	t.must("a visit, with room again", t.append(ctx, oneVisit(3)...))
	return nil
}

func (t *tight) inTheMiddle(ctx context.Context) error {
	lines := oneVisit(1)
	t.must("the first line, with room", t.append(ctx, lines[0]))
	if err := t.fill(0); err != nil {
		return err
	}
	t.must("the rest of the visit, 0 bytes free", t.append(ctx, lines[1:]...))
	t.said("the ballast is there: %v", t.ballast())
	t.want("Room", offline.ErrFull, t.l.Room(ctx))
	t.must("the queue of 8 is sent", t.drain(ctx, 50))
	return nil
}

// drains: 3,000 records wait, the disk is full to the last byte, and the ledger
// writes until it is refused.
func (t *tight) drains(ctx context.Context) error { return t.stuffed(ctx, false) }

// drainsWithoutBallast: and what the ledger gave up another program has taken.
func (t *tight) drainsWithoutBallast(ctx context.Context) error { return t.stuffed(ctx, true) }

func (t *tight) stuffed(ctx context.Context, taken bool) error {
	for n := 0; t.kept < 3000; n++ {
		if err := t.append(ctx, oneVisit(n)...); err != nil {
			return err
		}
	}
	if err := t.fill(0); err != nil {
		return err
	}
	before := t.kept
	var err error
	for err == nil {
		if t.kept-before > 100_000 {
			return errors.New("the disk does not fill up")
		}
		had := t.ballast()
		if err = t.append(ctx, ended()); had && !t.ballast() && taken {
			if err := t.fill(0); err != nil {
				return err
			}
		}
	}
	t.want(fmt.Sprintf("line %d on the full disk", t.kept-before+1), offline.ErrFull, err)
	t.said("the ballast is there: %v", t.ballast())
	if taken {
		if err := t.fill(0); err != nil {
			return err
		}
	}
	t.must("the queue is sent, 0 bytes free", t.drain(ctx, 50))
	if n, _, err := t.l.Queue(ctx); err != nil || n != 0 {
		t.must("the queue is empty", errors.Join(fmt.Errorf("%d records wait", n), err))
	}
	t.must("a line after that", t.append(ctx, ended()))
	return nil
}

func ended() kiosk.Entry { return kiosk.Entry{Kind: kiosk.EntryEnded, Before: -1, After: -1} }

// cut: and then the power goes, and every line is there, on a disk that is
// still full.
func (t *tight) cut(ctx context.Context) error {
	if err := t.d.cut(); err != nil {
		return err
	}
	t.l.Close() // its disk is gone: it can only complain
	t.l = nil
	if t.filler != nil {
		t.filler.Close()
	}
	if err := errors.Join(t.d.unplug(), t.d.plug(), t.open(ctx)); err != nil {
		return err
	}
	var err error
	if head := t.l.Head().Seq; head != t.kept || t.l.Aside() != nil {
		err = fmt.Errorf("%d lines were promised and %d are here; set aside: %v", t.kept, head, t.l.Aside())
	}
	t.must(fmt.Sprintf("power cut and opened again: %d lines", t.kept), err)
	return nil
}

func (t *tight) open(ctx context.Context) error {
	opt, err := ledgerOptions()
	if err != nil {
		return err
	}
	opt.IdleAfter = time.Hour // a tidying in the wrong moment would lay the ballast again
	t.l, err = offline.OpenLedger(ctx, filepath.Join(t.d.dir, "ledger"), opt)
	return err
}

func (t *tight) close() (err error) {
	if t.l != nil {
		err = t.l.Close()
	}
	return err
}

func (t *tight) append(ctx context.Context, es ...kiosk.Entry) error {
	for _, e := range es {
		if err := t.l.Append(ctx, e); err != nil {
			return err
		}
		t.kept++
	}
	return nil
}

func (t *tight) drain(ctx context.Context, batch int) error {
	for n := 0; ; n++ {
		rs, err := t.l.Unsent(ctx, batch)
		if err != nil || len(rs) == 0 {
			return err
		}
		if err := t.l.Ack(ctx, receipt(rs[len(rs)-1])); err != nil {
			return fmt.Errorf("after %d batches: %w", n, err)
		}
	}
}

func (t *tight) ballast() bool {
	_, err := os.Stat(filepath.Join(t.d.dir, "ledger", "ballast"))
	return err == nil
}

// fill takes all room but that much. What the kernel has promised to files and
// not yet laid out counts as free until it is: hence the flushes.
func (t *tight) fill(leave uint64) (err error) {
	if t.filler == nil {
		if t.filler, err = os.Create(filepath.Join(t.d.dir, "filler")); err != nil {
			return err
		}
	}
	for {
		if err := unix.Syncfs(int(t.filler.Fd())); err != nil {
			return err
		}
		var s unix.Statfs_t
		if err := unix.Fstatfs(int(t.filler.Fd()), &s); err != nil {
			return err
		}
		free := s.Bavail * uint64(s.Bsize)
		if free <= leave {
			return nil
		}
		// Its last kilobytes may be the file system's own, for the filler's map.
		switch _, err := t.filler.Write(make([]byte, min(free-leave, 1<<20))); {
		case errors.Is(err, unix.ENOSPC):
			return nil
		case err != nil:
			return err
		}
	}
}

func (t *tight) free() error {
	err := errors.Join(t.filler.Truncate(0), t.filler.Sync(), t.filler.Close(), os.Remove(t.filler.Name()))
	t.filler = nil
	return err
}

func (t *tight) said(format string, args ...any) {
	fmt.Fprintf(os.Stdout, "        "+format+"\n", args...)
}

func (t *tight) must(what string, err error) { t.want(what, nil, err) }

func (t *tight) want(what string, want, got error) {
	switch {
	case !errors.Is(got, want):
		fmt.Fprintf(os.Stdout, "  WRONG %s: %v, want %v\n", what, got, want)
		t.bad = append(t.bad, fmt.Errorf("%s: %w", what, got))
	case want != nil:
		fmt.Fprintf(os.Stdout, "  good  %s: refused\n", what)
	default:
		fmt.Fprintf(os.Stdout, "  good  %s\n", what)
	}
}

func oneVisit(n int) []kiosk.Entry {
	id := [16]byte{0: 0xA5, 14: byte(n >> 8), 15: byte(n)}
	return visit(kiosk.SessionID(id), kiosk.GrantID(id))
}
