package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/cli"
)

// listedConsent is a consent, as it is listed. It has no item's value: the authority keeps none
// beside the register.
type listedConsent struct {
	Resident  string        `json:"resident"`
	Consent   string        `json:"consent"`
	Service   string        `json:"service"` // its title
	Items     []string      `json:"items"`
	State     string        `json:"state"`
	From      int64         `json:"from"`
	Until     int64         `json:"until"`
	Withdrawn int64         `json:"withdrawn,omitempty"`
	Given     []listedGiven `json:"given"`
}

// listedGiven says that items were given.
type listedGiven struct {
	At    int64    `json:"at"`
	Items []string `json:"items"`
	Fee   int64    `json:"fee"`
}

func listGiven() *cobra.Command {
	var p place
	var bank string
	c := &cobra.Command{Use: "consents", Short: "List the consents to a bank's services, and when which items were given", Args: cobra.NoArgs,
		Example: "  authority-sandbox bank consents --dir sandbox --bank bank-a --json"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return p.in(c, func(t *fixture.Sandbox) error {
			all, err := t.Service.Given(c.Context(), bank)
			if err != nil {
				return err
			}
			list := []listedConsent{}
			for _, of := range all {
				list = append(list, listedGivenAs(of))
			}
			if *asJSON {
				return cli.PrintJSON(c.OutOrStdout(), list)
			}
			return printGiven(c.OutOrStdout(), list)
		})
	}
	p.flags(c, anotherStore)
	named(c, &bank, "bank", "the bank's `id`")
	return c
}

func listedGivenAs(of domain.Given) listedConsent {
	one := listedConsent{Resident: of.Resident, Consent: hex.EncodeToString(of.ID[:]), Service: of.Service.Title, Items: of.Items.Names(), State: of.Now.String(),
		From: of.From, Until: of.Until, Withdrawn: of.CancelledAt, Given: []listedGiven{}}
	for _, d := range of.Disclosures {
		one.Given = append(one.Given, listedGiven{d.At, d.Items.Names(), d.Fee})
	}
	return one
}

func printGiven(out io.Writer, list []listedConsent) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RESIDENT\tCONSENT\tSTATE\tITEMS\tUNTIL\tGIVEN\tSERVICE")
	for _, c := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", c.Resident, c.Consent, c.State, strings.Join(c.Items, ","), moment(c.Until), len(c.Given), c.Service)
	}
	return w.Flush()
}
