package lostphone

import (
	"os"
	"testing"

	"multicopy.example/cmd/internal/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// TestALostPhoneIsHeldAtAKioskAtNight: from the application to the release, with the real
// firmware, and openssl says each time what the certificates are.
func TestALostPhoneIsHeldAtAKioskAtNight(t *testing.T) {
	p, err := harness.Built()
	if err != nil {
		t.Fatal(err)
	}
	w, err := harness.Open(t.Context(), harness.Options{Dir: t.TempDir(), Programs: p, Residents: "hanako", Serve: []string{"--status", "127.0.0.1:0"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Log(err)
		}
	}()
	if err := Play(t.Context(), w, "hanako", t.TempDir(), t.Logf); err != nil {
		t.Fatal(err)
	}
}
