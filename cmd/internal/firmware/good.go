package firmware

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/staff/check"
)

// What an image that was started for the first time has to show before it is kept. Own parts are the
// machine's: where one of them does not answer, another image may. The authority stands outside:
// that it does not answer says nothing of the image, and an image that could not reach it must not be kept,
// for it could not be replaced from afar.
var (
	ownParts     = []check.Item{check.Program, check.Reader, check.Screen, check.Ledger}
	outsideParts = []check.Item{check.Authority}
)

// Unproven are the parts that have not answered well since the kiosk started: those of the machine
// itself, and those outside. An image is good where both are empty. What was not tested has not answered.
func (s Status) Unproven() (own, outside []check.Item) {
	well := func(i check.Item) bool {
		return slices.ContainsFunc(s.Checks, func(c measure.Check) bool {
			return c.Name == i.String() && (c.State == check.Normal.String() || c.State == check.Warning.String())
		})
	}
	for _, i := range ownParts {
		if s.Proved == 0 || !well(i) { // a proof of life: loop, frame and ledger
			own = append(own, i)
		}
	}
	for _, i := range outsideParts {
		if !well(i) {
			outside = append(outside, i)
		}
	}
	return own, outside
}

// goodPeriod is between two looks; the file is written every five seconds.
const goodPeriod = 2 * time.Second

// AwaitGood looks, as look does, until nothing lacks. The machine's own parts have to be there within own; the
// authority is waited for until ctx ends. What is waited for goes to the writer, a line at each change.
func AwaitGood(ctx context.Context, to io.Writer, look func() (Status, error), own time.Duration) error {
	each := time.NewTicker(goodPeriod)
	defer each.Stop()
	return waitGood(ctx, to, look, time.After(own), each.C)
}

// waitGood looks at each tick until nothing lacks. late is when the machine's own parts have to be there.
func waitGood(ctx context.Context, to io.Writer, look func() (Status, error), late, tick <-chan time.Time) error {
	told, isLate := "", false
	for {
		s, err := look()
		own, outside := s.Unproven() // of a kiosk that tells nothing: all
		switch {
		case err != nil && isLate:
			return err
		case isLate && len(own) > 0:
			return fmt.Errorf("these have not answered: %v", own)
		case err == nil && len(own)+len(outside) == 0:
			fmt.Fprintln(to, "reader, screen, ledger and authority have answered")
			return nil
		}
		if now := waitsFor(own, outside, err); now != told {
			fmt.Fprintln(to, now)
			told = now
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			isLate, late = true, nil
		case <-tick:
		}
	}
}

func waitsFor(own, outside []check.Item, err error) string {
	if err != nil && !errors.Is(err, context.Canceled) {
		return "waiting for the kiosk: " + err.Error()
	}
	return fmt.Sprintf("waiting for %v", append(own, outside...))
}
