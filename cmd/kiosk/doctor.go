package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline"
)

// statusOf is the exit status of doctor and status: 0 normal, 1 warning, 2 critical,
// as programs that watch machines expect it. Wrong use is 2 too, with a line on
// standard error.
var statusOf = map[check.Level]int{check.Normal: cli.Done, check.Warning: 1, check.Critical: 2}

func light(worst check.Level) error { return cli.Verdict(statusOf[worst]) }

// doctorCommand tests a machine from a shell, whether its kiosk runs or not.
func doctorCommand(host measure.Host) *cobra.Command {
	var name string
	c := &cobra.Command{Use: "doctor", Short: "Test every part of the machine and say what to do", Args: cobra.NoArgs,
		Long: "Test every part of the machine and say what to do, now or soon, and who. Where the kiosk is stopped, everything is tested\n" +
			"but the screen. Where it runs it holds the reader and the ledger's lock: network, disk, clock, certificates, files and a copy of\n" +
			"the ledger are tested beside it, and the rest is what the kiosk itself says. Nothing is changed, and no card is touched but the test card of --try card.\n" +
			"The exit status is 0 where all is normal, 1 where something warns, 2 where something is critical.",
		Example: "  kiosk doctor --config /etc/kiosk/kiosk.toml\n  kiosk doctor --config /etc/kiosk/kiosk.toml --json\n" +
			"  kiosk doctor --config /etc/kiosk/kiosk.toml --try card,slip,tones\n" +
			"  kiosk doctor --config /etc/kiosk/kiosk.toml --report report.pdf"}
	asJSON := cli.JSON(c)
	more := c.Flags().StringSlice("try", nil, "also try `card` (the test card that you laid on the reader: what needs no secret is read), slip, tones; only where the kiosk is stopped")
	report := c.Flags().String("report", "", "also write a readiness report into this new `file`: .pdf or .txt")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *report != "" && !firmware.IsReport(*report) {
			return cli.Usage("--report %q: it ends in .pdf or .txt", *report)
		}
		tries, err := triesOf(*more)
		if err != nil {
			return err
		}
		r, err := firmware.Doctor(c.Context(), name, host, tries, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		if *report != "" {
			if err := firmware.WriteReadiness(firmware.Readiness(r, name, host.Now()), *report); err != nil {
				return err
			}
		}
		if *asJSON {
			err = cli.PrintJSON(c.OutOrStdout(), r)
		} else {
			fmt.Fprintf(c.OutOrStdout(), "%s is %s\n\n", cmp.Or(r.Kiosk, "this machine"), r.State)
			err = r.Print(c.OutOrStdout())
		}
		return errors.Join(err, light(r.Worst()))
	}
	configFlag(c, &name)
	return c
}

// triesOf reads the flag --try.
func triesOf(words []string) (t firmware.Tries, err error) {
	for _, w := range words {
		switch w {
		case "card":
			t.Card = true
		case "slip":
			t.Slip = true
		case "tones":
			t.Tones = true
		default:
			return t, cli.Usage("--try %q: it is card, slip or tones", w)
		}
	}
	return t, nil
}

// statusCommand says what a running kiosk says of itself.
func statusCommand(host measure.Host) *cobra.Command {
	var name string
	c := &cobra.Command{Use: "status", Short: "Say how the running kiosk is", Args: cobra.NoArgs,
		Long: "Say how the running kiosk is, as it writes it into its status file every few seconds (kiosk.status of the configuration).\n" +
			"The exit status is 0 where all is normal, 1 where something warns, 2 where something is critical, the kiosk does not run, or its\n" +
			"file is old.",
		Example: "  kiosk status --config /etc/kiosk/kiosk.toml\n  kiosk status --config /etc/kiosk/kiosk.toml --json"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		s, err := runningStatus(name, host)
		if err != nil {
			return errors.Join(err, light(check.Critical))
		}
		if *asJSON {
			err = cli.PrintJSON(c.OutOrStdout(), s)
		} else {
			err = s.PrintAt(c.OutOrStdout(), host.Now())
		}
		return errors.Join(err, light(s.Worst()))
	}
	configFlag(c, &name)
	return c
}

// runningStatus is the status of a kiosk that runs and tells.
func runningStatus(name string, host measure.Host) (s firmware.Status, err error) {
	cfg, err := config.Load(name)
	if err != nil {
		return s, err
	}
	running, err := offline.InUse(cfg.Kiosk.Data)
	if err != nil {
		return s, err
	}
	if !running {
		return s, errors.New("no kiosk runs on this machine")
	}
	if s, err = firmware.ReadStatus(cfg); err != nil {
		return s, err
	}
	if s.Ended() {
		return s, errors.New("the kiosk that runs here has not told yet how it is")
	}
	if s.Age(host.Now()) > check.Stalled {
		s.Stale(s.Age(host.Now()))
	}
	return s, nil
}

func configFlag(c *cobra.Command, to *string) {
	c.Flags().StringVar(to, "config", "", "the configuration `file`")
	if err := c.MarkFlagRequired("config"); err != nil {
		panic(err) // there is no such flag
	}
}
