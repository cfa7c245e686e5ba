// Visits plays visits in which anything may happen, at kiosks without a window.
//
//	visits random --visits 1000      at the end ledger and authority agree, every try had its OK, no secret stands in any file
//	visits secrets --sessions 1000   every secret is known and searched for, in every shape, in all that was left
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
)

func main() {
	harness.Reexec()
	cli.Main(root())
}

func root() *cobra.Command {
	c := &cobra.Command{Use: "visits", Short: "Play visits in which anything may happen"}
	c.AddCommand(
		command("random", "Prove what holds after every visit", "visits", func(ctx context.Context, o harness.Options, seed uint64, n, worlds int) error {
			return (&runs{options: o, left: n, seed: seed}).all(ctx, worlds)
		}),
		command("secrets", "Search what the kiosks have left for every secret that was typed", "sessions", secrets))
	return c
}

// command is one that plays n of something in several worlds at once.
func command(name, short, counts string, do func(ctx context.Context, o harness.Options, seed uint64, n, worlds int) error) *cobra.Command {
	var n, worlds int
	var seed uint64
	c := &cobra.Command{Use: name, Short: short, Args: cobra.NoArgs, Example: fmt.Sprintf("  visits %s --%s 1000 --worlds 4", name, counts),
		RunE: func(c *cobra.Command, _ []string) error {
			if n < 1 || worlds < 1 || worlds > 32 {
				return cli.Usage("--%s is 1 or more, --worlds 1 to 32", counts)
			}
			p, err := harness.Beside()
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "visits-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			template := filepath.Join(dir, "template")
			if err := harness.Init(c.Context(), p.Sandbox, template, "all"); err != nil {
				return err
			}
			return do(c.Context(), harness.Options{Dir: dir, Programs: p, Template: template}, seed, n, worlds)
		}}
	c.Flags().IntVar(&n, counts, 1000, counts+" in all")
	c.Flags().IntVar(&worlds, "worlds", 4, "kiosks at once, each with an authority of its own")
	c.Flags().Uint64Var(&seed, "seed", rand.Uint64N(1<<32), "the first seed")
	return c
}

// folder is an empty one for one world, inside that of all.
func folder(o harness.Options) (_ harness.Options, done func(), err error) {
	o.Dir, err = os.MkdirTemp(o.Dir, "world-")
	dir := o.Dir
	return o, func() { os.RemoveAll(dir) }, err
}

// runs counts what the worlds of random did.
type runs struct {
	options harness.Options

	mu              sync.Mutex
	left            int
	seed            uint64
	played, renewed int
	wrong           []error
}

func (r *runs) all(ctx context.Context, worlds int) error {
	var wait sync.WaitGroup
	for range worlds {
		wait.Go(func() {
			for n := r.take(visitsAWorld); n > 0; n = r.take(visitsAWorld) {
				r.one(ctx, n)
			}
		})
	}
	wait.Wait()
	fmt.Printf("%d visits, %d secrets renewed, %d worlds failed: ledger and authority agree record by record, every try had its OK, no secret stands in any file\n",
		r.played, r.renewed, len(r.wrong))
	return errors.Join(r.wrong...)
}

func (r *runs) take(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n = min(n, r.left)
	if len(r.wrong) > 0 {
		n = 0
	}
	r.left -= n
	return n
}

func (r *runs) one(ctx context.Context, visits int) {
	r.mu.Lock()
	seed := r.seed
	r.seed++
	r.mu.Unlock()
	o, done, err := folder(r.options)
	renewed := 0
	var told bytes.Buffer
	if err == nil {
		defer done()
		renewed, err = random(ctx, o, seed, visits, &told)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.played, r.renewed = r.played+visits, r.renewed+renewed
	if err != nil {
		io.Copy(os.Stdout, &told) //nolint:errcheck // standard output
		r.wrong = append(r.wrong, err)
	}
	fmt.Printf("seed %-12d %3d visits %3d renewed  (%d played)\n", seed, visits, renewed, r.played)
}
