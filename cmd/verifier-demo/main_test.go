package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/cli/clitest"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk/must"
)

// TestMain makes the test binary one of our programs where it is started as that.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"platform", "bank", "card"}, os.Args[1]) {
		main()
		return
	}
	os.Exit(harness.Main(m))
}

func TestCommandsAndFlagsAreTheseAndHaveExamples(t *testing.T) {
	clitest.Check(t, root,
		"verifier-demo",
		"verifier-demo bank --ahead --card --dir --listen --platform",
		"verifier-demo card --ahead --listen --residents",
		"verifier-demo platform --ahead --authority --dir --listen --status",
		"verifier-demo run --ahead --listen --out --scripted",
		"verifier-demo set-up --authority --dir --residents --sandbox")
}

// opened is a world that ends with the test.
func opened(t *testing.T, residents ...string) *world {
	t.Helper()
	p, err := harness.Built()
	must.OK(t, err)
	w, err := open(t.Context(), p, filepath.Join(t.TempDir(), "world"), residents)
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, w.close())
	})
	return w
}

// TestABankLearnsOfAMoveAndThenOfNothing, over the pages that a person sees, with each party in a process of its own.
func TestABankLearnsOfAMoveAndThenOfNothing(t *testing.T) {
	w := opened(t, "hanako")
	var said strings.Builder
	if err := w.story(t.Context(), &said); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	if t.Log("\n" + said.String()); strings.Count(said.String(), "\n") != 9 {
		t.Error("it is another story")
	}
}
