// Kiosk is the firmware: it reads one configuration file, opens its devices, and
// serves residents on a full screen until it is told to end. `kiosk ledger` is
// for auditors, `kiosk text` for translators, `kiosk enrol` for who installs it, `kiosk doctor` and `kiosk status` for engineers and for programs
// that watch machines. Errors are one line; the exit status is 0 done, 1 failed, 2 wrong use, and of doctor and
// status 0 normal, 1 warning, 2 critical.
//
// The log goes to standard error, one line an event: places, calls of the
// ports with their duration, faults. No line holds a secret, the length of
// one, or the body of a message.
package main

import (
	"os"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/windowed"
)

func main() { cli.Main(root()) }

func root() *cobra.Command { return commands(measure.Here()) }

// commands are those of the machine that doctor tests.
func commands(host measure.Host) *cobra.Command {
	var config string
	c := &cobra.Command{Use: "kiosk", Short: "The kiosk's firmware: serve residents until a signal", Args: cobra.NoArgs,
		Example: "  kiosk --config /etc/kiosk/kiosk.toml",
		RunE: func(c *cobra.Command, _ []string) error {
			return windowed.Serve(c.Context(), config, host, func(err error) int { return cli.Report(os.Stderr, c, err) })
		}}
	configFlag(c, &config)
	c.AddCommand(ledgerCommand(), textCommand(), doctorCommand(host), statusCommand(host), staffCommand(), enrolCommand(host), configCommand(), goodCommand(host))
	return c
}
