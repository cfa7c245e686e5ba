package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
)

// elements is what the maker of secure elements of phones has done.
func elements() *cobra.Command {
	c := &cobra.Command{Use: "elements", Short: "Withdraw a batch of secure elements of phones, as their maker does"}
	c.AddCommand(ofBatch("withdraw", "Hold the certificates of every phone of a batch; they are not released", (*domain.Service).WithdrawElements),
		ofBatch("end", "Revoke what was held by a withdrawal, as keys that leaked", (*domain.Service).EndElements))
	return c
}

func ofBatch(name, short string, does func(*domain.Service, context.Context, string) (int, error)) *cobra.Command {
	var p place
	c := &cobra.Command{Use: name + " BATCH", Short: short, Args: cobra.ExactArgs(1),
		Example: "  authority-sandbox elements " + name + " sandbox-1 --dir sandbox"}
	c.RunE = func(c *cobra.Command, args []string) error {
		return p.in(c, func(t *fixture.Sandbox) error {
			n, err := does(t.Service, c.Context(), args[0])
			if err != nil {
				return fmt.Errorf("batch %s, behind %d persons: %w", args[0], n, err)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d persons\n", n)
			return err
		})
	}
	p.flags(c, anotherStore)
	return c
}
