package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"multicopy.example/cmd/internal/rollout"
	"multicopy.example/cmd/internal/update"
	"multicopy.example/kiosk/authority/wire"
)

// A rollout: a version is offered to the fleet at noon. What decides is the firmware's own update.Run and the authority's own
// rollout.Step and Stop. What is simulated is time, the wire, the line over which bundles come, and what machines do.
const (
	bundleSize = 134_137_076        // as `make vm` makes one
	partBytes  = 200 * 256 << 10    // a second, of all kiosks together: authority-sandbox serve --parts
	lineBytes  = 10_000_000 / 8     // a second, of one shop
	starts     = 3 * time.Minute    // from the updater's word to a kiosk that asks, in the new version or in the one before
	proves     = 2 * time.Minute    // until reader, screen, ledger and authority have answered, and the slot is kept
	deadline   = 5 * time.Minute    // after which a version whose kiosk does not work goes back
	byHand     = 12 * time.Hour     // until a person pulls the plug of a machine that stands still
	silent     = 6 * time.Hour      // domain.trialTime
	again      = 15 * time.Minute   // domain.askAgain
	watchEach  = time.Minute        // how often the authority looks for silence
	most       = 4 * 24 * time.Hour // of simulated time
	oldVersion = "20261101000000"   // runs everywhere at the beginning
	newVersion = "20261127000000"   // is offered
)

// A fate is what a version does on a machine.
type fate int

const (
	works fate = iota
	goesBack
	hangs // neither its kiosk nor the machine's own deadline works
)

// campaign is one row: what is offered how, and what it does on a share of the machines.
type campaign struct {
	name  string
	first int
	limit int
	bad   int // of a hundred machines …
	fate  fate
	bar   func(rolled) error
}

// rolled is what came of it.
type rolled struct {
	campaign
	kiosks  int
	hit     int           // ran a version that did not work there
	good    int           // keep the new one
	stopped time.Duration // 0: it was not
	back    time.Duration // until the last that was hit serves again
	done    time.Duration // until the last that keeps it does
	peak    int           // requests in the busiest second
	bundles int           // that were fetched whole
}

// rollingOffice is the authority's memory of an offer.
type rollingOffice struct {
	*office
	o     rollout.Offer
	offer wire.Offer
	rows  []row
	t     rollout.Tally   // but for who is silent
	parts time.Duration   // when the line of bundles is free
	goods []time.Duration // since when, of those that keep it, in their order
	old   int             // of them, that have settled
	out   *rolled
}

type row struct {
	state wire.UpdateState
	at    time.Duration
}

// tally is as the store counts it. Who is silent is counted where it can matter.
func (a *rollingOffice) tally(count bool) rollout.Tally {
	for a.old < len(a.goods) && a.clock.now-a.goods[a.old] > rollout.Settle {
		a.old++
	}
	t := a.t
	t.Settled = a.old
	if count {
		for _, r := range a.rows {
			if r.state == wire.UpdateTrial && a.clock.now-r.at > silent {
				t.Silent++
			}
		}
	}
	return t
}

// moves keeps a kiosk's state, and stops where too many failed.
func (a *rollingOffice) moves(i int, is wire.UpdateState) {
	count := func(s wire.UpdateState) *int {
		switch s {
		case wire.UpdateTrial:
			return &a.t.Trial
		case wire.UpdateGood:
			return &a.t.Good
		case wire.UpdateFailed:
			return &a.t.Failed
		case wire.UpdateRefused:
			return &a.t.Refused
		}
		return new(int)
	}
	*count(a.rows[i].state)--
	*count(is)++
	if is == wire.UpdateGood {
		a.goods = append(a.goods, a.clock.now)
	}
	a.rows[i] = row{is, a.clock.now}
	if is == wire.UpdateFailed || is == wire.UpdateRefused {
		a.stopWhere(a.tally(true))
	}
}

func (a *rollingOffice) stopWhere(t rollout.Tally) {
	if !a.o.Stopped && rollout.Stop(a.o, t) {
		a.o.Stopped, a.out.stopped = true, a.clock.now
	}
}

