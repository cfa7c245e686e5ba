// Command mutants makes mistakes on purpose. Each file beside it is one defect
// that a hurried change could make to the kiosk's behaviour or to the life of the
// authority's certificates, and names what must notice it. The defect is laid over
// the source with go test -overlay, so that the tree is never touched; it must
// compile, and it must die by what it names, in a test that passes without it. An
// invariant that kills nothing proves nothing, so each must kill one.
//
// The mutants that one package's tests must kill are linked into one program (schema.go),
// which runs once for each of them.
//
// A mutant is text:
//
//	# why this could be done by mistake, and what harm it does
//	file: kiosk/leave.go
//	kill: the words that the failing test prints
//	test: ./kiosk/run TestName -its flags
//	---
//	 a line that stays, to say where
//	-a line that is there today
//	+a line in its place
//
// The lines with ' ' and '-' must stand in the file exactly once. Without
// test: it is the walk.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
)

const (
	folder   = "cmd/proving/mutants"
	walkTest = "./kiosk TestEveryReachableStateKeepsEveryInvariant"
)

// invariants are the files that name them.
var invariants = []string{"kiosk/invariant_test.go", "kiosk/staff/invariant_test.go", "cmd/authority-sandbox/internal/life/invariant_test.go"}

func main() {
	var only string
	c := &cobra.Command{Use: "mutants", Short: "Make each mistake and see what notices it", Args: cobra.NoArgs,
		Example: "  mutants\n  mutants --only loop",
		RunE:    func(*cobra.Command, []string) error { return run(only) }}
	c.Flags().StringVar(&only, "only", "", "only the mutants with this `part` in their name")
	cli.Main(c)
}

func run(only string) error {
	all, err := readAll(only)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	lived, err := tryAll(all, temp)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "%d mutants, %d killed by what they name\n", len(all), len(all)-lived)
	if lived > 0 {
		return fmt.Errorf("%d are not", lived)
	}
	if only != "" {
		return nil
	}
	return checkInvariantsKill(all)
}

// readAll reads the mutants with that part in their name.
func readAll(part string) (all []*mutant, err error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if !strings.Contains(n, part) {
			continue
		}
		m, err := read(n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no mutant in %s: run it from the top of the tree", folder)
	}
	return all, nil
}

// tryAll tries all of them, some at a time, and counts those that live.
func tryAll(all []*mutant, temp string) (lived int, err error) {
	todo, err := programs(all)
	if err != nil {
		return 0, err
	}
	turn := make(chan bool, 2*max(2, runtime.NumCPU())) // half of them wait for a disk, a server or a link
	done := make(chan *mutant)
	for _, p := range todo {
		go p.try(temp, turn, done)
	}
	for range all {
		m := <-done
		if m.problem == "" {
			fmt.Fprintf(os.Stdout, "%-38s died by: %s\n", m.name, m.killedBy)
			continue
		}
		lived++
		fmt.Fprintf(os.Stdout, "%-38s %s\n", m.name, m.problem)
	}
	fmt.Fprintf(os.Stdout, "%d of %d mistakes died\n", len(all)-lived, len(all))
	return lived, nil
}

var invariantName = regexp.MustCompile(`(?m)^\t\{"([^"]+)", func\(t \*transition\) bool`)

// checkInvariantsKill names the invariants that none of the mutants dies by.
func checkInvariantsKill(all []*mutant) error {
	var found [][][]byte
	for _, name := range invariants {
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		of := invariantName.FindAllSubmatch(src, -1)
		if len(of) == 0 {
			return fmt.Errorf("no invariant found in %s", name)
		}
		found = append(found, of...)
	}
	kills := map[string]bool{}
	for _, m := range all {
		kills[m.killedBy] = true
	}
	var left []string
	for _, f := range found {
		if !kills[string(f[1])] {
			left = append(left, string(f[1]))
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("nothing shows what these are for: %s", strings.Join(left, "; "))
	}
	fmt.Fprintf(os.Stdout, "each of the %d invariants kills one at least\n", len(found))
	return nil
}
