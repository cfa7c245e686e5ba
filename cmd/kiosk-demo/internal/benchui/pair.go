package benchui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"multicopy.example/cmd/internal/bars"
)

// A Pair is a window and the one that it is held against.
type Pair struct {
	Panel  string // as the table calls it
	Own    *Subject
	Least  *Subject
	Starts int // of each
	Taps   int
	Grows  bool          // memory is measured, over many changes of the screen
	Speaks int           // … and over so many changes of language, with those of the colours between them
	Idle   time.Duration // how long nothing happens
}

// How many changes of the screen memory is looked at over, and how many come before:
// the toolkit's caches and the collector's heap are at their full size after about
// 1,100, and what a window still gains behind that is a leak.
const (
	warmUp  = 1500
	changes = 1500
)

// Run measures, says how far it is, and prints the tables; the bars go to b.
func (p Pair) Run(ctx context.Context, to io.Writer, say func(string, ...any), b *bars.Bars) (err error) {
	both := []*Subject{p.Own, p.Least}
	var starts, taps [2][]time.Duration
	for n := range p.Starts {
		for i, s := range both {
			if n > 0 {
				if err := s.Stop(); err != nil {
					return err
				}
			}
			took, err := s.start(ctx)
			if err != nil {
				return err
			}
			starts[i] = append(starts[i], took)
		}
		say("%s: start %d of %d", p.Panel, n+1, p.Starts)
	}
	for _, s := range both {
		defer func() { err = errors.Join(err, s.end()) }()
		if s.finger, err = s.Display.Finger(); err != nil {
			return err
		}
	}
	for n := range p.Taps {
		for i, s := range both {
			took, err := s.tap(ctx)
			if err != nil {
				return err
			}
			taps[i] = append(taps[i], took)
		}
		if (n+1)%50 == 0 {
			say("%s: tap %d of %d", p.Panel, n+1, p.Taps)
		}
	}
	p.print(to, starts, taps, b)
	if err := p.idle(ctx, to, say, b); err != nil {
		return err
	}
	if !p.Grows {
		return nil
	}
	if err := p.grow(ctx, to, say, b); err != nil || p.Speaks == 0 {
		return err
	}
	return p.speak(ctx, to, say, b)
}

func (s *Subject) end() error {
	err := errors.Join(s.Stop(), s.probe.Close())
	if s.finger != nil {
		err = errors.Join(err, s.finger.Close())
	}
	return err
}

func (p Pair) print(to io.Writer, starts, taps [2][]time.Duration, b *bars.Bars) {
	t := bars.Table(to)
	fmt.Fprintf(t, "%s\tstart to first right pixel, median\ttap to changed pixel, p50\tp90\tp99\t\n", p.Panel)
	for i, s := range []*Subject{p.Own, p.Least} {
		d := sorted(taps[i])
		fmt.Fprintf(t, "%s\t%.2f s\t%.1f ms\t%.1f\t%.1f\t\n", s.Name, at(sorted(starts[i]), 0.5).Seconds(), ms(at(d, 0.5)), ms(at(d, 0.9)), ms(at(d, 0.99)))
	}
	t.Flush()
	b.AtMost(p.Panel+": tap to changed pixel, p50 ÷ smallest", ratio(taps, 0.5), 1.3)
}

func ratio(d [2][]time.Duration, p float64) float64 {
	return float64(at(sorted(d[0]), p)) / float64(at(sorted(d[1]), p))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// idle is what both cost at the same time while nothing happens.
func (p Pair) idle(ctx context.Context, to io.Writer, say func(string, ...any), b *bars.Bars) error {
	say("%s: nothing for %v", p.Panel, p.Idle)
	var spent [2]time.Duration
	both := []*Subject{p.Own, p.Least}
	for i, s := range both {
		if err := s.rest(ctx, s.Taps[0].But); err != nil {
			return err
		}
		was, err := s.cpu()
		if err != nil {
			return err
		}
		spent[i] = -was
	}
	began := time.Now()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(p.Idle):
	}
	for i, s := range both {
		is, err := s.cpu()
		if err != nil {
			return err
		}
		spent[i] += is
	}
	share := func(i int) float64 { return 100 * float64(spent[i]) / float64(time.Since(began)) }
	fmt.Fprintf(to, "%s: processor while nothing happens: %s %.1f %%, %s %.1f %%\n", p.Panel, p.Own.Name, share(0), p.Least.Name, share(1))
	b.AtMost(p.Panel+": processor while idle ÷ smallest", float64(spent[0])/float64(max(spent[1], 10*time.Millisecond)), 1.3)
	return nil
}

// grow is the most memory in the first and in the last third of many changes of the
// screen: the garbage collector lets it rise and fall between two changes.
func (p Pair) grow(ctx context.Context, to io.Writer, say func(string, ...any), b *bars.Bars) error {
	var before float64
	var most [3]float64
	for i := range warmUp + changes {
		if _, err := p.Own.tap(ctx); err != nil {
			return err
		}
		m, err := p.Own.memory()
		if err != nil {
			return err
		}
		switch at := i - warmUp; {
		case i < changes/len(most):
			before = max(before, m)
		case at >= 0:
			third := at * len(most) / changes
			most[third] = max(most[third], m)
		}
		if (i+1)%250 == 0 {
			say("%s: change %d of %d", p.Panel, i+1, warmUp+changes)
		}
	}
	fmt.Fprintf(to, "%s: memory of %s: at most %.0f MiB in the first %d changes of the screen; behind %d, over %d more, %.0f MiB in the first third and %.0f MiB in the last\n",
		p.Panel, p.Own.Name, before/(1<<20), changes/len(most), warmUp, changes, most[0]/(1<<20), most[2]/(1<<20))
	b.AtMost(fmt.Sprintf("%s: memory behind %d changes, last third of %d more ÷ first", p.Panel, warmUp, changes), most[2]/most[0], 1.05)
	return nil
}

// apart is longer than a window takes two taps on different pages for one.
const apart = 450 * time.Millisecond

// speak is the same over changes of language and colours: each language has its faces and its sentences,
// each theme its colours, and none of it may be kept for each change.
func (p Pair) speak(ctx context.Context, to io.Writer, say func(string, ...any), b *bars.Bars) error {
	var most [3]float64
	for i, spoken := 0, 0; spoken < p.Speaks; i++ {
		time.Sleep(apart)
		t := p.Own.Round[i%len(p.Own.Round)]
		if _, err := p.Own.touch(ctx, t); err != nil {
			return err
		}
		m, err := p.Own.memory()
		if err != nil {
			return err
		}
		third := spoken * len(most) / p.Speaks
		most[third] = max(most[third], m)
		if !t.Speaks {
			continue
		}
		if spoken++; spoken%250 == 0 {
			say("%s: change %d of %d of language", p.Panel, spoken, p.Speaks)
		}
	}
	fmt.Fprintf(to, "%s: memory of %s over %d changes of language, with those of the colours between them: at most %.0f, %.0f and %.0f MiB in the three thirds\n",
		p.Panel, p.Own.Name, p.Speaks, most[0]/(1<<20), most[1]/(1<<20), most[2]/(1<<20))
	b.AtMost(fmt.Sprintf("%s: memory over %d changes of language, last third ÷ second", p.Panel, p.Speaks), most[2]/most[1], 1.05)
	return nil
}
