package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/config"
)

// configCommand is for who writes a configuration.
func configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Check a configuration, or show what is in force"}
	c.AddCommand(configCheck(), configShow())
	return c
}

func configCheck() *cobra.Command {
	var name string
	c := &cobra.Command{Use: "check", Short: "Name every mistake of a configuration with its line", Args: cobra.NoArgs,
		Long: "Name every mistake of a configuration with its line. What it names, files and devices, is not opened: kiosk doctor does that.\n" +
			"The exit status is 0 where there is none, 1 where there is one.",
		Example: "  kiosk config check --config /etc/kiosk/kiosk.toml"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		_, err := config.Load(name)
		var m config.Mistakes
		if !errors.As(err, &m) && err != nil {
			return err
		}
		if *asJSON {
			return errors.Join(cli.PrintJSON(c.OutOrStdout(), append(config.Mistakes{}, m...)), wrong(m))
		}
		for _, w := range m {
			fmt.Fprintf(c.OutOrStdout(), "%s:%d: %s\n", name, w.Line, w.Why)
		}
		return wrong(m)
	}
	configFlag(c, &name)
	return c
}

func wrong(m config.Mistakes) error {
	if len(m) == 0 {
		return nil
	}
	return cli.Verdict(cli.Failed)
}

func configShow() *cobra.Command {
	var name string
	c := &cobra.Command{Use: "show", Short: "Print the configuration that is in force, as TOML", Args: cobra.NoArgs,
		Long: "Print the configuration that is in force, as TOML: every key, with file names as they are found, its unit, and what is absent\n" +
			"behind a # with its default. It holds no secret: keys are named by their files, which are not read.",
		Example: "  kiosk config show --config /etc/kiosk/kiosk.toml",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := config.Load(name)
			if err != nil {
				return err
			}
			return cfg.Show(c.OutOrStdout())
		}}
	configFlag(c, &name)
	return c
}
