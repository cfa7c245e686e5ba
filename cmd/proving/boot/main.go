// Command boot starts the machine that `make vm` made, in an emulator, and looks at it: from outside,
// by its screen, its serial lines and its authority, and from inside, by a shell that the disks for
// proving have and the machine's own lacks. Every check is a row of a table (checks.go) and prints
// what it saw; the last line is
//
//	boot: N checks, 0 failed
//
// The reader, the cards and the authority are those of every other test (cmd/internal/harness), and
// stand outside: the reader at the machine's second serial line, the authority on its network.
//
// The processor is emulated, also where /dev/kvm is there: a nested machine may open it and stall.
// Seconds are therefore given twice, of the wall and of the processor.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
)

func main() {
	harness.Reexec() // in the machine of kind text this program is the firmware
	cli.Main(root())
}

func root() *cobra.Command {
	var o options
	c := &cobra.Command{Use: "boot", Short: "Start the appliance in an emulator and look at it", Args: cobra.NoArgs,
		Example: "  boot --vm out/vm --out out/boot\n  boot --vm out/vm --out out/boot --only ready,flip",
		RunE:    func(c *cobra.Command, _ []string) error { return run(c.Context(), o) }}
	f := c.Flags()
	f.StringVar(&o.vm, "vm", "out/vm", "`folder` that make vm has written")
	f.StringVar(&o.out, "out", "out/boot", "`folder` for disks, logs, pictures and report.txt")
	f.StringSliceVar(&o.only, "only", nil, "names of `checks`; all where empty")
	f.IntVar(&o.cuts, "cuts", 5, "how many times the power goes in the checks cuts and torn; 19 are one at every 5 % of an update")
	f.BoolVar(&o.update, "update", false, "write what is inside of the machine into the committed lists anew")
	c.AddCommand(machineCommand(), goodCommand(), shadersCommand())
	return c
}

type options struct {
	vm, out string
	only    []string
	cuts    int
	update  bool
}

// limit is the time of one check. An emulated machine on a busy one takes minutes to start.
const limit = 40 * time.Minute

func run(ctx context.Context, o options) error {
	if err := able(o); err != nil {
		return err
	}
	b, err := newBench(o)
	if err != nil {
		return err
	}
	defer b.close()
	report, err := os.Create(filepath.Join(o.out, "report.txt")) // what took hours is read again
	if err != nil {
		return err
	}
	defer report.Close()
	to := io.MultiWriter(os.Stdout, report)
	ran, failed := 0, 0
	for _, c := range checks {
		if len(o.only) > 0 && !slices.Contains(o.only, c.name) {
			continue
		}
		begun := time.Now()
		ctx, cancel := context.WithTimeout(ctx, limit)
		saw, err := c.look(ctx, b)
		cancel()
		ran++
		verdict := "ok"
		if err != nil {
			verdict, failed = "FAILED", failed+1
		}
		fmt.Fprintf(to, "%-6s %s (%.0f s): %s\n", verdict, c.name, time.Since(begun).Seconds(), c.claims)
		for _, line := range saw {
			fmt.Fprintln(to, "       "+line)
		}
		if err != nil {
			fmt.Fprintln(to, "       "+err.Error())
			b.close() // the next check begins with a machine of its own
		}
	}
	fmt.Fprintf(to, "boot: %d checks, %d failed\n", ran, failed)
	if failed > 0 || ran == 0 {
		return cli.Verdict(cli.Failed)
	}
	return nil
}

// able tells in a sentence what this host lacks.
func able(o options) error {
	for _, p := range []struct{ program, of string }{{"qemu-system-x86_64", "qemu-system-x86"}, {"mkfs.ext4", "e2fsprogs"}, {"sgdisk", "gdisk"}} {
		if _, err := exec.LookPath(p.program); err != nil {
			return fmt.Errorf("%s is missing: install %s (sh .ci/deps image)", p.program, p.of)
		}
	}
	if made, err := filepath.Glob(filepath.Join(o.vm, "*.disk")); err != nil || len(made) == 0 {
		return fmt.Errorf("there is no machine in %s: make vm", o.vm)
	}
	return nil
}
