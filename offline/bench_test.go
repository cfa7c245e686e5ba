package offline

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
)

// BenchmarkAppend measures an append beside the floor, turn by turn in one
// run: a 300-byte pwrite into a file that is already laid out, and fdatasync.
// Absolute times on a shared machine move by a factor of three from run to
// run; the ratio of the medians does not. The bars: ≤ 1.25 for the median,
// ≤ 1.5 for the 99th percentile.
func BenchmarkAppend(b *testing.B) {
	dir := newDir(b)
	l := mustOpen(b, dir, testOptions())
	floor, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	must.OK(b, err)
	defer floor.Close()
	must.OK(b, must.Err(floor.Write(make([]byte, 8<<20))))
	must.OK(b, floor.Sync())
	for range 1100 { // a warm log: it has been round once
		mustAppend(b, l, boot())
	}
	var raw, line []time.Duration
	record := make([]byte, 300)
	at := int64(0)
	for b.Loop() {
		start := time.Now()
		must.OK(b, must.Err(floor.WriteAt(record, at%(8<<20-300))))
		must.OK(b, unix.Fdatasync(int(floor.Fd())))
		between := time.Now()
		mustAppend(b, l, boot())
		raw, line = append(raw, between.Sub(start)), append(line, time.Since(between))
		at += 300
	}
	report := func(q float64, name string) {
		r, a := quantile(raw, q), quantile(line, q)
		b.ReportMetric(float64(a)/float64(r), name+"-vs-floor")
		b.ReportMetric(float64(a.Microseconds()), name+"-µs")
	}
	report(0.5, "median")
	report(0.99, "p99")
}

func quantile(d []time.Duration, q float64) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, int(float64(len(d))*q))]
}

// BenchmarkAck is the cost of acknowledging a batch of 50 at different
// lengths of the queue; the bar: flat within 30 %.
func BenchmarkAck(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l := mustOpen(b, newDir(b), testOptions())
			fill := func(n int) {
				must.OK(b, must.Err(l.db.Exec("PRAGMA synchronous = OFF")))
				for range n {
					mustAppend(b, l, boot())
				}
				must.OK(b, must.Err(l.db.Exec("PRAGMA synchronous = FULL")))
			}
			fill(n)
			acked := uint64(0)
			for b.Loop() {
				if acked+50 > l.Head().Seq {
					b.StopTimer()
					fill(n)
					b.StartTimer()
				}
				acked += 50
				must.OK(b, l.Ack(b.Context(), upTo(l, acked)))
			}
		})
	}
}
