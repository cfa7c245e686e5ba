package lostphone

import (
	"os"
	"testing"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// TestALostPhoneIsHeldAtAKioskAtNight: from the application to the release, with the real
// firmware, and openssl says each time what the certificates are.
func TestALostPhoneIsHeldAtAKioskAtNight(t *testing.T) {
	p, err := harness.Built()
	must.OK(t, err)
	w, err := harness.Open(t.Context(), harness.Options{Dir: t.TempDir(), Programs: p, Residents: "hanako", Serve: []string{"--status", "127.0.0.1:0"}})
	must.OK(t, err)
	defer func() {
		if err := w.Close(); err != nil {
			t.Log(err)
		}
	}()
	must.OK(t, Play(t.Context(), w, "hanako", t.TempDir(), t.Logf))
}
