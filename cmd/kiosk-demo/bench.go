package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/kiosk-demo/internal/bench"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/kiosk/secret"
)

func benchCommand() *cobra.Command {
	var port, out, ca string
	var wait time.Duration
	o := bench.Options{Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	c := &cobra.Command{Use: "bench", Short: "Read the card on a real PN532 once, without the firmware", Args: cobra.NoArgs,
		Long: "Read the card that lies on a real PN532 once, by the firmware's drivers and without the firmware, and keep what was said,\n" +
			"without bodies. Without the words of consent it says what they are and what it costs.",
		Example: "  kiosk-demo bench --port /dev/ttyUSB0",
		RunE: func(c *cobra.Command, _ []string) error {
			o.Say = func(format string, args ...any) { fmt.Fprintf(c.OutOrStdout(), format+"\n", args...) }
			o.Patience = wait
			return benchReader(c.Context(), o, port, out, ca)
		}}
	f := c.Flags()
	f.StringVar(&port, "port", "", "serial `device` of a PN532")
	f.StringVar(&out, "out", "", "`file` for the transcript, which must not be there yet; bench.transcript, or bench-2.transcript and so on, where empty")
	f.StringVar(&ca, "ca", "", "PEM `file` with the CAs of the cards that may be asked for more than reading")
	f.DurationVar(&wait, "wait", time.Minute, "how long a card is waited for")
	f.StringVar(&o.Consent.Read, "consent", "", "the `words` of consent; without them they are told, with what they cost")
	f.StringVar(&o.Consent.Try, "spend-one-try", "", "the `words` of consent to compare the PIN once; without --ca nothing is compared")
	f.BoolVar(&o.Certificate, "keep-certificate", false, "the transcript holds the certificate, which names the card's holder")
	if err := c.MarkFlagRequired("port"); err != nil {
		panic(err) // there is no such flag
	}
	return c
}

// benchReader tries a real reader with a real card.
func benchReader(ctx context.Context, o bench.Options, port, out, ca string) (err error) {
	if o.CAs, err = cardCAs(ca); err != nil {
		return err
	}
	o.Open = func() (pn532.Port, error) { return serial.Open(port, pn532.BaseRate) }
	o.PIN = func() (secret.Secret, error) { return bench.TypedPIN(os.Stdin, o.Say) }
	if err := o.Check(); err != nil {
		return err
	}
	if o.Try != "" && len(o.CAs) == 0 {
		return errors.New("--spend-one-try needs --ca FILE: a card of a CA that was not named is only read")
	}
	f, err := transcript(out)
	if err != nil {
		return err
	}
	tape, err := bench.Run(ctx, o)
	if err != nil {
		err = trouble{port, err}
	}
	if tape.Empty() {
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	tape.Notes = []string{
		"By the firmware's drivers, on a serial device. What may be secret or names a card or a person is not told.",
		"Whether the reader and the card were real, only who made this knows.",
	}
	o.Say("what was said is in %s", f.Name())
	return errors.Join(err, tape.Write(f), f.Close())
}

// transcript makes the file, and never writes over one: what is there may be
// a record that is wanted. A name that was not chosen is the first that is free.
func transcript(name string) (f *os.File, err error) {
	const tries = 1000
	for n := 1; n <= tries; n++ {
		as := name
		if name == "" {
			as = "bench.transcript"
			if n > 1 {
				as = fmt.Sprintf("bench-%d.transcript", n)
			}
		}
		f, err = os.OpenFile(as, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if name != "" || !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, err
}

// cardCAs reads the certificates of a PEM file; none of no file.
func cardCAs(name string) (list []*x509.Certificate, err error) {
	if name == "" {
		return nil, nil
	}
	rest, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for block, more := pem.Decode(rest); block != nil; block, more = pem.Decode(more) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s holds no certificate", name)
	}
	return list, nil
}
