package main

import (
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/measure"
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
			return firmware.AwaitGood(c.Context(), c.OutOrStdout(), look, own)
		}}
	c.Flags().DurationVar(&own, "own", 10*time.Minute, "how long the machine's own parts may take")
	configFlag(c, &name)
	return c
}
