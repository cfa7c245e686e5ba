package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/kiosk/config"
)

// staffCommand is what the operator does once for a machine, before the installer
// enrols clerk and technician at its screen.
func staffCommand() *cobra.Command {
	c := &cobra.Command{Use: "staff", Short: "Prepare the codes of maintenance"}
	var name string
	commission := &cobra.Command{Use: "commission", Short: "Make the operator's codes, once for a machine", Args: cobra.NoArgs,
		Long: "Make the operator's codes of a machine whose kiosk is stopped, and print their otpauth address once. It belongs into the\n" +
			"operator's records and nowhere else: each code that is made of it, in turn, lets new codes be made for a clerk or a technician.",
		Example: "  kiosk staff commission --config /etc/kiosk/kiosk.toml",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := config.Load(name)
			if err != nil {
				return err
			}
			uri, err := firmware.Commission(cfg)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), uri)
			return err
		}}
	configFlag(commission, &name)
	c.AddCommand(commission)
	return c
}