// rollingKiosk is one kiosk and its machine.
type rollingKiosk struct {
	line
	*life
	a      *rollingOffice
	number int
	fate   fate
	saved  update.Saved // its disk
	is     update.Machine
	keptAt time.Duration // when the machine keeps what runs
	down   bool          // the machine starts again
}

// Update is update.Authority.
func (k *rollingKiosk) Update(_ context.Context, m wire.UpdateRequest) (r wire.UpdateReply, err error) {
	err = k.request(k.life, asked, func() {
		is, made, install := rollout.Step(k.a.o, k.name, k.a.rows[k.number].state, rollout.Report{Runs: m.Runs, State: m.State}, k.a.tally(false))
		if is != k.a.rows[k.number].state {
			k.a.moves(k.number, is)
		}
		if made && !k.a.o.Stopped {
			r.Offer, r.Install = &k.a.offer, install
			if m.State == wire.UpdateFetched {
				r.After = uint32(again / time.Second)
			}
		}
	})
	return r, err
}

// Part is not asked for one by one: see Fetch.
func (k *rollingKiosk) Part(context.Context, wire.Hash, uint64, uint64, uint64) ([]byte, error) {
	return nil, update.ErrGone
}

// What follows is update.Disk.

func (k *rollingKiosk) Read() (update.Saved, error) { return k.saved, nil }
func (k *rollingKiosk) Write(s update.Saved) error  { k.saved = s; return nil }
func (k *rollingKiosk) Drop() error                 { return nil }
func (k *rollingKiosk) machine() (update.Machine, error) {
	m := k.is
	m.Good = k.clock.now >= k.keptAt
	return m, nil
}

// Fetch takes its turn at the authority's line, and as long as the shop's own takes.
func (k *rollingKiosk) Fetch(context.Context, update.Authority, wire.Offer, func(context.Context, time.Duration) error) error {
	a := k.a
	a.parts = max(a.parts, k.clock.now) + bundleSize*time.Second/partBytes
	wait := max(a.parts-k.clock.now, bundleSize*time.Second/lineBytes)
	if err := k.pass(wait); err != nil {
		return err
	}
	if a.o.Stopped {
		return update.ErrGone
	}
	a.out.bundles++
	return nil
}

var errDown = errors.New("the machine starts again")

// Sleep ends the program where the machine goes down.
func (k *rollingKiosk) Sleep(ctx context.Context, d time.Duration) error {
	if k.down {
		return errDown
	}
	return k.life.Sleep(ctx, d)
}

// lives is a kiosk from one start to the next.
func (k *rollingKiosk) lives(r *mathrand.Rand) error {
	log := slog.New(slog.DiscardHandler)
	for {
		err := update.Run(context.Background(), k, update.Options{Disk: k, Spread: spread(), Machine: k.machine, Served: func() bool { return false },
			Install: func(context.Context) error { k.down = true; return nil }, Rand: r, Log: log, Sleep: k.Sleep})
		if !errors.Is(err, errDown) {
			return err
		}
		k.down = false
		if err := k.restarts(); err != nil {
			return err
		}
	}
}

// restarts is the machine's part: the new version, and where it does not work the one before.
func (k *rollingKiosk) restarts() error {
	k.is.Boot += "'"
	if k.fate == works {
		if err := k.pass(starts); err != nil {
			return err
		}
		k.is.Runs, k.keptAt = newVersion, k.clock.now+proves
		k.a.out.good++
		k.a.out.done = max(k.a.out.done, k.keptAt)
		return nil
	}
	k.a.out.hit++
	down := deadline
	if k.fate == hangs {
		down = byHand
	}
	if err := k.pass(starts + down + starts); err != nil {
		return err
	}
	k.is.Boot += "'"
	k.a.out.back = max(k.a.out.back, k.clock.now)
	return nil
}

