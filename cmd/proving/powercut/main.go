// Command powercut takes the power from under a ledger that is being written,
// two hundred times, and looks what is left. Our kill tests cannot: the kernel
// keeps what a killed process wrote, so a ledger that never flushed would pass
// them all.
//
// Each writer has an ext4 file system of its own and is a process of its own.
// It says on a pipe what was promised to it, after Append has returned and not
// before. When the power goes it may be anywhere: in an append, a drain, a
// checkpoint, an opening or a closing. There are two ways to take it:
//
//	(default)  SIGSTOP, and wait until every thread stands: no flush is in
//	           flight. EXT4_IOC_SHUTDOWN with NOLOGFLUSH: neither the page
//	           cache nor the journal's running transaction reaches the device
//	           any more. SIGKILL, umount, mount: the journal is replayed.
//	--cache     The file system lies on a disk that this program plays itself
//	           (a file over /dev/fuse under a loop device), with a write cache
//	           that forgets. No process is stopped first. Of the sectors that were
//	           written since the last flush none, the first, or any in any
//	           order are on the plate; flushed ones always (cache.go).
//
// The first shows a flush that was never asked for; the second also one that
// was asked for too late, and what the ledger makes of a log torn in the middle
// of a page. Then the product's own OpenLedger opens what is left, and it is
// held against what the pipe had said.
//
// Three writers are cut in the same moment, on three file systems, because one
// writer's flush would also carry its neighbour's metadata to the disk:
//
//	ledger   the product. It must lose nothing.
//	control  append and fdatasync on a plain file. If it loses something, the
//	         harness or the machine is at fault, and not the ledger.
//	normal   the same SQLite with synchronous=NORMAL, opened by this program.
//	         It must lose something, or the test is blind.
//
// With --cache the ledger's process is also killed now and then and started
// again before the cut: what the next opening shows and promises must outlive
// it, though the kernel's cache was its only witness (mend.go).
//
// With --cache --errors writes or flushes of the disk fail before it is cut: one,
// a few, or all from then on. The ledger's writer does what the firmware does
// about it, opens the ledger anew or is killed and goes on, and what it is
// promised after that counts as well; the control stops at the first error.
//
// With --full the disk is not cut but full, to the last byte, by the kernel's
// own word (full.go).
//
// What none of this shows: a disk that calls flushed what is not, and one that
// loses what was flushed.
//
// It needs root, loop devices, mkfs.ext4, and /dev/fuse for --cache. It is no
// part of make test, which must run without.
package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
)

func main() { cli.Main(root()) }

func root() *cobra.Command {
	var o options
	c := &cobra.Command{Use: "powercut", Short: "Cut the power under a ledger that is being written", Args: cobra.NoArgs,
		Long:    "Cut the power under a ledger that is being written. It needs root, loop devices and mkfs.ext4, and /dev/fuse for --cache.",
		Example: "  powercut --cuts 200\n  powercut --cuts 200 --cache --errors\n  powercut --full",
		RunE:    func(c *cobra.Command, _ []string) error { return run(c.Context(), o) }}
	f := c.Flags()
	f.IntVar(&o.cuts, "cuts", 200, "how many times the power goes")
	f.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "repeats the choices of a run; the moments of the cuts are the machine's")
	f.IntVar(&o.fresh, "fresh", 10, "cuts before the file systems are made anew")
	f.StringVar(&o.dir, "dir", os.TempDir(), "`folder` for the file systems' images")
	f.BoolVar(&o.cache, "cache", false, "a disk that forgets what was not flushed, sector by sector, instead of the ioctl")
	f.BoolVar(&o.errors, "errors", false, "with --cache: before the power goes, writes or flushes of the disk fail")
	f.BoolVar(&o.full, "full", false, "instead of cuts: a disk that is really full")
	c.AddCommand(&cobra.Command{Use: "writer DIR PROMISES MODE", Hidden: true, Args: cobra.ExactArgs(3),
		Short: "The process that is cut off; started by powercut itself",
		RunE:  func(_ *cobra.Command, args []string) error { return write(args[0], args[1], args[2]) }})
	return c
}

type options struct {
	cuts, fresh         int
	seed                uint64
	dir                 string
	cache, errors, full bool
}

var errRoot = errors.New("this mounts file systems and cuts them off: it needs root, loop devices and mkfs.ext4 (Debian: e2fsprogs, mount)")

func run(ctx context.Context, o options) (err error) {
	if os.Geteuid() != 0 {
		return errRoot
	}
	if o.cuts < 1 || o.fresh < 1 {
		return cli.Usage("--cuts and --fresh are 1 or more")
	}
	if o.errors && !o.cache {
		return cli.Usage("--errors needs --cache: only the disk that this program plays can be told to fail")
	}
	dir, err := os.MkdirTemp(o.dir, "powercut-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := selfCheck(dir); err != nil {
		return err
	}
	if o.full {
		return full(ctx, dir)
	}
	if o.errors {
		if err := errors.Join(errorsAreHeard(dir), hole(os.Stdout, dir)); err != nil {
			return err
		}
	}
	return cuts(ctx, dir, o)
}
