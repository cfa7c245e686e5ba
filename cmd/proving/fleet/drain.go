package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"text/tabwriter"
	"time"

	"multicopy.example/kiosk/port"
)

// crowd is who meets which authority.
type crowd struct {
	kiosks, records int
	load            load
	away            time.Duration // how long the kiosks have tried in vain before; 0: all are switched on at one moment
	seed            uint64
}

// ideal is the time the authority would need if all kiosks came in turn.
func (c crowd) ideal() time.Duration {
	batches := c.kiosks * ((c.records + maxBatch - 1) / maxBatch)
	requests := time.Duration(batches) * time.Second / time.Duration(c.load.requests)
	return max(requests, time.Duration(c.kiosks)*time.Second/time.Duration(c.load.handshakes))
}

// drained is what came of it.
type drained struct {
	seconds         []second
	peak, peakConns int
	turned, refused int
	after           time.Duration
	again           int // came again and were known: their answer was lost
	lost            int // not there, or not known to be there
	gaps            int
}

// drain lets the crowd come.
func drain(c crowd, p policy) (drained, error) {
	w := &clock{now: -c.away}
	a := newOffice(w, c.load, c.kiosks, c.seed)
	a.away = func(now time.Duration) bool { return now < 0 }
	queue := make([]port.Record, c.records)
	for i := range queue {
		queue[i] = port.Record{Seq: uint64(i + 1)}
	}
	var broken error
	shops := make([]*shop, c.kiosks)
	for i := range shops {
		s := &shop{number: i, queue: queue, line: line{a: a, name: strconv.Itoa(i)}}
		shops[i] = s
		r := rand.New(rand.NewPCG(c.seed, uint64(i)))
		w.live(-c.away, func(l *life) {
			s.life = l
			if err := p.send(s, r); err != nil && !errors.Is(err, context.Canceled) {
				broken = fmt.Errorf("kiosk %d: %w", i, err)
			}
		})
	}
	w.run(12 * time.Hour)
	out := drained{after: a.last, again: a.again, gaps: a.gaps}
	for _, s := range shops {
		out.lost += c.records - int(s.acked)
	}
	out.lost = max(out.lost, c.kiosks*c.records-a.records())
	out.seconds = a.seconds[:min(len(a.seconds), int(a.last/time.Second)+1)]
	for _, s := range a.seconds {
		out.turned += s.turned
		out.refused += s.refused
		out.peak = max(out.peak, s.all())
		out.peakConns = max(out.peakConns, s.connections)
	}
	return out, broken
}

// ratio is how many times the ideal it took.
func (d *run) ratio() float64 { return d.after.Seconds() / d.crowd.ideal().Seconds() }

// missed says which bars a run did not meet.
func (d *run) missed() error {
	var all []error
	miss := func(bad bool, format string, args ...any) {
		if bad {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	l, kiosks := d.crowd.load, d.crowd.kiosks
	weak := d.crowd.ideal() > spread() // it cannot take them as they come: each may be sent away once
	storm := kiosks / 100
	if weak {
		storm = kiosks
	}
	miss(!weak && d.peak > l.requests, "%d requests in a second, capacity %d", d.peak, l.requests)
	miss(!weak && d.peakConns > l.handshakes, "%d connections in a second, capacity %d", d.peakConns, l.handshakes)
	miss(d.ratio() > 2, "drained after %.2f times the ideal", d.ratio())
	miss(d.turned+d.refused > storm, "%d refused or turned away", d.turned+d.refused)
	miss(d.lost != 0, "%d records lost", d.lost)
	miss(d.gaps != 0, "%d batches out of order", d.gaps)
	return errors.Join(all...)
}

// table prints rows, and answers which bars they missed.
func table(w io.Writer, head string, rows []*run) error {
	fmt.Fprintln(w, head)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tpeak requests/s\tpeak connections/s\tdrained after\tideal\tratio\trefused\tturned away\tsent again\tlost\t")
	var missed []error
	for _, d := range rows {
		fmt.Fprintf(t, "%s\t%d\t%d\t%.1f s\t%.1f s\t%.2f\t%d\t%d\t%d\t%d\t\n", d.name, d.peak, d.peakConns,
			d.after.Seconds(), d.crowd.ideal().Seconds(), d.ratio(), d.refused, d.turned, d.again, d.lost)
		if err := d.missed(); d.bar && err != nil {
			missed = append(missed, fmt.Errorf("bar missed: %s: %s: %w", head, d.name, err))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return errors.Join(missed...)
}