// roll offers a version to the fleet.
func roll(kiosks int, l load, seed uint64, c campaign) (out rolled, err error) {
	w := &clock{}
	out = rolled{campaign: c, kiosks: kiosks}
	a := &rollingOffice{office: newOffice(w, l, kiosks, seed), rows: make([]row, kiosks), out: &out,
		o: rollout.Offer{ID: wire.ID{byte(seed)}, Version: newVersion, Share: rollout.Of, First: c.first, Limit: c.limit}}
	a.offer = wire.Offer{Offer: a.o.ID, Version: newVersion, Size: bundleSize, Hash: wire.Hash{1}}
	w.live(0, func(l *life) {
		for l.pass(watchEach) == nil {
			a.stopWhere(a.tally(true))
		}
	})
	for i := range kiosks {
		r := mathrand.New(mathrand.NewPCG(seed, uint64(i)))
		k := &rollingKiosk{line: line{a: a.office, name: strconv.Itoa(i)}, a: a, number: i, is: update.Machine{Runs: oldVersion, Boot: "a"}}
		if r.IntN(100) < c.bad {
			k.fate = c.fate
		}
		w.live(0, func(l *life) {
			k.life = l
			if e := k.lives(r); !errors.Is(e, context.Canceled) {
				err = errors.Join(err, e)
			}
		})
	}
	w.run(most)
	for _, s := range a.seconds {
		out.peak = max(out.peak, s.all())
	}
	return out, err
}

// campaigns are the rows, for a fleet of that size. The bars are of the way in which authority-sandbox offers where nothing else is said.
func campaigns(kiosks int) []campaign {
	few := func(most int) func(rolled) error {
		return func(r rolled) error {
			if r.hit > most || r.stopped == 0 {
				return fmt.Errorf("%d machines were hit, at most %d; stopped after %v", r.hit, most, r.stopped)
			}
			return nil
		}
	}
	all := func(r rolled) error {
		if r.good != r.kiosks || r.stopped != 0 {
			return fmt.Errorf("%d of %d keep a version that works; stopped after %v", r.good, r.kiosks, r.stopped)
		}
		return nil
	}
	const handful = 10 + rollout.Least - 1 // one begins for each that has failed, until they are a share
	return []campaign{
		{name: "it works", first: 10, limit: 20, bar: all},
		{name: "it works but on 1 of 100", first: 10, limit: 20, bad: 1, fate: goesBack},
		{name: "on 1 of 3 it does not", first: 10, limit: 20, bad: 33, fate: goesBack, bar: few(max(kiosks/200, 30))},
		{name: "nowhere: it goes back by itself", first: 10, limit: 20, bad: 100, fate: goesBack, bar: few(handful)},
		{name: "nowhere: it stands still", first: 10, limit: 20, bad: 100, fate: hangs, bar: few(handful)},
		{name: "… and without a beginning", first: kiosks, limit: 20, bad: 100, fate: goesBack},
		{name: "… and it stands still", first: kiosks, limit: 20, bad: 100, fate: hangs},
	}
}

// printRolled prints the rows, and answers which bars they missed.
func printRolled(w io.Writer, rows []rolled) error {
	fmt.Fprintf(w, "A version is offered to all; its bundle has %d MB, the authority gives out %d MB a second\n", bundleSize/1_000_000, partBytes/1_000_000)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\thit\tstopped after\tlast one back after\tkeep it\tlast one after\tbundles fetched\tpeak requests/s\t")
	span := func(d time.Duration) string {
		return cmp.Or(map[bool]string{true: "-"}[d == 0], d.Round(time.Minute).String())
	}
	var missed []error
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%d\t%s\t%d\t%d\t\n", r.name, r.hit, span(r.stopped), span(r.back), r.good, span(r.done), r.bundles, r.peak)
		if r.bar != nil {
			if err := r.bar(r); err != nil {
				missed = append(missed, fmt.Errorf("bar missed: %s: %w", r.name, err))
			}
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return errors.Join(missed...)
}

// rollAll plays every campaign.
func rollAll(kiosks int, l load, seed uint64) (rows []rolled, jobs []func() error) {
	all := campaigns(kiosks)
	rows = make([]rolled, len(all))
	for i, c := range all {
		jobs = append(jobs, func() (err error) { rows[i], err = roll(kiosks, l, seed, c); return err })
	}
	return rows, slices.Clip(jobs)
}
