package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/scenario"
)

func playCommand() *cobra.Command {
	var out string
	c := &cobra.Command{Use: "play SCENARIO...", Short: "Play scenario files and print each with the screen's text",
		Long:    "Play scenario files and print each with the screen's text. Without a file it lists the commands that a scenario has.",
		Example: "  kiosk-demo play cmd/kiosk-demo/scenarios/power-proving.txt",
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) == 0 {
				return cli.Usage("which scenario? the commands of one are:\n%s", scenario.Verbs())
			}
			return play(c.Context(), out, files)
		}}
	c.Flags().StringVar(&out, "out", "", "`folder` that keeps what the run wrote; a temporary one where empty")
	return c
}

// prepare makes what every scenario of a run starts from: the programs and the
// folder of an authority with every resident. done removes the folder.
func prepare(ctx context.Context, out string) (p harness.Programs, template string, done func(), err error) {
	if p, err = harness.Beside(); err != nil {
		return p, "", nil, err
	}
	dir, err := os.MkdirTemp("", "scenarios-")
	if err != nil {
		return p, "", nil, err
	}
	done = func() { os.RemoveAll(dir) }
	template = filepath.Join(dir, "template")
	if err = harness.Init(ctx, p.Sandbox, template, "all"); err == nil && out != "" {
		err = emptyOut(out)
	}
	if err != nil {
		done()
	}
	return p, template, done, err
}

// play plays scenario files one after the other and prints each with the
// screen's text at each step.
func play(ctx context.Context, out string, files []string) error {
	p, template, done, err := prepare(ctx, out)
	if err != nil {
		return err
	}
	defer done()
	r := &teller{to: os.Stdout}
	testscript.RunT(r, testscript.Params{Files: files, WorkdirRoot: out, Setup: scenario.Setup(ctx, p, template), Cmds: scenario.Commands(ctx)})
	fmt.Printf("\n%d scenarios, %d failed\n", len(files), r.failed)
	if r.failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", r.failed, len(files))
	}
	return nil
}

// A teller is testscript's testing.T where there is none: one scenario after the
// other, and all of each is told.
type teller struct {
	to     io.Writer
	failed int
	bad    bool
}

func (t *teller) Skip(args ...any) { t.Log(args...); runtime.Goexit() }
func (t *teller) Fatal(args ...any) {
	t.Log(args...)
	t.FailNow()
}
func (t *teller) Parallel()       {}
func (t *teller) Log(args ...any) { fmt.Fprintln(t.to, args...) }
func (t *teller) Verbose() bool   { return true }
func (t *teller) FailNow() {
	t.bad = true
	runtime.Goexit() // as testing.T does
}

func (t *teller) Run(name string, f func(testscript.T)) {
	t.Log("\n" + name)
	one := &teller{to: t.to}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(one)
	}()
	<-done
	if one.bad {
		t.failed++
	}
	t.Log(map[bool]string{false: "   ok", true: "   FAIL"}[one.bad])
}
