package story

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/harness/headless"
)

var (
	seedFlag   = flag.Uint64("seed", 0, "seed of the random visits; 0 draws one")
	visitsFlag = flag.Int("visits", 15, "random visits to play")
)

// programs are this very test binary as the firmware with a face of text, and
// the sandbox as it is built.
var programs Programs

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "text-kiosk" {
		if err := headless.Main(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "story-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	programs.Sandbox = filepath.Join(dir, "authority-sandbox")
	out, err := exec.Command("go", "build", "-o", programs.Sandbox, "multicopy.example/cmd/authority-sandbox").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s\n", err, out)
		return 1
	}
	programs.Kiosk = []string{os.Args[0], "text-kiosk"}
	return m.Run()
}

// TestScenarios plays every file of cmd/kiosk-demo/scenarios over pty, TLS and
// SQLite.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../../scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			lines, err := Parse(f)
			if err != nil {
				t.Fatal(err)
			}
			var told bytes.Buffer
			dir := t.TempDir()
			if err := Play(t.Context(), dir, lines, programs, &told); err != nil {
				t.Errorf("%v\n%s\n%s", err, told.String(), tails(dir))
			}
		})
	}
}

// tails are the ends of the logs of a story that went wrong.
func tails(dir string) string {
	var b strings.Builder
	logs, _ := filepath.Glob(filepath.Join(dir, "run", "*.log"))
	for _, name := range logs {
		text, _ := os.ReadFile(name)
		fmt.Fprintf(&b, "--- %s\n%s\n", filepath.Base(name), text[max(0, len(text)-3000):])
	}
	return b.String()
}

// TestAThousandThingsGoWrong plays visits in which anything may happen, from a
// seed that it prints. `make random` plays a thousand.
func TestAThousandThingsGoWrong(t *testing.T) {
	t.Parallel()
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	var told bytes.Buffer
	dir := t.TempDir()
	renewed, err := Random(t.Context(), dir, seed, *visitsFlag, programs, &told)
	t.Logf("seed %d: %d visits, %d secrets renewed", seed, *visitsFlag, renewed)
	if err != nil {
		t.Errorf("%v\n%s\n%s", err, told.String(), tails(dir))
	}
}
