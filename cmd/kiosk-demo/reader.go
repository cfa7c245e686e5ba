package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/harness/cards"
)

// readerCommand is the demo's reader alone, for a firmware that was installed and
// started by other means.
func readerCommand() *cobra.Command {
	var port, residents, lay string
	c := &cobra.Command{Use: "reader", Short: "A virtual PN532 with virtual cards on a serial line, until a signal", Args: cobra.NoArgs,
		Long: "A virtual PN532 on a pseudo-terminal, which the firmware opens as it opens a UART. The cards are those that\n" +
			"`authority-sandbox init` made; with --lay one lies on the reader.",
		Example: "  kiosk-demo reader --port /run/reader --residents sandbox/residents\n" +
			"  kiosk-demo reader --port /run/reader --residents sandbox/residents --lay hanako",
		RunE: func(c *cobra.Command, _ []string) error { return serveReader(c.Context(), port, residents, lay) }}
	f := c.Flags()
	f.StringVar(&port, "port", "", "the symbolic `link` that is made to the device, and is the firmware's reader.port")
	f.StringVar(&residents, "residents", "", "`folder` of the residents' cards")
	f.StringVar(&lay, "lay", "", "`name` of the resident whose card lies on the reader")
	for _, name := range []string{"port", "residents"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // there is no such flag
		}
	}
	return c
}

func serveReader(ctx context.Context, port, residents, lay string) error {
	all, err := cards.Open(residents, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer all.Close()
	if err := all.Follow(port); err != nil {
		return err
	}
	if lay != "" {
		card := all.Find(lay)
		if card == nil {
			return fmt.Errorf("no card of %q in %s", lay, residents)
		}
		if err := all.Lay(card); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return nil
}
