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
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/bars"
	"multicopy.example/cmd/internal/cli"
)

func main() { cli.Main(root()) }

func root() *cobra.Command {
	var parent string
	var rounds, turns int
	c := &cobra.Command{Use: "bench", Short: "Measure one durable append of the ledger beside the least that a disk asks for", Args: cobra.NoArgs,
		Example: "  bench --rounds 6000 --dir /var/tmp",
		RunE: func(c *cobra.Command, _ []string) error {
			if rounds < 100 || turns < 5 {
				return cli.Usage("--rounds is 100 or more and --turns 5: a percentile of less is none")
			}
			return run(c.OutOrStdout(), parent, rounds, turns)
		}}
	c.Flags().IntVar(&rounds, "rounds", 6000, "appends of each store")
	c.Flags().IntVar(&turns, "turns", 120, "acknowledgements at each length of the queue")
	c.Flags().StringVar(&parent, "dir", os.TempDir(), "`folder` to measure in; on a disk, not in memory")
	c.AddCommand(&cobra.Command{Use: "counted STORE DIR N", Hidden: true, Args: cobra.ExactArgs(3),
		Short: "The process whose system calls are counted; started by bench itself",
		RunE:  func(_ *cobra.Command, args []string) error { return counted(args[0], args[1], args[2]) }})
	return c
}

func run(to io.Writer, parent string, rounds, turns int) (err error) {
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
		return fmt.Errorf("%s is memory, where a flush costs nothing; give a folder on a disk (--dir)", parent)
	}
	b := &bars.Bars{}
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
	b.Print(to)
	return nil
}
