// Command attacked runs the tests of what broke under attack, each of which fails
// without its mend, and says how many items hold. items.txt beside it lists them.
//
//	go run ./cmd/proving/attacked             # make attacked
//	go run ./cmd/proving/attacked --only 13
package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
)

//go:embed items.txt
var list string

const module = "multicopy.example"

// An item is something that broke, and the tests that hold it mended.
type item struct {
	number, text string
	tests        []named
}

// named is a test in its package.
type named struct{ folder, test string }

func (n named) String() string { return n.folder + " " + n.test }

func main() {
	var only string
	c := &cobra.Command{Use: "attacked", Short: "Run the tests of what broke under attack", Args: cobra.NoArgs,
		Example: "  attacked\n  attacked --only 13",
		RunE: func(c *cobra.Command, _ []string) error {
			items, err := parse(list)
			if err != nil {
				return err
			}
			if only != "" {
				items = slices.DeleteFunc(items, func(i item) bool { return i.number != only })
			}
			if len(items) == 0 {
				return cli.Usage("--only: no such item")
			}
			passed, err := run(c.Context(), items, c.ErrOrStderr())
			if err != nil {
				return err
			}
			return tell(c.OutOrStdout(), items, passed)
		}}
	c.Flags().StringVar(&only, "only", "", "the one item of this `number`")
	cli.Main(c)
}

// parse reads the list: a line for an item, and under it, behind a tab, a package
// and its tests.
func parse(text string) (items []item, err error) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, "\t"):
			number, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			items = append(items, item{number: number, text: text})
		case len(items) == 0 || len(fields) < 2:
			return nil, fmt.Errorf("%q: no item, or no test", strings.TrimSpace(line))
		default:
			last := &items[len(items)-1]
			for _, t := range fields[1:] {
				last.tests = append(last.tests, named{strings.TrimPrefix(fields[0], "./"), t})
			}
		}
	}
	return items, nil
}

// run runs every test of the items once and says which passed. A test that was
// skipped, or that is not there, has not.
func run(ctx context.Context, items []item, progress io.Writer) (passed map[named]bool, err error) {
	tests := map[string][]string{} // by folder
	for _, i := range items {
		for _, n := range i.tests {
			if !slices.Contains(tests[n.folder], n.test) {
				tests[n.folder] = append(tests[n.folder], n.test)
			}
		}
	}
	passed = map[named]bool{}
	folders := []string{}
	for folder := range tests {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	for _, folder := range folders {
		fmt.Fprintln(progress, "go test", folder, len(tests[folder]))
		if err := runPackage(ctx, folder, tests[folder], passed, progress); err != nil {
			return nil, err
		}
	}
	return passed, nil
}

func runPackage(ctx context.Context, folder string, tests []string, passed map[named]bool, progress io.Writer) error {
	c := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-run", "^("+strings.Join(tests, "|")+")$", "./"+folder)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct{ Action, Package, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // the compiler's words
		}
		switch e.Action {
		case "pass":
			passed[named{strings.TrimPrefix(e.Package, module+"/"), e.Test}] = true
		case "output":
			if strings.Contains(e.Output, "FAIL") {
				fmt.Fprint(progress, e.Output)
			}
		}
	}
	err = errors.Join(lines.Err(), c.Wait())
	if errors.As(err, new(*exec.ExitError)) {
		return nil // which tests failed is known
	}
	return err
}

// tell prints a line an item, and how many hold.
func tell(w io.Writer, items []item, passed map[named]bool) error {
	hold := 0
	for _, i := range items {
		word := "holds "
		var missing []string
		for _, n := range i.tests {
			if !passed[n] {
				missing = append(missing, n.String())
			}
		}
		if len(missing) > 0 || len(i.tests) == 0 {
			word = "BROKEN"
		} else {
			hold++
		}
		fmt.Fprintf(w, "%s %2s %s (%d tests)\n", word, i.number, i.text, len(i.tests))
		for _, m := range missing {
			fmt.Fprintln(w, "       not passed:", m)
		}
	}
	fmt.Fprintf(w, "attacked: %d of %d\n", hold, len(items))
	if hold < len(items) {
		return errors.New("not every item holds")
	}
	return nil
}
