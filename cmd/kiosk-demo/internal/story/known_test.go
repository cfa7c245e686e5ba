package story

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"multicopy.example/cmd/internal/secretscan"
)

// TestNothingTypedIsLeftOnADisk is `make grepsecrets` in small: fifty visits,
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
	t.Run("shops", func(t *testing.T) {
		for shop := range uint64(2) {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				var told bytes.Buffer
				dir := t.TempDir()
				err := Known(t.Context(), dir, seed+shop, 25, programs, &told, func(r Remnant) error {
					mu.Lock()
					defer mu.Unlock()
					if r.When == WhenAside {
						sessions += r.Sessions
						planted(t, r)
					}
					return trial.Folder(r.Folder, r.Secrets)
				})
				if err != nil {
					t.Errorf("%v\n%s\n%s", err, told.String(), tails(dir))
				}
			})
		}
	})
	if err := trial.Verdict(); err != nil {
		t.Error(err)
	}
	files, size := trial.Searched()
	t.Logf("%d sessions, %d files, %d bytes", sessions, files, size)
	if sessions < 20 {
		t.Errorf("only %d sessions were opened: there was little to find", sessions)
	}
}

func planted(t *testing.T, r Remnant) {
	t.Helper()
	name := filepath.Join(r.Folder, "data", "left")
	if err := os.WriteFile(name, append([]byte("x "), r.Secrets[len(r.Secrets)/2].Value...), 0o600); err != nil {
		t.Fatal(err)
	}
	own := secretscan.NewTrial(10, 1)
	if err := own.Folder(r.Folder, r.Secrets); err != nil {
		t.Fatal(err)
	}
	if own.Verdict() == nil {
		t.Error("a planted secret was not found")
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}
