package run

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

// paper is a printer: ready or not, and how long a slip takes.
type paper struct {
	ready, prints error
	takes         time.Duration
	slips         []kiosk.View
}

func (p *paper) Ready(context.Context) error { return p.ready }

func (p *paper) Print(ctx context.Context, v kiosk.View) error {
	p.slips = append(p.slips, v)
	select {
	case <-time.After(p.takes):
		return p.prints
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestSlipIsOfferedAskedForAndTold(t *testing.T) {
	none := errors.New("no paper")
	for name, c := range map[string]struct {
		p      *paper
		before kiosk.Slip // what is offered
		after  kiosk.Slip // what is told, once it was asked for
		slips  int
	}{
		"prints":     {&paper{takes: 3 * time.Second}, kiosk.SlipOffered, kiosk.SlipPrinted, 1},
		"no printer": {nil, kiosk.NoSlip, kiosk.NoSlip, 0},
		"no paper":   {&paper{ready: none}, kiosk.NoSlip, kiosk.NoSlip, 0},
		"jams":       {&paper{prints: none, takes: time.Second}, kiosk.SlipOffered, kiosk.SlipFailed, 1},
		"is silent":  {&paper{takes: time.Hour}, kiosk.SlipOffered, kiosk.SlipFailed, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := start(t)
				if c.p != nil {
					b.loop.Printer = c.p
				}
				b.walkTo(kiosk.Telling, newCard())
				time.Sleep(time.Second)
				if v := b.now(); v.Slip != c.before {
					t.Errorf("offered: %v", v.Slip)
				}
				b.press(kiosk.ButtonSlip)
				b.press(kiosk.ButtonSlip) // taps again
				if c.before == kiosk.SlipOffered && b.now().Slip != kiosk.SlipAsked {
					t.Errorf("asked for: %v", b.now().Slip)
				}
				time.Sleep(45 * time.Second)
				if v := b.now(); v.Slip != c.after || v.Place != kiosk.Telling || v.Message != kiosk.MsgReset {
					t.Errorf("told: %v at %s, %s", v.Slip, v.Place, v.Message)
				}
				b.ok()
				b.until(kiosk.TakeCard, time.Second)
				if c.p != nil && len(c.p.slips) != c.slips {
					t.Errorf("%d slips", len(c.p.slips))
				}
				if c.slips > 0 {
					if v := c.p.slips[0]; v.Message != kiosk.MsgReset || v.Session == (kiosk.SessionID{}) || v.When == 0 || v.Secret != 0 {
						t.Errorf("printed: %+v", v)
					}
				}
				b.stop()
			})
		})
	}
}
