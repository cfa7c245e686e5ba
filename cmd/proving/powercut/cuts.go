package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"time"
)

// power is a file system that can be cut off.
type power interface {
	format() error // anew
	plug() error
	cut() error
	unplug() error
	at() string // where it is mounted
}

// A bench is the three writers, each with its disk and what it was promised.
type bench struct {
	disks    []power
	promises []*promises
	sums     []*sum
	r        *rand.Rand
	pause    bool // the writers stand still before the cut
	errors   bool // the disks fail before it
}

func (b *bench) newDisk(dir string, l lane, cache bool) (power, error) {
	if cache {
		return newCachedDisk(dir, l.name, l.size, rand.New(rand.NewPCG(b.r.Uint64(), 2)))
	}
	return newDisk(dir, l.name, l.size)
}

func cuts(ctx context.Context, dir string, o options) (err error) {
	b := &bench{r: rand.New(rand.NewPCG(o.seed, 0)), pause: !o.cache, errors: o.errors}
	for _, l := range lanes {
		d, err := b.newDisk(dir, l, o.cache)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.unplug()) }()
		b.disks, b.promises, b.sums = append(b.disks, d), append(b.promises, nil), append(b.sums, &sum{})
	}
	fmt.Fprintf(os.Stdout, "%d cuts of power under three writers, seed %d\n", o.cuts, o.seed)
	began := time.Now()
	for n := range o.cuts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.round(n%o.fresh == 0); err != nil {
			return fmt.Errorf("cut %d: %w", n+1, err)
		}
		if (n+1)%20 == 0 || n+1 == o.cuts {
			fmt.Fprintf(os.Stdout, "%5d cuts, %.2f s a cut; lost: ledger %d, control %d, normal %d\n", n+1,
				time.Since(began).Seconds()/float64(n+1), b.sums[0].lost, b.sums[1].lost, b.sums[2].lost)
		}
	}
	return b.verdict()
}

// anew makes a file system without a past.
func (b *bench) anew(i int) error {
	b.promises[i] = &promises{open: open{}, hashes: map[uint64]string{}}
	return errors.Join(b.disks[i].unplug(), b.disks[i].format(), b.disks[i].plug())
}

// round is one cut.
func (b *bench) round(fresh bool) error {
	for i := range b.disks {
		if fresh {
			if err := b.anew(i); err != nil {
				return err
			}
		}
	}
	var ws []*writer
	defer func() {
		for _, w := range ws { // where something went wrong below; else they are gone
			w.kill(func(string) error { return nil })
		}
	}()
	m, how := b.moment(), rough
	if b.pause {
		how = smooth
	}
	for i, l := range lanes {
		w, err := start(l.name, b.disks[i].at(), how, b.r.Uint64(), m)
		if err != nil {
			return err
		}
		ws = append(ws, w)
	}
	if b.errors {
		for _, d := range b.disks[:2] { // the third has its purpose without
			d.(*cachedDisk).plate.breaks(b.r)
		}
	}
	if err := m.await(ws[0]); err != nil {
		return err
	}
	for _, w := range ws {
		if err := b.ready(w); err != nil {
			return fmt.Errorf("%s: %w: %s", w.name, err, w.stderr.String())
		}
	}
	for i, d := range b.disks {
		if c, ok := d.(*cachedDisk); ok && c.plate.struck() {
			b.sums[i].struck++
		}
		if err := d.cut(); err != nil {
			return err
		}
	}
	return b.after(ws)
}

// ready: a writer that is to be cut is at work, and stands still where it has
// to. Nothing is flushed to a disk that its writer has left.
func (b *bench) ready(w *writer) error {
	select {
	case <-w.ended:
		return errors.New("the writer ended by itself")
	default:
	}
	if !b.pause {
		return nil
	}
	return w.stop()
}

// A moment is when the power goes: some microseconds after the n-th time that
// the ledger's writer has said something.
type moment struct {
	word  string
	n     int // 0: counted from the writer's start
	after time.Duration
}

// moment draws one. Small numbers come as often as large ones: what goes wrong
// near the beginning, when the ledger or its log is made, is not what goes
// wrong in the middle.
func (b *bench) moment() moment {
	upTo := func(n int) int { return int(math.Exp(b.r.Float64() * math.Log(float64(n)))) }
	after := func(ms int) time.Duration { return time.Duration(b.r.IntN(ms*1000)) * time.Microsecond }
	switch b.r.IntN(10) {
	case 0:
		return moment{"", 0, after(60)}
	case 1, 2:
		return moment{"do acknowledge", upTo(60), after(2)}
	case 3, 4:
		return moment{"do idle", upTo(30), after(12)} // it tidies up 3 ms after the last line
	case 5:
		return moment{"do close", upTo(4), after(4)}
	case 6:
		return moment{"do open", upTo(4), after(6)}
	}
	return moment{"ok", upTo(1500), after(2)}
}

func (m moment) await(w *writer) error {
	if m.n > 0 {
		select {
		case <-w.reached:
		case <-w.ended:
			return fmt.Errorf("the %s writer ended by itself", w.name)
		case <-time.After(time.Minute):
			return fmt.Errorf("the %s writer does not get on", w.name)
		}
	}
	time.Sleep(m.after)
	return nil
}

func (b *bench) after(ws []*writer) error {
	for i, w := range ws {
		if err := w.kill(b.promises[i].take); err != nil {
			return err
		}
	}
	for i, d := range b.disks {
		if err := d.unplug(); err != nil {
			return err
		}
		if err := d.plug(); err != nil && b.errors {
			b.sums[i].repaired++ // ext4 itself has not lived through the error
			if err := d.(*cachedDisk).repair(); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		p := b.promises[i]
		promised := p.last - p.before
		f, err := lanes[i].look(d.at(), p)
		if err != nil {
			return fmt.Errorf("%s: %w", lanes[i].name, err)
		}
		if f.mends > 0 && !b.errors {
			f.wrong("was opened again %d times because of an error, and there was none", f.mends)
		}
		b.sums[i].add(f, promised)
		for _, w := range f.wrongs {
			fmt.Fprintf(os.Stdout, "  %s, cut while it did %s: %s\n", lanes[i].name, f.moment, w)
		}
		if len(f.wrongs) > 0 || i < 2 && f.lost > 0 {
			fmt.Fprintf(os.Stdout, "  %s, lost %d of %d; killed %d times, mended %d; %q\n", lanes[i].name, f.lost, promised, f.kills, f.mends, p.errors)
		}
		p.before, p.kills, p.mends, p.errors, p.wrongs = p.last, 0, 0, nil, nil
	}
	return nil
}

var (
	errLost  = errors.New("the ledger lost what it had promised, or is not as it was promised")
	errFault = errors.New("the control lost records: the harness or the machine is at fault, nothing is said about the ledger")
	errBlind = errors.New("synchronous=NORMAL lost nothing: this test would not have seen a loss")
)

func (b *bench) verdict() error {
	tell(os.Stdout, b.sums)
	ledger, control, normal := b.sums[0], b.sums[1], b.sums[2]
	var errs []error
	if ledger.lost > 0 || ledger.wrongs > 0 || ledger.ahead > 0 || ledger.aside > 0 {
		errs = append(errs, errLost)
	}
	if control.lost > 0 || control.wrongs > 0 {
		errs = append(errs, errFault)
	}
	if normal.lost == 0 {
		errs = append(errs, errBlind)
	}
	if slices.ContainsFunc(b.sums, func(s *sum) bool { return s.promised == 0 }) {
		errs = append(errs, errors.New("a writer wrote nothing"))
	}
	return errors.Join(errs...)
}
