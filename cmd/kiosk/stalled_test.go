package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/run"
	"multicopy.example/kiosk/staff/check"
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
	s := &screen{goOn: make(chan struct{})}
	w, _, end := serving(t, s, "")
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
	end()
}

// ready is a world whose kiosk has stopped, and its configuration.
func ready(t *testing.T, extra string) (*harness.World, config.Config) {
	t.Helper()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Stop())
	w.Kiosk.Extra = extra
	configured(t, w)
	cfg, err := config.Load(w.Kiosk.ConfigFile())
	must.OK(t, err)
	return w, cfg
}

// serving is a kiosk in this process, and what ends it. Its slots for secrets are taken
// until the process ends.
func serving(t *testing.T, d run.Display, extra string) (w *harness.World, fw *firmware.Firmware, end func()) {
	t.Helper()
	w, cfg := ready(t, extra)
	fw, err := firmware.New(t.Context(), cfg, measure.Here(), d, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error)
	go func() { over <- fw.Run(ctx) }()
	return w, fw, func() {
		t.Helper()
		cancel()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		must.OK(t, fw.Close())
	}
}

// Maintenance mode asks the kiosk that serves, and leaves it able to.
func TestAKioskThatServesTestsItselfAndNeverInAVisit(t *testing.T) {
	t.Parallel()
	p, err := sim.NewPrinter()
	must.OK(t, err)
	t.Cleanup(p.Close)
	places := make(harness.Places, 100)
	w, fw, end := serving(t, places, fmt.Sprintf("[printer]\nport = %q\nbaud = 38400\n", p.Path()))
	until(t, w, func(by map[string]measure.Check) bool {
		return by["reader"].State == "normal" && by["network"].State == "normal"
	})
	r, err := fw.SelfTest(t.Context(), firmware.Tries{Slip: true})
	must.OK(t, err)
	for _, i := range []check.Item{check.Program, check.Reader, check.Screen, check.Network, check.Authority, check.Ledger, check.Printer, check.Configuration} {
		if c := r.Checks[i]; c.State != "normal" {
			t.Errorf("%+v", c)
		}
	}
	if n := len(p.Slips()); n != 1 {
		t.Errorf("%d slips", n)
	}
	if _, err := fw.SelfTest(t.Context(), firmware.Tries{Card: true}); !errors.Is(err, firmware.ErrVisit) {
		t.Errorf("a card was read outside of maintenance: %v", err)
	}
	fw.Post(kiosk.Event{Kind: kiosk.Pressed, Place: kiosk.Idle, Button: kiosk.ButtonOK})
	places.Until(t, kiosk.Needs)
	if _, err := fw.SelfTest(t.Context(), firmware.Tries{}); !errors.Is(err, firmware.ErrVisit) {
		t.Errorf("a visit was tested: %v", err)
	}
	fw.Post(kiosk.Event{Kind: kiosk.Pressed, Place: kiosk.Needs, Button: kiosk.ButtonOK})
	places.Until(t, kiosk.PlaceCard)
	hanako, err := w.Resident("hanako")
	must.OK(t, err)
	must.OK(t, w.Cards.Lay(hanako.Card))
	places.Until(t, kiosk.Reading) // the reader serves after its test
	end()
}
