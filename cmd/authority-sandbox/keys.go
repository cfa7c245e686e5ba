package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/cli"
)

// keysCommand changes what kiosks seal to.
func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "Rotate the keys that one-time passwords and records are sealed to"}
	c.AddCommand(rotateKey(), retireKeys())
	return c
}

// aboutKeys is a command on the key of a word; SQLite or not, no store is opened.
func aboutKeys(use, short, example string, does func(c *cobra.Command, dir, word string) error) *cobra.Command {
	var dir string
	c := &cobra.Command{Use: use + " codes|records", Short: short, Args: cobra.ExactArgs(1), Example: example,
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(fixture.Sealed(), args[0]) {
				return cli.Usage("%q: it is codes or records", args[0])
			}
			return does(c, dir, args[0])
		}}
	c.Flags().StringVar(&dir, "dir", "", "the authority's `folder`")
	if err := c.MarkFlagRequired("dir"); err != nil {
		panic(err) // there is no such flag
	}
	return c
}

func rotateKey() *cobra.Command {
	c := aboutKeys("rotate", "Make a new key the one that kiosks are to seal to; those before it still open",
		"  authority-sandbox keys rotate codes --dir sandbox", func(_ *cobra.Command, dir, word string) error { return fixture.RotateKey(dir, word) })
	c.Long = c.Short + ".\nRestart serve before the first kiosk has the new public key (code.pub.pem, records.pub.pem)."
	return c
}

func retireKeys() *cobra.Command {
	var to string
	c := aboutKeys("retire", "Move the keys before the one in use into a file", "  authority-sandbox keys retire records --dir sandbox --to records-2026.key.pem",
		func(c *cobra.Command, dir, word string) error {
			n, err := fixture.RetireKeys(dir, word, to)
			if err == nil {
				_, err = fmt.Fprintf(c.OutOrStdout(), "%d retired: %s\n", n, to)
			}
			return err
		})
	c.Long = c.Short + ", and restart serve. What was sealed to them is opened no more here;\nkiosk ledger show --records-key FILE still reads records with it."
	c.Flags().StringVar(&to, "to", "", "new `file` for them")
	if err := c.MarkFlagRequired("to"); err != nil {
		panic(err) // there is no such flag
	}
	return c
}
