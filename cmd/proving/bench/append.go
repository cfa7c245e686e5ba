package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"multicopy.example/cmd/internal/bars"
)

// warm is how many records a store has before it is measured: SQLite's log has
// been round once then, and writes into blocks that are there.
const warm = 1200

// openAll opens every store in a folder of its own.
func openAll(dir string) (stores []store, err error) {
	for i, k := range kinds {
		sub := filepath.Join(dir, fmt.Sprint("store", i))
		if err := os.Mkdir(sub, 0o700); err != nil {
			return stores, err
		}
		s, err := k.open(sub)
		if err != nil {
			return stores, fmt.Errorf("%s: %w", k.name, err)
		}
		stores = append(stores, s)
		for range warm {
			if err := s.append(); err != nil {
				return stores, fmt.Errorf("%s: %w", k.name, err)
			}
		}
	}
	return stores, nil
}

// appends lets every store append one record in turn. Who begins changes from
// round to round: a flush is dearer or cheaper by what was flushed before it.
func appends(to io.Writer, dir string, rounds int, b *bars.Bars) (err error) {
	stores, err := openAll(dir)
	defer func() {
		for _, s := range stores {
			err = errors.Join(err, s.close())
		}
	}()
	if err != nil {
		return err
	}
	took := make([][]time.Duration, len(stores))
	for n := range rounds {
		for i := range stores {
			k := (n + i) % len(stores)
			began := time.Now()
			if err := stores[k].append(); err != nil {
				return fmt.Errorf("%s: %w", kinds[k].name, err)
			}
			took[k] = append(took[k], time.Since(began))
		}
	}
	printAppends(to, took, b)
	return nil
}

func printAppends(to io.Writer, took [][]time.Duration, b *bars.Bars) {
	fmt.Fprintf(to, "One durable append, %d of each in turns\n", len(took[0]))
	t := bars.Table(to)
	fmt.Fprint(t, "\tmedian µs\t÷ floor\t(in fifths of the run)\tp99 µs\t÷ floor's p99\t÷ append's p99\t\n")
	for i, k := range kinds {
		low, high := fifths(took[i], took[theFloor])
		fmt.Fprintf(t, "%s\t%.0f\t%.2f\t%.2f–%.2f\t%.0f\t%.2f\t%.2f\t\n", k.name, micro(quantile(took[i], .5)),
			ratio(took[i], took[theFloor], .5), low, high,
			micro(quantile(took[i], .99)), ratio(took[i], took[theFloor], .99), ratio(took[i], took[theAppend], .99))
	}
	t.Flush()
	b.AtMost("append, median ÷ floor", ratio(took[theLedger], took[theFloor], .5), 1.25)
	b.AtMost("append, p99 ÷ floor's p99", ratio(took[theLedger], took[theFloor], .99), 1.5)
}

// fifths is how far the ratio of the medians moves within the run.
func fifths(a, floor []time.Duration) (low, high float64) {
	for i := range 5 {
		from, to := i*len(a)/5, (i+1)*len(a)/5
		r := ratio(a[from:to], floor[from:to], .5)
		if i == 0 || r < low {
			low = r
		}
		high = max(high, r)
	}
	return low, high
}

func ratio(a, b []time.Duration, q float64) float64 {
	return float64(quantile(a, q)) / float64(quantile(b, q))
}

func quantile(d []time.Duration, q float64) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[min(len(d)-1, int(float64(len(d))*q))]
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
