package harness

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// TestWholeVisit is a test of the whole chain.
func TestWholeVisit(t *testing.T) {
	t.Parallel()
	w := Start(t)
	hanako, err := w.Resident("hanako")
	must.OK(t, err)
	must.OK(t, hanako.Reserve(t.Context(), kiosk.FlowP))
	s, err := hanako.Visit(t.Context(), kiosk.Telling)
	if must.OK(t, err); s.Told != kiosk.MsgReset {
		t.Errorf("the kiosk tells %s", s.Told)
	}
	_, err = w.Settled(t.Context())
	must.OK(t, err)
	must.OK(t, hanako.State(t.Context(), "done"))
}

func TestKilledProgramsComeBackAtTheirAddresses(t *testing.T) {
	t.Parallel()
	w := Start(t)
	hanako, err := w.Resident("hanako")
	must.OK(t, err)
	at := w.Authority.Listen()
	must.OK(t, w.Authority.Restart(t.Context()))
	must.OK(t, hanako.Reserve(t.Context(), kiosk.FlowU))
	_, err = hanako.Visit(t.Context(), kiosk.NewSecret)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Kill())
	w.Cards.Lift()
	must.OK(t, w.Kiosk.Start())
	_, err = hanako.Visit(t.Context(), kiosk.TakeCard)
	must.OK(t, err)
	w.Cards.Lift()
	must.OK(t, hanako.Accepts(t.Context(), hanako.New.PIN))
	sum, err := w.Settled(t.Context())
	must.OK(t, err)
	if w.Authority.Listen() != at || sum.Tries != 1 || sum.Records == 0 {
		t.Errorf("%s, was %s; %+v", w.Authority.Listen(), at, sum)
	}
}

// A service manager stops a kiosk that opens its ledger still: that is no fault.
func TestKioskThatIsEndedWhileItStartsEndsWell(t *testing.T) {
	t.Parallel()
	w := Start(t)
	must.OK(t, w.Kiosk.Kill())
	cfg, err := config.Load(w.Kiosk.ConfigFile())
	must.OK(t, err)
	ctx, end := context.WithCancel(t.Context())
	end()
	must.OK(t, headless.Serve(ctx, cfg, slog.New(slog.DiscardHandler), strings.NewReader(""), io.Discard, nil))
}

func TestDrawnSecretsKeepTheCardsRules(t *testing.T) {
	for range 1000 {
		p := DrawPassword(rand.IntN)
		if !strings.ContainsAny(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") || !strings.ContainsAny(p, "0123456789") || len(p) < 6 || len(p) > 16 {
			t.Fatal("a password of the wrong form was drawn")
		}
		if pin := DrawPIN(rand.IntN); len(pin) != 4 || strings.Contains("0123456789876543210", pin) {
			t.Fatalf("%s is a straight, or no PIN", pin)
		}
	}
}

func TestClosedHoursAreClosedAtAnyTimeOfTheDay(t *testing.T) {
	for m := range 1440 {
		now := time.Date(2026, 11, 22, 0, m, 0, 0, time.UTC)
		h := ClosedAt(now)
		at := (m + 540) % 1440 // Japan's minute
		open := h.From < h.To && at >= h.From && at < h.To || h.From > h.To && (at >= h.From || at < h.To)
		if open || h.From == h.To || h.From < 0 || h.To > 1439 {
			t.Fatalf("at minute %d in Japan the hours are %+v", at, h)
		}
	}
}
