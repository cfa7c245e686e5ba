// Package clitest checks a program's tree of commands and writes its man pages:
// call Check in a test of the program. It is not linked by any program, and so
// the writer of man pages is not either.
package clitest

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"multicopy.example/cmd/internal/cli"
)

var man = flag.String("man", "", "write the program's man pages into this folder")

// Check fails where a command has no sentence, no example, a flag without a
// sentence, a flag that may be said with one letter, or a -h that does not work;
// it also compares the commands and flags with want, one line for each command:
// its path and its flags in alphabetical order. With -man DIR it writes the man
// pages.
func Check(t *testing.T, root func() *cobra.Command, want ...string) {
	t.Helper()
	var got []string
	tree := root()
	cli.Complete(tree)
	walk(tree, func(c *cobra.Command) {
		line := []string{c.CommandPath()}
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: no sentence, or one with a full stop", c.CommandPath())
		}
		if c.Example == "" && !c.HasSubCommands() {
			t.Errorf("%s: no example", c.CommandPath())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			line = append(line, "--"+f.Name)
			if f.Usage == "" || f.Shorthand != "" {
				t.Errorf("%s --%s: no sentence, or a short form", c.CommandPath(), f.Name)
			}
		})
		got = append(got, strings.Join(line, " "))
		var out, errs bytes.Buffer
		args := append(strings.Fields(c.CommandPath())[1:], "-h")
		if status := cli.Run(t.Context(), root(), args, &out, &errs); status != cli.Done || !strings.Contains(out.String(), "Usage:") {
			t.Errorf("%s -h: %d, %s%s", c.CommandPath(), status, out.String(), errs.String())
		}
	})
	if !slices.Equal(got, want) {
		t.Errorf("commands and flags:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if *man != "" {
		if err := pages(root(), *man); err != nil {
			t.Error(err)
		}
	}
}

func walk(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		walk(sub, visit)
	}
}

// pages writes one man page for each command. They have no date: the same
// sources give the same pages.
func pages(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	cli.Complete(root)
	walk(root, func(c *cobra.Command) { c.DisableAutoGenTag = true })
	epoch := time.Unix(0, 0).UTC()
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Date: &epoch, Source: root.Name(), Manual: "Kiosk"}, dir)
}
