package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/cli"
)

// conformance makes what the suite needs beside the residents: one command in the
// place of seven certificates made by hand.
func conformance() *cobra.Command {
	var p place
	c := &cobra.Command{Use: "conformance", Short: "Make the kiosks that the conformance suite needs, and print its flags", Args: cobra.NoArgs,
		Long: "Make and register the kiosks that authority-conformance knocks with (expired, revoked, unknown, early, server, store,\n" +
			"second; good for a day), write the script that holds a phone, and print the suite's flags for this folder, but for the authority's addresses. With --json\n" +
			"they are a list.",
		Example: "  authority-sandbox conformance --dir sandbox\n" +
			"  authority-conformance --url https://127.0.0.1:8443 --app 127.0.0.1:8444 $(authority-sandbox conformance --dir sandbox)"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		t, err := p.open(c.Context(), domain.DefaultPolicy, time.Now, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer t.DB.Close()
		program, err := os.Executable()
		if err != nil {
			return err
		}
		flags, err := t.MakeConformance(c.Context(), p.dir, program, time.Now())
		if err != nil {
			return err
		}
		if *asJSON {
			return cli.PrintJSON(c.OutOrStdout(), flags)
		}
		_, err = fmt.Fprintln(c.OutOrStdout(), strings.Join(flags, " "))
		return err
	}
	p.flags(c, anotherStore)
	return c
}
