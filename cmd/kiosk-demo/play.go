package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/kiosk-demo/internal/story"
)

// displayless are the sub-commands that need no X server.
var displayless = map[string]func(context.Context, []string) error{
	"bench":       benchReader,
	"play":        play,
	"random":      random,
	"grepsecrets": grepsecrets,
	"text-kiosk":  func(_ context.Context, args []string) error { return headless.Main(args) },
}

// programs are the sandbox beside this program, and this program itself as the
// firmware with a face of text.
func programs() (p story.Programs, err error) {
	self, err := os.Executable()
	return story.Programs{
		Sandbox: filepath.Join(filepath.Dir(self), "authority-sandbox"),
		Kiosk:   []string{self, "text-kiosk"},
	}, err
}

// play plays scenario files one after the other and prints each story.
func play(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("play", flag.ContinueOnError)
	set.SetOutput(new(nothing))
	out := set.String("out", "", "folder that keeps what the run wrote; a temporary one where empty")
	if err := set.Parse(args); err != nil {
		return errUsage{err}
	}
	if set.NArg() == 0 {
		return errUsage{errors.New("which scenario? the commands of one are:\n" + story.Verbs())}
	}
	p, err := programs()
	if err != nil {
		return err
	}
	var wrong []error
	for _, name := range set.Args() {
		fmt.Printf("\n%s\n", name)
		if err := playOne(ctx, name, *out, p); err != nil {
			fmt.Printf("   FAIL   %v\n", err)
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		} else {
			fmt.Println("   ok")
		}
	}
	fmt.Printf("\n%d scenarios, %d failed\n", set.NArg(), len(wrong))
	return errors.Join(wrong...)
}

func playOne(ctx context.Context, name, out string, p story.Programs) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines, err := story.Parse(f)
	if err != nil {
		return err
	}
	dir, done, err := folder(out, strings.TrimSuffix(filepath.Base(name), ".txt"))
	if err != nil {
		return err
	}
	defer done()
	return story.Play(ctx, dir, lines, p, os.Stdout)
}

// folder is an empty folder for one run.
func folder(out, name string) (dir string, done func(), err error) {
	if out == "" {
		dir, err = os.MkdirTemp("", "kiosk-"+name+"-")
		return dir, func() { os.RemoveAll(dir) }, err
	}
	if dir, err = filepath.Abs(filepath.Join(out, name)); err != nil {
		return "", nil, err
	}
	if err = os.RemoveAll(dir); err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	return dir, func() {}, err
}

// random plays visits in which anything may happen, in several shops at once.
func random(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("random", flag.ContinueOnError)
	set.SetOutput(new(nothing))
	visits := set.Int("visits", 1000, "visits in all")
	shops := set.Int("shops", 4, "shops at once")
	seed := set.Uint64("seed", rand.Uint64N(1<<32), "the first seed")
	if err := set.Parse(args); err != nil || *visits < 1 || *shops < 1 || *shops > 32 {
		return errUsage{errors.Join(err, errors.New("random -visits N -shops 1..32 -seed N"))}
	}
	p, err := programs()
	if err != nil {
		return err
	}
	const each = 25 // visits a shop: a new town, a new kiosk
	r := &runs{left: *visits, seed: *seed, programs: p}
	var wait sync.WaitGroup
	for range *shops {
		wait.Go(func() {
			for n := r.take(each); n > 0; n = r.take(each) {
				r.one(ctx, n)
			}
		})
	}
	wait.Wait()
	fmt.Printf("%d visits, %d secrets renewed, %d shops failed: ledger and authority agree record by record, every try had its OK, no secret stands in any file\n",
		r.played, r.renewed, len(r.wrong))
	return errors.Join(r.wrong...)
}

// runs counts what random's shops did.
type runs struct {
	programs story.Programs

	mu              sync.Mutex
	left            int
	seed            uint64
	played, renewed int
	wrong           []error
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
	dir, done, err := folder("", "random")
	renewed := 0
	var told bytes.Buffer
	if err == nil {
		defer done()
		renewed, err = story.Random(ctx, dir, seed, visits, r.programs, &told)
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
