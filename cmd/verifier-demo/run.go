package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/cmd/internal/harness/process"
)

// world is an authority, a platform, a bank and a person's card, each in a process of its own, with clocks that go
// together: a day behind this machine's at first, and then put a day ahead.
type world struct {
	dir       string
	programs  harness.Programs
	authority *harness.Authority
	verifier  string // address of its verifier line
	status    string // and of its status line
	set       setUp

	mu       sync.Mutex
	ahead    time.Duration
	children map[string]*child
}

// child is one of our own programs.
type child struct {
	*process.Process
	at    string // the address that it serves at
	start int
}

// open makes everything in a folder that is not there yet, and starts it.
func open(ctx context.Context, programs harness.Programs, dir string, residents []string) (*world, error) {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is there already; name another folder with --out", dir)
	}
	w := &world{dir: dir, programs: programs, ahead: -24 * time.Hour, children: map[string]*child{}} // a kiosk has this machine's clock, a day later
	var err error
	for _, at := range []*string{&w.verifier, &w.status} {
		if *at, err = network.Address(); err != nil {
			return nil, err
		}
	}
	if w.authority, err = harness.OpenAuthority(ctx, programs, dir, strings.Join(residents, ","), w.lines()...); err != nil {
		return nil, err
	}
	w.set = setUp{sandbox: programs.Sandbox, authority: w.authority.File(""), dir: dir, residents: residents}
	if err := w.set.all(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if err := w.startAll(); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// lines are the arguments of the authority's serve.
func (w *world) lines() []string {
	return []string{"--verifier", w.verifier, "--status", w.status, "--ahead", w.ahead.String()}
}

// startAll starts our programs, in the order in which they need each other.
func (w *world) startAll() error {
	ahead := []string{"--ahead", w.ahead.String()}
	for _, p := range []struct {
		name string
		args func() []string
	}{
		{"card", func() []string { return []string{"--residents", w.authority.File("residents")} }},
		{"platform", func() []string {
			return []string{"--dir", filepath.Join(w.dir, "platform"), "--authority", "https://" + w.verifier, "--status", "http://" + w.status}
		}},
		{"bank", func() []string {
			return []string{"--dir", filepath.Join(w.dir, "bank"), "--platform", "http://" + w.children["platform"].at, "--card", "http://" + w.children["card"].at}
		}},
	} {
		if err := w.start(p.name, append(p.args(), ahead...)...); err != nil {
			return err
		}
	}
	return nil
}

// start one of our programs, at the address that it had before, and wait until it serves.
func (w *world) start(name string, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	was := w.children[name]
	if was == nil {
		was = &child{}
		if was.at, err = network.Address(); err != nil {
			return err
		}
	}
	now := &child{at: was.at, start: was.start + 1}
	out, said := io.Pipe()
	log := filepath.Join(w.dir, "logs", fmt.Sprintf("%s-%d.log", name, now.start))
	if now.Process, err = process.Start(process.Command{Name: name, Path: self, Args: append([]string{name, "--listen", now.at}, args...), Log: log, Out: said, Env: []string{}}); err != nil {
		return err
	}
	w.children[name] = now
	go func() {
		<-now.Done()
		said.Close()
	}()
	line := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		lines.Scan()
		line <- lines.Text()
		io.Copy(io.Discard, out) //nolint:errcheck // it says nothing more
	}()
	select {
	case text := <-line:
		var r ready
		if err := json.Unmarshal([]byte(text), &r); err != nil || r.Listen != now.at {
			return fmt.Errorf("%s said %q where its address was expected; its log is %s", name, text, log)
		}
		return nil
	case <-time.After(harness.Patience):
		return fmt.Errorf("%s does not serve after %v", name, harness.Patience)
	}
}

// close ends everything.
func (w *world) close() (err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.children {
		if c.Running() {
			err = errors.Join(err, c.Stop(harness.Patience))
		}
	}
	return errors.Join(err, w.authority.Stop())
}

// nextDay puts all clocks a day ahead.
func (w *world) nextDay(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead += 24 * time.Hour
	for _, c := range w.children {
		if err := c.Stop(harness.Patience); err != nil {
			return err
		}
	}
	if err := w.authority.Restart(ctx, w.lines()...); err != nil {
		return err
	}
	return w.startAll()
}

// counter does something for a resident at the municipal office.
func (w *world) counter(ctx context.Context, verb, resident string, more ...string) error {
	_, err := w.authority.Command(ctx, "counter", append([]string{verb, resident}, more...)...)
	return err
}

// moves gives a resident another address and a new signing certificate.
func (w *world) moves(ctx context.Context, resident, to string) error {
	if err := w.counter(ctx, "move", resident, "--address", to, "--municipality", "99202"); err != nil {
		return err
	}
	return w.counter(ctx, "sign", resident)
}

func runCommand() *cobra.Command {
	var s served
	var out string
	var scripted bool
	c := &cobra.Command{Use: "run", Short: "Start an authority, a platform, a bank and a card, and show what each knows", Args: cobra.NoArgs,
		Long: "Start an authority, a platform, a bank and the program that holds a person's card, each in a process of its own, and a\n" +
			"page that shows side by side what each of the three knows. authority-sandbox lies beside this program. With --scripted\n" +
			"a person without a browser gives a consent, moves, and withdraws it at a kiosk, whose firmware is the real one with a\n" +
			"display of text; and what the bank knew is told.",
		Example: "  verifier-demo run --out demo-out/bank\n  verifier-demo run --out demo-out/bank --scripted",
		RunE: func(c *cobra.Command, _ []string) error {
			programs, err := harness.Beside()
			if err != nil {
				return err
			}
			w, err := open(c.Context(), programs, out, []string{"hanako", "taro"})
			if err != nil {
				return err
			}
			if scripted {
				return errors.Join(w.story(c.Context(), c.OutOrStdout()), w.close())
			}
			fmt.Fprintf(c.ErrOrStderr(), "the bank: http://%s/\nwho knows what: the address below\n", w.children["bank"].at)
			return errors.Join(s.serve(c.Context(), c.OutOrStdout(), w.page(), logger(c)), w.close())
		}}
	s.flags(c)
	c.Flags().StringVar(&out, "out", "verifier-demo-out", "`folder` for everything, which is not there yet")
	c.Flags().BoolVar(&scripted, "scripted", false, "a person without a browser")
	return c
}

// get reads a page or JSON of one of our programs.
func (w *world) get(ctx context.Context, name, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.children[name].at+path, nil)
	if err != nil {
		return nil, err
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	return io.ReadAll(reply.Body)
}
