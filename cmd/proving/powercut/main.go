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
//	-cache     The file system lies on a disk that this program plays itself
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
// With -cache the ledger's process is also killed now and then and started
// again before the cut: what the next opening shows and promises must outlive
// it, though the kernel's cache was its only witness (mend.go).
//
// With -cache -errors writes or flushes of the disk fail before it is cut: one,
// a few, or all from then on. The ledger's writer does what the firmware does
// about it, opens the ledger anew or is killed and goes on, and what it is
// promised after that counts as well; the control stops at the first error.
//
// With -full the disk is not cut but full, to the last byte, by the kernel's
// own word (full.go).
//
// What none of this shows: a disk that calls flushed what is not, and one that
// loses what was flushed.
//
// It needs root, loop devices, mkfs.ext4, and /dev/fuse for -cache. It is no
// part of make test, which must run without.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	if len(os.Args) == 5 && os.Args[1] == "writer" {
		if err := write(os.Args[2], os.Args[3], os.Args[4]); err != nil {
			fmt.Fprintln(os.Stderr, "powercut writer:", err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.IntVar(&o.cuts, "cuts", 200, "how many times the power goes")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "repeats the choices of a run; the moments of the cuts are the machine's")
	flag.IntVar(&o.fresh, "fresh", 10, "cuts before the file systems are made anew")
	flag.StringVar(&o.dir, "dir", os.TempDir(), "folder for the file systems' images")
	flag.BoolVar(&o.cache, "cache", false, "a disk that forgets what was not flushed, sector by sector, instead of the ioctl")
	flag.BoolVar(&o.errors, "errors", false, "with -cache: before the power goes, writes or flushes of the disk fail")
	flag.BoolVar(&o.full, "full", false, "instead of cuts: a disk that is really full")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "powercut:", err)
		os.Exit(1)
	}
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
		return errors.New("-cuts and -fresh are at least 1")
	}
	if o.errors && !o.cache {
		return errors.New("-errors needs -cache: only the disk that this program plays can be told to fail")
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
