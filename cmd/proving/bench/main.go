// Command bench measures one durable append of the ledger beside the least
// that the disk asks for one, beside two stores that could have been taken
// instead, and beside the bars of the project. It is a module of its own, so
// that the stores it compares with never stand in the product's go.mod.
//
// Only ratios inside of one run mean something: on a shared machine absolute
// times move by a factor of three from run to run. So everything that is
// compared takes turns in one loop.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	if len(os.Args) == 5 && os.Args[1] == "counted" {
		exit(counted(os.Args[2], os.Args[3], os.Args[4]))
	}
	rounds := flag.Int("rounds", 6000, "appends of each store")
	turns := flag.Int("turns", 120, "acknowledgements at each length of the queue")
	parent := flag.String("dir", os.TempDir(), "folder to measure in; a disk, not memory")
	flag.Parse()
	exit(run(os.Stdout, *parent, *rounds, *turns))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-ledger:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(to io.Writer, parent string, rounds, turns int) (err error) {
	if rounds < 100 || turns < 5 {
		return errors.New("-rounds is at least 100 and -turns 5: a percentile of less is none")
	}
	dir, err := os.MkdirTemp(parent, "bench-ledger-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return err
	}
	if s.Type == unix.TMPFS_MAGIC {
		return fmt.Errorf("%s is memory, where a flush costs nothing; give a folder on a disk (-dir)", parent)
	}
	b := &bars{}
	for _, part := range []func() error{
		func() error { return appends(to, dir, rounds, b) },
		func() error { return calls(to, dir, b) },
		func() error { return queues(to, dir, turns, b) },
		func() error { return drained(to, dir, b) },
	} {
		began := time.Now()
		if err := part(); err != nil {
			return err
		}
		fmt.Fprintf(to, "(%.0f s)\n\n", time.Since(began).Seconds())
	}
	b.print(to)
	return nil
}

// bars are what the project asks of itself. One that is missed is a result,
// not an error of the measurement.
type bars struct {
	rows []string
}

func (b *bars) atMost(what string, is, bar float64) {
	said := "met"
	if is > bar {
		said = "MISSED"
	}
	b.rows = append(b.rows, fmt.Sprintf("%s\t%.2f\t≤ %s\t%s\t", what, is, strconv.FormatFloat(bar, 'g', -1, 64), said))
}

func (b *bars) print(to io.Writer) {
	t := table(to)
	fmt.Fprint(t, "bar\tis\tshould be\t\t\n")
	for _, r := range b.rows {
		fmt.Fprintln(t, r)
	}
	t.Flush()
}

func table(to io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
}
