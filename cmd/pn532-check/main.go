// Pn532-check is for who has a PN532 and no kiosk yet: it lists the ports that a reader
// can be on, finds the one that it is on, says what is wrong with the wiring, and
// reads a card that lies on it with its holder's consent, which spends no try. It needs
// nothing but itself: no window, no C library, no configuration. The test, the codes
// and the sentences are those of `kiosk doctor`.
package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/readertest"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
)

func main() { cli.Main(root("/dev")) }

// order is what the command line asks for.
type order struct {
	dev                        string // the folder of device files
	wire, port, reset, consent string
	baud                       int
}

// found is one port and what a test of it met.
type found struct {
	Wire  string `json:"wire"`
	Port  string `json:"port"`
	State string `json:"state"` // untested, normal, warning or critical
	Code  string `json:"code,omitempty"`
	Found string `json:"found,omitempty"` // what is wrong
	Do    string `json:"do,omitempty"`
	Line  string `json:"line,omitempty"` // how good it is
	Card  *card  `json:"card,omitempty"`
	Error string `json:"error,omitempty"` // for engineers

	level check.Level
}

// card is what a card told without a secret.
type card struct {
	Kind     string `json:"kind"`
	Password int8   `json:"password_tries"` // of the signing password; -1: not told
	PIN      int8   `json:"pin_tries"`      // of the 4-digit PIN; -1: not told
	Trips    int    `json:"round_trips"`
	Each     string `json:"each"`
}

func root(dev string) *cobra.Command {
	o := order{dev: dev}
	c := &cobra.Command{Use: "pn532-check", Short: "Find a PN532 reader and say what is wrong with its wiring", Args: cobra.NoArgs,
		Long: "Without flags it lists the ports that a reader can be on, and opens none. With --wire it tries each port of that\n" +
			"wire, or the one that --port names: a device that is no reader gets some bytes that it does not understand.\n" +
			"With the words of consent a card on the reader is read: what needs no secret, the tries left among it; no try is\n" +
			"spent and nothing is changed. The exit status is 0 where a reader is well, 1 where it works with a warning, 2 where none works.",
		Example: "  pn532-check\n  pn532-check --wire uart\n  pn532-check --wire i2c --port /dev/i2c-1\n" +
			"  pn532-check --wire uart --port /dev/ttyUSB0 --consent \"" + readertest.ConsentToRead + "\""}
	asJSON := cli.JSON(c)
	f := c.Flags()
	f.StringVar(&o.wire, "wire", "", "`uart`, i2c or spi, as the switches on the reader's board stand")
	f.StringVar(&o.port, "port", "", "the one `device` to try")
	f.IntVar(&o.baud, "baud", 115200, "of a UART: the `rate` that the line is to carry")
	f.StringVar(&o.reset, "reset", "", "the GPIO `line` on the chip's RSTPDN, where it is wired")
	f.StringVar(&o.consent, "consent", "", "the `words` of consent, to have the card on the reader read")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		list, err := o.run(c.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			err = cli.PrintJSON(c.OutOrStdout(), struct {
				Ports []found `json:"ports"`
			}{list})
		} else {
			err = print(c.OutOrStdout(), list, o.wire != "")
		}
		return errors.Join(err, o.verdict(list))
	}
	return c
}

func (o *order) check() error {
	switch {
	case o.wire == "" && (o.port != "" || o.reset != "" || o.consent != ""):
		return cli.Usage("--port, --reset and --consent want --wire: uart, i2c or spi")
	case o.consent != "" && o.consent != readertest.ConsentToRead:
		return cli.Usage("--consent: reading costs no try and changes nothing; the certificate, which names the holder, is read and not kept. To agree: --consent %q", readertest.ConsentToRead)
	}
	return nil
}

// run tries the ports, or lists them.
func (o *order) run(ctx context.Context) ([]found, error) {
	all := ports(o.dev)
	if o.wire == "" {
		return all, nil
	}
	var list []found
	for _, p := range all {
		if p.Wire == o.wire && o.port == "" {
			list = append(list, p)
		}
	}
	if o.port != "" {
		list = []found{{Wire: o.wire, Port: o.port}}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("this machine has no %s port that a reader could be on", o.wire)
	}
	for i := range list {
		if err := o.try(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// try tests one port. Its error is one of the command line.
func (o *order) try(ctx context.Context, p *found) error {
	cfg := config.Reader{Wire: p.Wire, Port: p.Port, Reset: o.reset}
	if p.Wire == "uart" {
		cfg.Baud = o.baud
	}
	if err := cfg.Check(); err != nil {
		return cli.Usage("%w", err)
	}
	quiet := slog.New(slog.DiscardHandler)
	chip, err := readertest.Open(cfg, quiet)
	if err != nil {
		return err
	}
	t := readertest.Test(ctx, chip, o.consent != "", []*x509.Certificate{}, quiet)
	t.Err = errors.Join(t.Err, chip.Close())
	p.judge(t)
	return ctx.Err()
}

// judge says what a test met as `kiosk doctor` would.
func (p *found) judge(t readertest.Outcome) {
	facts := check.Facts{Tested: check.Of(check.Reader), Frames: t.Replies, Again: t.Again}
	switch {
	case t.Err != nil:
		facts.Reader, p.Error = readertest.Explain(t.Err).Fault, t.Err.Error()
	case t.NoCard != nil:
		facts.Reader, p.Error = check.ReaderNoCard, t.NoCard.Error()
	}
	for _, f := range check.Judge(facts) {
		if f.Item != check.Reader {
			continue
		}
		p.level, p.State = f.Level, f.Level.String()
		if f.Fault != check.NoFault {
			advice := text.AdviceFor(kiosk.English, f.Fault)
			p.Code, p.Found, p.Do = f.Fault.Code(), advice.What, advice.Do
		}
	}
	if t.Replies > 0 {
		p.Line = fmt.Sprintf("%d replies, %d asked for again", t.Replies, t.Again)
	}
	if t.Card != nil {
		p.Card = &card{t.Card.Kind(), t.Card.SignTries, t.Card.AuthTries, t.Card.Trips, t.Card.Each.String()}
	}
}

// verdict is the exit status: the best port's, since a machine has ports without a
// reader.
func (o *order) verdict(list []found) error {
	if o.wire == "" {
		return nil
	}
	best := check.Critical
	for _, p := range list {
		best = min(best, p.level)
	}
	return cli.Verdict(map[check.Level]int{check.Normal: 0, check.Warning: 1, check.Critical: 2}[best])
}

func print(w io.Writer, list []found, tried bool) error {
	if len(list) == 0 {
		fmt.Fprintln(w, "This machine has no port that a reader could be on: no USB serial adapter, no UART, no I2C and no SPI.")
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", p.Wire, p.Port, p.State, p.Code)
		for _, s := range []string{p.Found, p.Do, p.Line, p.Error} {
			if s != "" {
				fmt.Fprintf(t, "\t  %s\t\t\n", s)
			}
		}
		if c := p.Card; c != nil {
			fmt.Fprintf(t, "\t  %s: tries left: signing password %s, 4-digit PIN %s; %d round trips of %s\t\t\n", c.Kind, tries(c.Password), tries(c.PIN), c.Trips, c.Each)
		}
	}
	if err := t.Flush(); err != nil || tried {
		return err
	}
	_, err := fmt.Fprintln(w, "\nNone was opened. --wire uart, i2c or spi tries those of that wire.")
	return err
}

func tries(n int8) string {
	if n < 0 {
		return "not told"
	}
	return fmt.Sprint(n)
}
