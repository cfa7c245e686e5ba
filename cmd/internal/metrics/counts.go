// Package metrics is what a kiosk counts, for Prometheus: counts, times and codes, and
// nothing of any resident. Give [Counts] what happens, write a page with [Text], and let
// [Serve] hand it out on a local socket.
package metrics

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"multicopy.example/kiosk"
)

// buckets are upper bounds of the durations of a port's calls, in seconds.
var buckets = []float64{0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}

// durations of one port's calls.
type durations struct {
	within [11]uint64 // one for each bucket and one for what is longer
	sum    float64
	errors uint64
}

// counted is everything since the start.
type counted struct {
	visits, tries map[kiosk.Outcome]uint64
	ports         map[string]durations
	frames, again uint32 // the reader's answers, and those that had to be asked for again
}

func (c counted) clone() counted {
	c.visits, c.tries, c.ports = maps.Clone(c.visits), maps.Clone(c.tries), maps.Clone(c.ports)
	return c
}

// Counts counts since the start. What is shown of it is as it was when no visit was under
// way: a scraper that looks often could else follow one.
type Counts struct {
	mu         sync.Mutex
	now, shown counted
}

// New counts from nothing.
func New() *Counts {
	none := counted{visits: map[kiosk.Outcome]uint64{}, tries: map[kiosk.Outcome]uint64{}, ports: map[string]durations{}}
	return &Counts{now: none, shown: none.clone()}
}

// Kept counts an entry that the ledger has taken.
func (c *Counts) Kept(e kiosk.Entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e.Kind {
	case kiosk.EntryEnded:
		c.now.visits[e.Outcome]++
	case kiosk.EntryTried:
		c.now.tries[e.Outcome]++
	}
}

// Show lets what was counted so far be seen, and what the reader has counted; to be called
// where no visit is under way.
func (c *Counts) Show(frames, again uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.frames, c.now.again = frames, again
	c.shown = c.now.clone()
}

func (c *Counts) visible() counted {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shown // a clone that no one changes
}

func (c *Counts) span(port string, took time.Duration, failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.now.ports[port]
	i, _ := slices.BinarySearch(buckets, took.Seconds())
	d.within[i]++
	d.sum += took.Seconds()
	if failed {
		d.errors++
	}
	c.now.ports[port] = d
}

// Spans is a logger's handler that counts the loop's calls of its ports, also those whose
// lines are below the logger's level.
func (c *Counts) Spans(to slog.Handler) slog.Handler { return spans{to, c} }

type spans struct {
	slog.Handler
	counts *Counts
}

// Enabled is slog.Handler's.
func (spans) Enabled(context.Context, slog.Level) bool { return true }

// Handle is slog.Handler's.
func (s spans) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "span" {
		var port string
		var took time.Duration
		failed := false
		r.Attrs(func(a slog.Attr) bool {
			switch a.Key {
			case "port":
				port = a.Value.String()
			case "took":
				took = a.Value.Duration()
			case "err":
				failed = true
			}
			return true
		})
		s.counts.span(port, took, failed)
	}
	if !s.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return s.Handler.Handle(ctx, r)
}

// WithAttrs is slog.Handler's.
func (s spans) WithAttrs(a []slog.Attr) slog.Handler { return spans{s.Handler.WithAttrs(a), s.counts} }

// WithGroup is slog.Handler's.
func (s spans) WithGroup(name string) slog.Handler { return spans{s.Handler.WithGroup(name), s.counts} }
