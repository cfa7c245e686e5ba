package heartbeat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// recorder takes heartbeats.
type recorder struct {
	at     []time.Time
	heard  []wire.Beat
	answer func(n int) error
}

func (e *recorder) Heartbeat(_ context.Context, b wire.Beat) (port.Health, error) {
	e.at, e.heard = append(e.at, time.Now()), append(e.heard, b)
	if e.answer == nil {
		return port.Health{}, nil
	}
	return port.Health{}, e.answer(len(e.at))
}

// beating lets one kiosk give heartbeats for d.
func beating(t *testing.T, seed uint64, d time.Duration, e *recorder) (start time.Time) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	start = time.Now()
	n := uint32(0)
	status := func(context.Context) wire.Beat {
		n++
		return wire.Beat{Version: "1", Queue: n, Out: kiosk.MsgReader}
	}
	if err := Run(ctx, e, status, Options{Rand: rand.New(rand.NewPCG(seed, 3)), Log: slog.New(slog.DiscardHandler)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
	return start
}

func TestHeartbeatsAfterAPowerCutAreSpreadOverThePeriod(t *testing.T) {
	fifths := [5]int{} // of the period
	for seed := range uint64(500) {
		synctest.Test(t, func(t *testing.T) {
			e := &recorder{}
			start := beating(t, seed, 24*time.Hour, e)
			first := e.at[0].Sub(start)
			if first > Period {
				t.Errorf("seed %d: first after %v", seed, first)
			}
			fifths[min(int(first/(Period/5)), 4)]++
			if n := len(e.at); n < 92 || n > 100 { // 96 periods in a day
				t.Errorf("seed %d: %d heartbeats in a day", seed, n)
			}
			if last := e.heard[len(e.heard)-1]; int(last.Queue) != len(e.heard) || last.Out != kiosk.MsgReader {
				t.Errorf("seed %d: an old status was told: %+v", seed, last)
			}
		})
	}
	for m, n := range fifths {
		if n < 60 || n > 140 {
			t.Errorf("%d of 500 in fifth %d", n, m)
		}
	}
}

func TestMissedHeartbeatIsNotRepeatedSooner(t *testing.T) {
	for name, why := range map[string]error{
		"away":  errors.New("no route"),
		"asked": &wire.Refused{Code: wire.CodeBusy, After: 10 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := &recorder{answer: func(n int) error {
				if n > 3 && n <= 10 {
					return fmt.Errorf("authority: %w", why)
				}
				return nil
			}}
			beating(t, 1, 4*time.Hour, e)
			if len(e.at) < 15 {
				t.Errorf("%s: gave up after %d", name, len(e.at))
			}
			for i := 4; i <= 10; i++ {
				least := Period / 2
				if name == "asked" {
					least = 10 * time.Minute
				}
				if d := e.at[i].Sub(e.at[i-1]); d < least || d > 3*Period {
					t.Errorf("%s: asked again after %v", name, d)
				}
			}
		})
	}
}
