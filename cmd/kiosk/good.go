package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/staff/check"
)

// goodCommand is what an image asks before it is kept (buildroot/overlay/usr/lib/kiosk/good).
func goodCommand(host measure.Host) *cobra.Command {
	var name string
	var own time.Duration
	c := &cobra.Command{Use: "good", Short: "Wait until the running kiosk has shown that it works", Args: cobra.NoArgs,
		Long: "Wait until reader, screen, ledger and authority have answered the running kiosk since its start, as it says in its status file. The\n" +
			"authority is waited for without an end; it is a failure where the machine's own parts have not answered in the time of --own. Nothing is changed.",
		Example: "  kiosk good --config /etc/kiosk/kiosk.toml --own 10m",
		RunE: func(c *cobra.Command, _ []string) error {
			look := func() (firmware.Status, error) { return runningStatus(name, host) }
			return waitGood(c.Context(), c.OutOrStdout(), look, time.After(own), time.NewTicker(goodPeriod).C)
		}}
	c.Flags().DurationVar(&own, "own", 10*time.Minute, "how long the machine's own parts may take")
	configFlag(c, &name)
	return c
}

// goodPeriod is between two looks; the file is written every five seconds.
const goodPeriod = 2 * time.Second

// waitGood looks at each tick until nothing lacks. late is when the machine's own parts have to be there.
func waitGood(ctx context.Context, to io.Writer, look func() (firmware.Status, error), late <-chan time.Time, tick <-chan time.Time) error {
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
