package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/lostphone"
)

func phoneCommand() *cobra.Command {
	var out string
	c := &cobra.Command{Use: "phone", Short: "A phone gets certificates, is used, lost, held at a kiosk at night, and released", Args: cobra.NoArgs,
		Long: "A resident applies for the certificates of a phone with the card, logs in with it, loses it, and holds it at a kiosk at night with\n" +
			"the card and its 4-digit PIN; who relies on the certificate refuses it, and the card's password releases it. The firmware is the\n" +
			"real one, with a display of text. What the certificates are is asked each time by openssl, over the authority's status line.",
		Example: "  kiosk-demo phone --out demo-out/phone",
		RunE:    func(c *cobra.Command, _ []string) error { return lostPhone(c.Context(), out) }}
	c.Flags().StringVar(&out, "out", "demo-out/phone", "`folder` for what the programs write; emptied before")
	return c
}

func lostPhone(ctx context.Context, out string) (err error) {
	p, err := harness.Beside()
	if err != nil {
		return err
	}
	if err := emptyOut(out); err != nil {
		return err
	}
	run := filepath.Join(out, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		return err
	}
	began := time.Now()
	w, err := harness.Open(ctx, harness.Options{Dir: run, Programs: p, Residents: "hanako", Serve: []string{"--status", "127.0.0.1:0"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return lostphone.Play(ctx, w, "hanako", out, func(format string, args ...any) {
		fmt.Printf("%6.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	})
}
