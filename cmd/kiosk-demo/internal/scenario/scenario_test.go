package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

const files = "../../scenarios"

// TestScenarios plays every file of cmd/kiosk-demo/scenarios over pty, TLS and
// SQLite.
func TestScenarios(t *testing.T) {
	p, err := harness.Built()
	must.OK(t, err)
	ctx := t.Context()
	if testing.Verbose() {
		t.Logf("%s", Verbs())
	}
	t.Run("of", func(t *testing.T) { // ends when all have: the context is theirs
		testscript.Run(t, testscript.Params{Dir: files, Setup: Setup(ctx, p, harness.Template(t)), Cmds: Commands(ctx)})
	})
}

// A scenario that did not end so would prove nothing about its records.
func TestEveryScenarioEndsSettled(t *testing.T) {
	list, err := filepath.Glob(filepath.Join(files, "*.txt"))
	if err != nil || len(list) < 85 {
		t.Fatalf("%d scenarios: %v", len(list), err)
	}
	for _, name := range list {
		b := must.Read(t, name)
		if !strings.HasSuffix(string(b), "\nsettled\n") {
			t.Errorf("%s does not end with settled", filepath.Base(name))
		}
	}
}
