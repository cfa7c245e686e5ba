package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/cli"
)

// elements is what the maker of secure elements of phones has done.
func elements() *cobra.Command {
	c := &cobra.Command{Use: "elements", Short: "Say whose secure elements of phones are believed, and withdraw a batch as its maker does"}
	c.AddCommand(listElements(), ofMaker("admit", "Believe a maker of secure elements, by its root", (*domain.Service).AdmitMaker),
		ofMaker("dismiss", "Believe a maker no longer; what was issued stays", (*domain.Service).DismissMaker),
		ofBatch("withdraw", "Hold the certificates of every phone of a batch; they are not released", (*domain.Service).WithdrawElements),
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

func ofMaker(name, short string, does func(*domain.Service, context.Context, *x509.Certificate) error) *cobra.Command {
	var p place
	c := &cobra.Command{Use: name + " FILE", Short: short, Args: cobra.ExactArgs(1),
		Example: "  authority-sandbox elements " + name + " maker-a.crt.pem --dir sandbox"}
	c.RunE = func(c *cobra.Command, args []string) error {
		roots, err := pki.Folder(filepath.Dir(args[0])).ReadCerts(filepath.Base(args[0]))
		if err != nil {
			return err
		}
		return p.in(c, func(t *fixture.Sandbox) error {
			for _, root := range roots {
				if err := does(t.Service, c.Context(), root); err != nil {
					return fmt.Errorf("%s: %w", root.Subject.CommonName, err)
				}
			}
			return nil
		})
	}
	p.flags(c, anotherStore)
	return c
}

func listElements() *cobra.Command {
	var p place
	c := &cobra.Command{Use: "list", Short: "List makers of secure elements, and the batches that are in use and withdrawn", Args: cobra.NoArgs,
		Example: "  authority-sandbox elements list --dir sandbox --json"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return p.in(c, func(t *fixture.Sandbox) error {
			e, err := t.Service.Elements(c.Context())
			if err != nil {
				return err
			}
			if *asJSON {
				return cli.PrintJSON(c.OutOrStdout(), e)
			}
			for _, m := range e.Makers {
				fmt.Fprintf(c.OutOrStdout(), "maker %s, until %s\n", m.Name, moment(m.NotAfter))
			}
			for _, b := range e.Used {
				fmt.Fprintf(c.OutOrStdout(), "batch %s, %d phones\n", b.Name, b.Phones)
			}
			for _, b := range e.Withdrawn {
				fmt.Fprintf(c.OutOrStdout(), "withdrawn %s\n", b)
			}
			return nil
		})
	}
	p.flags(c, anotherStore)
	return c
}
