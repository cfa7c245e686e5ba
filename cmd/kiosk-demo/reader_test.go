package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/kiosk-demo/internal/bench"
	"multicopy.example/kiosk/must"
)

// Who has installed the firmware and has no reader starts this one.
func TestTheReaderAloneShowsTheCardThatLiesOnIt(t *testing.T) {
	residents := "../../devices/sim/testdata/residents"
	port := filepath.Join(t.TempDir(), "reader")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- command(ctx, []string{"reader", "--port", port, "--residents", residents, "--lay", "hanako"})
	}()
	for limit := time.After(time.Minute); ; {
		if _, err := os.Stat(port); err == nil {
			break
		}
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v", err)
		case <-limit:
			t.Fatal("no reader within a minute")
		case <-time.After(10 * time.Millisecond):
		}
	}
	must.Note(t, command(t.Context(), []string{"bench", "--port", port, "--out", filepath.Join(t.TempDir(), "record"), "--consent", bench.ConsentToRead}))
	stop()
	must.Note(t, <-ended)
	err := command(t.Context(), []string{"reader", "--port", port, "--residents", residents, "--lay", "nemo"})
	if err == nil || !strings.Contains(err.Error(), "nemo") {
		t.Errorf("a resident who is not there: %v", err)
	}
}
