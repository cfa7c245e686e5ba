package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"time"

	"multicopy.example/cmd/kiosk-demo/internal/bench"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/kiosk/secret"
)

// benchReader tries a real reader with a real card, by the firmware's drivers
// and without the firmware.
func benchReader(ctx context.Context, args []string) (err error) {
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(new(nothing))
	port := set.String("port", "", "serial device of a PN532")
	out := set.String("out", "bench.transcript", "file for the transcript; it must not be there yet")
	ca := set.String("ca", "", "PEM file with the CAs of the cards that may be asked for more than reading")
	wait := set.Duration("wait", time.Minute, "how long a card is waited for")
	o := bench.Options{
		Say: func(format string, args ...any) { fmt.Printf(format+"\n", args...) },
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	set.StringVar(&o.Consent.Read, "consent", "", "the words of consent; without them they are told, with what they cost")
	set.StringVar(&o.Consent.Try, "spend-one-try", "", "the words of consent to compare the PIN once; without -ca nothing is compared")
	set.BoolVar(&o.Certificate, "keep-certificate", false, "the transcript holds the certificate, which names the card's holder")
	if err := set.Parse(args); err != nil {
		return errUsage{err}
	}
	if *port == "" || set.NArg() > 0 {
		return errUsage{errors.New("bench -port /dev/ttyUSB0")}
	}
	if o.CAs, err = cardCAs(*ca); err != nil {
		return err
	}
	o.Patience = *wait
	o.Open = func() (pn532.Port, error) { return serial.Open(*port, pn532.BaseRate) }
	o.PIN = func() (secret.Secret, error) { return bench.TypedPIN(os.Stdin, o.Say) }
	if err := o.Check(); err != nil {
		return err
	}
	f, err := os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // what is there may be somebody's record
	if err != nil {
		return err
	}
	tape, err := bench.Run(ctx, o)
	tape.Notes = []string{
		"By the firmware's drivers, on a serial device. What may be secret or names a card or a person is not told.",
		"Whether the reader and the card were real, only who made this knows.",
	}
	fmt.Printf("what was said is in %s\n", *out)
	return errors.Join(err, tape.Write(f), f.Close())
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
