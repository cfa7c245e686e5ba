package main

import (
	"errors"

	"github.com/spf13/cobra"

	"multicopy.example/assets/text/check"
	"multicopy.example/cmd/internal/cli"
)

// textCommand is for translators and for who builds an image with a language more.
func textCommand() *cobra.Command {
	c := &cobra.Command{Use: "text", Short: "Answer a translator's questions about the sentences", Args: cobra.NoArgs}
	look := &cobra.Command{Use: "check", Short: "Say what each language has, lacks, and who reviewed it", Args: cobra.NoArgs,
		Long: "Say of each language how many sentences it has, how many of them were reviewed by a speaker and how many are drafts, and which\n" +
			"sentences and glyphs are missing. The exit status is 1 where anything is missing.",
		Example: "  kiosk text check\n  kiosk text check --json"}
	asJSON := cli.JSON(look)
	look.RunE = func(c *cobra.Command, _ []string) error {
		all, err := check.Look()
		if err != nil {
			return err
		}
		if *asJSON {
			if err := cli.PrintJSON(c.OutOrStdout(), all); err != nil {
				return err
			}
		} else {
			check.Print(c.OutOrStdout(), all)
		}
		for _, l := range all {
			if !l.Whole() {
				return errors.New("a language is not whole: " + l.Tag)
			}
		}
		return nil
	}
	c.AddCommand(look)
	return c
}
