package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
)

// counter does for a resident what a municipal office does.
func counter() *cobra.Command {
	c := &cobra.Command{Use: "counter", Short: "Do for a resident what happens at a municipal office, or by a call",
		Long: "Do for a resident what happens at a municipal office, or by a call to the free line: what becomes of the certificates\n" +
			"of card and phone is decided as the authority decides it, and written at once, also while it serves. New keys and\n" +
			"certificates are written into the resident's folder."}
	var moved, renamed store.Items
	var phone, both, found bool
	move := at("move", "Write another address into the register: the signing certificates end", "--address \"Rei-shi 2-3\" --municipality 99202",
		func() domain.Act {
			return domain.Act{Event: life.Event{Op: life.ChangeItems}, Items: func(i *store.Items) { i.Address, i.Municipality = moved.Address, moved.Municipality }}
		})
	move.Flags().StringVar(&moved.Address, "address", "", "the new `address`")
	move.Flags().Int64Var(&moved.Municipality, "municipality", 99201, "`code` of the municipality: 99201, 99202 or 99361")
	rename := at("rename", "Write another name into the register: the signing certificates end", "--to \"SATO HANAKO\"", func() domain.Act {
		return domain.Act{Event: life.Event{Op: life.ChangeItems}, Items: func(i *store.Items) { i.Name = renamed.Name }}
	})
	rename.Flags().StringVar(&renamed.Name, "to", "", "the new `name`")
	for flag, of := range map[string]*cobra.Command{"address": move, "to": rename} {
		if err := of.MarkFlagRequired(flag); err != nil {
			panic(err) // there is no such flag
		}
	}
	lost := at("lost", "Hold the certificates of a card that is lost", "--both", func() domain.Act {
		switch {
		case both:
			return op(life.LoseBoth)
		case phone:
			return op(life.HoldPhone)
		}
		return op(life.LoseCard)
	})
	lost.Flags().BoolVar(&phone, "phone", false, "of a phone instead")
	lost.Flags().BoolVar(&both, "both", false, "of card and phone")
	lost.MarkFlagsMutuallyExclusive("phone", "both")
	back := at("found", "Release what was held, of a card that was found", "--phone", func() domain.Act {
		if found {
			return op(life.ReleasePhone)
		}
		return op(life.FindCard)
	})
	back.Flags().BoolVar(&found, "phone", false, "of a phone instead")
	c.AddCommand(show(), photo(), reserve(), move, rename, lost, back,
		at("sign", "Give a card a new signing certificate, after a move", "", just(life.NewSign)),
		at("renew", "Renew the pair of a card; that of the phone ends", "", just(life.Renew)),
		at("card", "Hand a new card over, in the place of another where there is one", "", just(life.NewCard)),
		at("return", "Take a card back, for good", "", just(life.ReturnCard)),
		at("give-up", "End the certificates of a phone, for good", "", just(life.GiveUpPhone)),
		at("died", "Write a death into the register, for good", "", just(life.Die)),
		at("left", "Write into the register that a resident has left it, for good", "", just(life.Leave)))
	return c
}

func op(o life.Op) domain.Act { return domain.Act{Event: life.Event{Op: o}} }

func just(o life.Op) func() domain.Act { return func() domain.Act { return op(o) } }

// at is one thing that is done for a resident.
func at(name, short, example string, act func() domain.Act) *cobra.Command {
	return forResident(name, short, example, func(c *cobra.Command, t *fixture.Sandbox, dir, resident string) (domain.Holding, error) {
		a := act()
		a.Name, a.Event.By = resident, life.Counter
		return t.AtCounter(c.Context(), dir, a)
	})
}

func show() *cobra.Command {
	return forResident("show", "List the certificates of a resident", "", func(c *cobra.Command, t *fixture.Sandbox, _, resident string) (domain.Holding, error) {
		return t.Service.Holding(c.Context(), resident)
	})
}

// forResident does something and prints what the resident has then.
func forResident(name, short, example string, does func(*cobra.Command, *fixture.Sandbox, string, string) (domain.Holding, error)) *cobra.Command {
	var p place
	c := &cobra.Command{Use: name + " RESIDENT", Short: short, Args: cobra.ExactArgs(1),
		Example: "  authority-sandbox counter " + name + " hanako --dir sandbox"}
	if example != "" {
		c.Example += " " + example
	}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		return p.in(c, func(t *fixture.Sandbox) error {
			h, err := does(c, t, p.dir, args[0])
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if *asJSON {
				return cli.PrintJSON(c.OutOrStdout(), h)
			}
			return printHolding(c.OutOrStdout(), h)
		})
	}
	p.flags(c, anotherStore)
	return c
}

func printHolding(out io.Writer, h domain.Holding) error {
	fmt.Fprintf(out, "%s, born %s, %s (municipality %d)", h.Name, h.Birth, h.Address, h.Municipality)
	if h.Gone != 0 {
		fmt.Fprintf(out, ", not in the register since %s", moment(h.Gone))
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CERTIFICATE\tSTATE\tREASON\tSINCE\tUNTIL\tSERIAL NUMBER")
	for _, c := range h.Certificates {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Certificate, c.State, c.Reason, moment(c.Since), moment(c.NotAfter), c.Serial)
	}
	return w.Flush()
}

func moment(at int64) string { return time.Unix(at, 0).UTC().Format(time.RFC3339) }
