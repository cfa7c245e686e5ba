package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/secret"
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
	c.AddCommand(commission, resetCommand())
	return c
}

// resetCommand is the way out where the authenticators of both roles are lost.
func resetCommand() *cobra.Command {
	var name string
	c := &cobra.Command{Use: "reset", Short: "Forget the codes of clerk and technician, with the operator's next code", Args: cobra.NoArgs,
		Long: "Forget the codes of clerk and technician of a machine whose kiosk is stopped, where both authenticators are lost. The operator's next\n" +
			"code, 8 digits, is read from standard input. It is counted and recorded as on the screen; after wrong ones it has to be waited. Then the\n" +
			"machine is as the installer found it: new codes are made at its screen, with a further code of the operator's.",
		Example: "  kiosk staff reset --config /etc/kiosk/kiosk.toml",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := config.Load(name)
			if err != nil {
				return err
			}
			code, err := secret.New()
			if err != nil {
				return err
			}
			fmt.Fprintln(c.ErrOrStderr(), "the operator's code, 8 digits:")
			if err := readCode(c.InOrStdin(), code); err != nil {
				return err
			}
			defer code.Wipe()
			return firmware.ResetCodes(c.Context(), cfg, code, func(d time.Duration) {
				fmt.Fprintf(c.ErrOrStderr(), "after a wrong code: %v to wait\n", d.Round(time.Second))
			})
		}}
	configFlag(c, &name)
	return c
}

// readCode reads a line of 8 digits, and nothing behind it.
func readCode(in io.Reader, code secret.Secret) error {
	var b [1]byte
	defer clear(b[:])
	for {
		n, err := in.Read(b[:])
		switch {
		case n == 1 && b[0] >= '0' && b[0] <= '9' && code.Len() < 8:
			code.Append(b[0])
			continue
		case n == 1 && b[0] == '\n' && code.Len() == 8:
			return nil
		case n == 0 && err == nil:
			continue
		}
		code.Wipe()
		return errors.New("the operator's code has 8 digits, on a line")
	}
}
