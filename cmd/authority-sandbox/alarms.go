package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
)

// alarms prints what kiosks did that calls for a person, oldest first.
func alarms() *cobra.Command {
	var p place
	var kiosk string
	var all bool
	c := &cobra.Command{Use: "alarms", Short: "List what kiosks did that calls for a person, oldest first", Args: cobra.NoArgs,
		Long: "List what kiosks did that calls for a person, oldest first, but for what a person has closed. An alarm is seen and\n" +
			"closed by its id and by name, and never removed; what happens again after it was closed is raised again.",
		Example: "  authority-sandbox alarms --dir sandbox --kiosk kiosk-0007\n" +
			"  authority-sandbox alarms see 3f0c9a1b2d --dir sandbox --by sato\n" +
			"  authority-sandbox alarms close 3f0c9a1b2d --dir sandbox --by sato --why \"disk was changed\""}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return p.in(c, func(t *fixture.Sandbox) error {
			list, err := t.Service.AppAlarms(c.Context(), kiosk)
			if err != nil {
				return err
			}
			if !all {
				list = slices.DeleteFunc(list, func(a domain.Alarm) bool { return a.State == store.AlarmClosed })
			}
			if *asJSON {
				return cli.PrintJSON(c.OutOrStdout(), list)
			}
			return printAlarms(c.OutOrStdout(), list)
		})
	}
	p.flags(c, anotherStore)
	c.Flags().StringVar(&kiosk, "kiosk", "", "`name` of a kiosk, where its alarms alone are wanted")
	c.Flags().BoolVar(&all, "all", false, "closed ones too")
	c.AddCommand(actOnAlarm("see", "Say that a person looks after an alarm", store.AlarmSeen), actOnAlarm("close", "Say that an alarm is done with, and why", store.AlarmClosed))
	return c
}

// in does something with the folder's authority.
func (p *place) in(c *cobra.Command, does func(*fixture.Sandbox) error) error {
	t, err := p.open(c.Context(), domain.DefaultPolicy, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer t.DB.Close()
	return does(t)
}

func printAlarms(out io.Writer, list []domain.Alarm) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tRAISED\tKIOSK\tLEDGER\tRECORD\tALARM\tSTATE\tDETAIL")
	for _, a := range list {
		state := a.State
		if a.Person != "" {
			state += " by " + a.Person
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", a.ID, time.Unix(a.Raised, 0).UTC().Format(time.RFC3339), a.Kiosk, a.Epoch[:8], a.Seq, a.Word, state, a.Detail)
	}
	return w.Flush()
}

// most is how long a person's name and reason may be: they are printed in one line.
const most = 200

func actOnAlarm(name, short, act string) *cobra.Command {
	var p place
	var by, why string
	c := &cobra.Command{Use: name + " ID", Short: short, Args: cobra.ExactArgs(1),
		Example: "  authority-sandbox alarms " + name + " 3f0c9a1b2d --dir sandbox --by sato"}
	c.RunE = func(c *cobra.Command, args []string) error {
		if by == "" || len(by) > most || len(why) > most {
			return cli.Usage("--by is a name, --why a reason, each of at most %d bytes", most)
		}
		if act == store.AlarmClosed && why == "" {
			return cli.Usage("--why is missing: what was the matter, for who reads it later")
		}
		return p.in(c, func(t *fixture.Sandbox) error { return t.Service.ActOnAlarm(c.Context(), args[0], act, by, why) })
	}
	p.flags(c, anotherStore)
	c.Flags().StringVar(&by, "by", "", "`name` of the person")
	c.Flags().StringVar(&why, "why", "", "the `reason`, or what was found")
	return c
}
