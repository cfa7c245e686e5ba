package main

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"multicopy.example/cmd/internal/cli/clitest"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk/must"
)

var (
	seedFlag   = flag.Uint64("seed", 0, "seed of the random visits; 0 draws one")
	visitsFlag = flag.Int("visits", 15, "random visits to play")
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

func options(t *testing.T) harness.Options {
	p, err := harness.Built()
	must.OK(t, err)
	return harness.Options{Dir: t.TempDir(), Programs: p, Template: harness.Template(t)}
}

// TestRandomVisits plays visits in which anything may happen, from a seed that it
// prints. `make random` plays a thousand.
func TestRandomVisits(t *testing.T) {
	t.Parallel()
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	var told bytes.Buffer
	renewed, err := random(t.Context(), options(t), seed, *visitsFlag, &told)
	t.Logf("seed %d: %d visits, %d secrets renewed", seed, *visitsFlag, renewed)
	if err != nil {
		t.Errorf("%v\n%s", err, told.String())
	}
}

func TestCommandsAndFlagsAreTheseAndHaveExamples(t *testing.T) {
	clitest.Check(t, root, "visits", "visits random --seed --visits --worlds", "visits secrets --seed --sessions --worlds")
}

// TestNothingTypedIsLeftOnADisk is `make secretscan` in small: fifty visits,
// and every secret of theirs searched for in every shape in all that two kiosks
// have left. One that is planted is found.
func TestNothingTypedIsLeftOnADisk(t *testing.T) {
	t.Parallel()
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	var mu sync.Mutex
	trial, sessions := secretscan.NewTrial(10, seed), 0
	t.Run("worlds", func(t *testing.T) {
		for world := range uint64(2) {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				var told bytes.Buffer
				err := known(t.Context(), options(t), seed+world, 25, &told, func(r remnant) error {
					mu.Lock()
					defer mu.Unlock()
					if r.When == whenAside {
						sessions += r.Sessions
						planted(t, r)
					}
					return trial.Folder(r.Folder, r.Secrets)
				})
				if err != nil {
					t.Errorf("%v\n%s", err, told.String())
				}
			})
		}
	})
	must.Note(t, trial.Verdict())
	files, size := trial.Searched()
	t.Logf("%d sessions, %d files, %d bytes", sessions, files, size)
	if sessions < 20 {
		t.Errorf("only %d sessions were opened: there was little to find", sessions)
	}
}

func planted(t *testing.T, r remnant) {
	t.Helper()
	name := filepath.Join(r.Folder, "data", "left")
	must.OK(t, os.WriteFile(name, append([]byte("x "), r.Secrets[len(r.Secrets)/2].Value...), 0o600))
	own := secretscan.NewTrial(10, 1)
	must.OK(t, own.Folder(r.Folder, r.Secrets))
	if own.Verdict() == nil {
		t.Error("a planted secret was not found")
	}
	must.OK(t, os.Remove(name))
}
