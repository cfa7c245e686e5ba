package scenario

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/devices/sim"
)

var printerFaults = map[string]sim.PrinterFaults{"well": {}, "no-paper": {PaperOut: true}, "low": {PaperLow: true}, "jam": {Jam: true},
	"open": {CoverOpen: true}, "silent": {Mute: true}}

var errNoPrinter = errors.New("there is no printer: stop the kiosk and plug one in")

func (p *player) printer(_ context.Context, a []string) error {
	if a[0] == "plug" {
		return p.PlugPrinter(nil)
	}
	f, ok := printerFaults[a[0]]
	switch {
	case !ok:
		return fmt.Errorf("a printer is plugged, well, no-paper, low, jam, open or silent")
	case p.Printer == nil:
		return errNoPrinter
	}
	p.Printer.Fault(f)
	return nil
}

// slips waits for as many, and for none where the firmware has ended without.
func (p *player) slips(ctx context.Context, a []string) error {
	want, err := strconv.Atoi(a[0])
	if err != nil {
		return err
	}
	if p.Printer == nil {
		return errNoPrinter
	}
	ctx, cancel := context.WithTimeout(ctx, harness.Patience)
	defer cancel()
	for {
		got, wrong := len(p.Printer.Slips()), p.Printer.Wrong()
		switch {
		case len(wrong) > 0:
			return fmt.Errorf("the printer does not understand %x", wrong)
		case got > want:
			return fmt.Errorf("%d slips, want %d", got, want)
		case got == want:
			p.ts.Logf("  %d slips", got)
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d slips, want %d: %w", got, want, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
