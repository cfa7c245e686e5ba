package firmware

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline/record"
)

// A version on trial writes what the one before reads, one that is kept what it reads itself, and says so to the next.
func TestNewKindsOfRecordsWaitUntilTheVersionIsKept(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	for before, want := range map[string]kiosk.EntryKind{"": record.LastKind, "13\n": 13, "13": record.LastKind, "0\n": record.LastKind, "200\n": record.LastKind, "x\n": record.LastKind,
		strconv.Itoa(int(record.LastKind)) + "\n": record.LastKind} {
		dir := t.TempDir()
		cfg := config.Config{Kiosk: config.Kiosk{Data: dir}, Staff: config.Staff{Updates: dir}}
		file := filepath.Join(dir, readsFile)
		if before != "" {
			must.OK(t, os.WriteFile(file, []byte(before), 0o600))
		}
		r := readableBy(cfg, quiet)
		if got := r.newest(); got != want {
			t.Errorf("behind %q a trial writes up to kind %d, and %d belongs", before, got, want)
		}
		cfg.Staff.Updates = ""
		if got := readableBy(cfg, quiet).newest(); got != record.LastKind {
			t.Errorf("a machine without an updater writes up to kind %d", got)
		}
		var kept atomic.Bool
		r.kept = kept.Load
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		tick := make(chan time.Time)
		done := make(chan bool)
		go func() { r.watch(ctx, tick); close(done) }()
		tick <- time.Time{}
		if r.newest() != want {
			t.Error("it is taken for kept before the machine has said so")
		}
		kept.Store(true)
		select { // it looks at once, or after the next tick
		case tick <- time.Time{}:
		case <-done:
		}
		<-done
		cancel()
		if got, ok := r.before(); !ok || got != record.LastKind || r.newest() != record.LastKind {
			t.Errorf("kept, it says %d to the next one and writes up to %d", got, r.newest())
		}
	}
}
