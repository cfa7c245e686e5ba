// Package cli is what the command lines of all programs have in common: make a
// tree of commands, then call Main (or, in a test, Run).
//
// Every program has -h with examples, --version, `completion`, and these exit
// statuses: 0 done, 1 failed, 2 wrong use; a command that gives a [Verdict] says in
// its help what its own mean. An error is one line on standard
// error after the program's name; a command whose output is data has --json.
// Nothing is read from the environment.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/version"
)

// Exit statuses.
const (
	Done     = 0
	Failed   = 1
	WrongUse = 2
)

// Main runs the program of the process's own arguments and ends the process.
// The context of its commands ends with SIGINT, SIGTERM and the signals named.
func Main(root *cobra.Command, more ...os.Signal) {
	ctx, stop := signal.NotifyContext(context.Background(), append(more, os.Interrupt, syscall.SIGTERM)...)
	status := Run(ctx, root, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// Run runs the program and returns its exit status. It may be called once for
// a tree of commands.
func Run(ctx context.Context, root *cobra.Command, args []string, out, errs io.Writer) int {
	started := Complete(root)
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	c, err := root.ExecuteContextC(ctx)
	if err != nil && !*started {
		err = usageError{err}
	}
	if c == nil {
		c = root
	}
	return Report(errs, c, err)
}

// Report says on errs how a command ended, and returns the exit status.
func Report(errs io.Writer, c *cobra.Command, err error) int {
	name := c.Root().Name()
	switch {
	case err == nil:
		return Done
	case errors.As(err, new(verdict)):
		return reportVerdict(errs, name, err)
	case errors.As(err, new(usageError)):
		fmt.Fprintf(errs, "%s: %v; see %s -h\n", name, err, c.CommandPath())
		return WrongUse
	}
	fmt.Fprintf(errs, "%s: %v\n", name, err)
	return Failed
}

// A verdict is the exit status of a command whose answer is one.
type verdict int

func (verdict) Error() string { return "" }

// Verdict is the result of a command whose answer is its exit status too, as that of
// programs that watch machines is. nil for 0; nothing is printed for it, but for
// the errors that errors.Join adds.
func Verdict(status int) error {
	if status == Done {
		return nil
	}
	return verdict(status)
}

func reportVerdict(errs io.Writer, name string, err error) int {
	if text := strings.TrimSpace(err.Error()); text != "" {
		fmt.Fprintf(errs, "%s: %s\n", name, text)
	}
	var v verdict
	errors.As(err, &v)
	return int(v)
}

// usageError is an error in the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usage makes a wrong use of a command's own finding: exit status 2, and where
// help is. Wrong flags and arguments that cobra finds need no Usage.
func Usage(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

// Complete gives a tree of commands what all have: version, errors that are
// returned and not printed, and an error where a sub-command is missing. It
// returns whether a command's own code was started.
func Complete(root *cobra.Command) (started *bool) {
	started = new(bool)
	root.Version = version.String()
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = false
	var each func(*cobra.Command)
	each = func(c *cobra.Command) {
		if c.RunE == nil && c.Run == nil && c.HasSubCommands() {
			needsCommand(c)
		}
		if run := c.RunE; run != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				*started = true
				return run(c, args)
			}
		}
		for _, sub := range c.Commands() {
			each(sub)
		}
	}
	each(root)
	return started
}

// needsCommand makes an error of a command that only has others below it.
func needsCommand(c *cobra.Command) {
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return Usage("unknown command %q", args[0])
		}
		var names []string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				names = append(names, sub.Name())
			}
		}
		return Usage("which command: %s", strings.Join(names, ", "))
	}
}

// JSON adds --json to a command and returns where its value will be.
func JSON(c *cobra.Command) *bool {
	return c.Flags().Bool("json", false, "print JSON instead of text")
}

// PrintJSON writes a value as one JSON document.
func PrintJSON(to io.Writer, v any) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
