// Command figures measures what README says of this project and writes it into
// FIGURES.md: one row a figure, with the command that gives it. Rows that were not
// measured this time stay as they are.
//
//	go run ./cmd/proving/figures                # what takes a minute (make figures)
//	go run ./cmd/proving/figures --row fleet    # one that takes longer
//	go run ./cmd/proving/figures --before REV   # here and in an earlier commit: a table of both, nothing is written
//	go run ./cmd/proving/figures --list
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
)

const file = "FIGURES.md"

func main() {
	var row, before string
	var list bool
	c := &cobra.Command{Use: "figures", Short: "Measure what README says and write it into " + file, Args: cobra.NoArgs,
		Example: "  figures\n  figures --row fleet\n  figures --before v0.1.0 --row lines\n  figures --list",
		RunE: func(c *cobra.Command, _ []string) error {
			if list {
				for _, r := range rows {
					fmt.Fprintf(c.OutOrStdout(), "%-12s %s\n", r.id, r.command)
				}
				return nil
			}
			if before != "" {
				return beside(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), before, row)
			}
			return renew(c.Context(), c.ErrOrStderr(), row)
		}}
	c.Flags().StringVar(&row, "row", "", "`name` of the one row to measure; without it, all that are quick")
	c.Flags().StringVar(&before, "before", "", "an earlier `commit` to measure the rows in as well; both are printed, and no file is changed")
	c.Flags().BoolVar(&list, "list", false, "list the rows and the commands behind them")
	cli.Main(c)
}

// renew measures rows and writes the file.
func renew(ctx context.Context, progress io.Writer, only string) error {
	asked, err := chosen(only)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	table, err := parse(string(old))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	when := time.Now().UTC().Format(time.DateOnly)
	commit, err := output(ctx, "git", "rev-parse", "--short", "HEAD")
	if err != nil {
		return err
	}
	for _, r := range asked {
		fmt.Fprintf(progress, "%s: %s\n", r.id, r.command)
		figure, err := r.measure(ctx)
		if err != nil {
			return fmt.Errorf("row %s: %w", r.id, err)
		}
		fmt.Fprintf(progress, "%s: %s\n", r.id, figure)
		table[r.id] = entry{figure, when, strings.TrimSpace(commit)}
	}
	return os.WriteFile(file, []byte(render(table)), 0o644)
}

// chosen is the one row that was asked for by its name, or all that are quick.
func chosen(only string) (asked []row, err error) {
	for _, r := range rows {
		if r.id == only || only == "" && !r.slow {
			asked = append(asked, r)
		}
	}
	if asked == nil {
		return nil, cli.Usage("there is no row %q", only)
	}
	return asked, nil
}

// output is what a command prints; an error of it has its end.
func output(ctx context.Context, name string, args ...string) (string, error) {
	b, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, b[max(0, len(b)-1000):])
	}
	return string(b), nil
}
