package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
)

// screen is a display that stops drawing.
type screen struct {
	hangs atomic.Bool
	goOn  chan struct{}
}

func (s *screen) Show(kiosk.View) {
	if s.hangs.Load() {
		<-s.goOn
	}
}

// The program runs, and tells so, while its screen shows an old picture.
func TestAStalledScreenIsSeenByDoctor(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the screen to have stood still for long")
	}
	t.Parallel()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must(t, err)
	must(t, w.Kiosk.Stop())
	cfg, err := config.Load(w.Kiosk.ConfigFile())
	must(t, err)
	s := &screen{goOn: make(chan struct{})}
	fw, err := firmware.New(t.Context(), cfg, s, slog.New(slog.DiscardHandler))
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error)
	go func() { over <- fw.Run(ctx) }()
	until(t, w, func(by map[string]measure.Check) bool {
		return by["screen"].State == "normal" && by["program"].State == "normal" && by["reader"].State == "normal"
	})
	s.hangs.Store(true)
	by := until(t, w, func(by map[string]measure.Check) bool { return by["screen"].State == "critical" })
	if by["screen"].Code != "E-SCR1" || by["program"].Code != "" || by["ledger"].Code != "" {
		t.Errorf("%+v", by)
	}
	s.hangs.Store(false)
	close(s.goOn)
	until(t, w, func(by map[string]measure.Check) bool { return by["screen"].State == "normal" })
	cancel()
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	must(t, fw.Close())
}
