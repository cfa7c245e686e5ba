package main

import (
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/kiosk/config"
)

// goodCommand is the firmware's own, for a machine without the window's libraries, where this program
// is called kiosk.
func goodCommand() *cobra.Command {
	var file string
	var own time.Duration
	c := &cobra.Command{Use: "good", Hidden: true, Args: cobra.NoArgs, Short: "kiosk good, inside of a machine of kind text",
		RunE: func(c *cobra.Command, _ []string) error {
			look := func() (firmware.Status, error) {
				cfg, err := config.Load(file)
				if err != nil {
					return firmware.Status{}, err
				}
				return firmware.ReadStatus(cfg)
			}
			return firmware.AwaitGood(c.Context(), c.OutOrStdout(), look, own)
		}}
	c.Flags().StringVar(&file, "config", "", "")
	c.Flags().DurationVar(&own, "own", time.Minute, "")
	return c
}
