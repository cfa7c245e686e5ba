package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
)

// updates is the operator's: which version of the appliance is offered to how many kiosks.
func updates() *cobra.Command {
	c := &cobra.Command{Use: "update", Short: "Offer a version of the appliance to kiosks, stop it, and show how far they are",
		Long: "Offer a version of the appliance to kiosks, stop it, and show how far they are with it. The newest offer alone counts. So many\n" +
			"kiosks as --first says try it before one has shown that it works, then one more for each that has for 20 minutes. Where more than\n" +
			"--limit percent of those that have come to an end failed, it is stopped by itself, and an alarm is raised."}
	c.AddCommand(offerUpdate(), shareUpdate(), stopUpdate(), showUpdates())
	return c
}

// bundles is the folder of the bundles, each under its hash.
func (p *place) bundles() string { return filepath.Join(p.dir, "bundles") }

func offerUpdate() *cobra.Command {
	var p place
	o := store.Offer{}
	share := 0.0
	c := &cobra.Command{Use: "offer BUNDLE", Short: "Offer the version in a RAUC bundle to a share of the kiosks", Args: cobra.ExactArgs(1),
		Example: "  authority-sandbox update offer kiosk.raucb --version 20261127.1 --share 5 --dir sandbox"}
	c.RunE = func(c *cobra.Command, args []string) error {
		o.Share = perTenThousand(share)
		return p.in(c, func(t *fixture.Sandbox) (err error) {
			if o.Size, o.Hash, err = keepBundle(p.bundles(), args[0]); err != nil {
				return err
			}
			if o, err = t.Service.Offer(c.Context(), o); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "version %s is offered to %g percent of the kiosks: %d bytes, SHA-256 %x\n", o.Version, share, o.Size, o.Hash)
			return err
		})
	}
	p.flags(c, anotherStore)
	f := c.Flags()
	f.StringVar(&o.Version, "version", "", "the `version` that the bundle names: up to four numbers with dots between them")
	f.Float64Var(&share, "share", 1, "`percent` of the kiosks that it is offered to")
	f.Int64Var(&o.First, "first", 10, "`kiosks` that may be on trial before one works")
	f.Int64Var(&o.Most, "limit", 20, "`percent` that may fail before it is stopped")
	if err := c.MarkFlagRequired("version"); err != nil {
		panic(err) // there is no such flag
	}
	return c
}

func perTenThousand(percent float64) int64 { return int64(math.Round(percent * 100)) }

// keepBundle copies a bundle to where the server finds it, whole or not at all.
func keepBundle(folder, name string) (size int64, hash store.Hash, err error) {
	from, err := os.Open(name)
	if err != nil {
		return 0, hash, err
	}
	defer from.Close()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return 0, hash, err
	}
	to, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return 0, hash, err
	}
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(to, sum), from)
	sum.Sum(hash[:0])
	if err = errors.Join(err, to.Sync(), to.Close()); err == nil {
		err = os.Rename(to.Name(), filepath.Join(folder, hex.EncodeToString(hash[:])))
	}
	if err != nil {
		return 0, hash, errors.Join(err, os.Remove(to.Name()))
	}
	return size, hash, nil
}

func shareUpdate() *cobra.Command {
	var p place
	share := 0.0
	c := &cobra.Command{Use: "share PERCENT", Short: "Offer the newest version to more of the kiosks, or to fewer", Args: cobra.ExactArgs(1),
		Example: "  authority-sandbox update share 100 --dir sandbox"}
	c.RunE = func(c *cobra.Command, args []string) error {
		if _, err := fmt.Sscanf(args[0]+"\n", "%g\n", &share); err != nil {
			return cli.Usage("%s is no percentage: 0 to 100", args[0])
		}
		return p.in(c, func(t *fixture.Sandbox) error { return t.Service.ShareOffer(c.Context(), perTenThousand(share)) })
	}
	p.flags(c, anotherStore)
	return c
}

func stopUpdate() *cobra.Command {
	var p place
	var why string
	c := &cobra.Command{Use: "stop", Short: "Offer the newest version no more; kiosks that have installed it keep it", Args: cobra.NoArgs,
		Example: "  authority-sandbox update stop --why \"printers stay silent\" --dir sandbox"}
	c.RunE = func(c *cobra.Command, _ []string) error {
		if why == "" || len(why) > most {
			return cli.Usage("--why is missing or longer than %d bytes: what is the matter, for who reads it later", most)
		}
		return p.in(c, func(t *fixture.Sandbox) error { return t.Service.StopOffer(c.Context(), why) })
	}
	p.flags(c, anotherStore)
	c.Flags().StringVar(&why, "why", "", "the `reason`")
	return c
}

func showUpdates() *cobra.Command {
	var p place
	c := &cobra.Command{Use: "show", Short: "Show what was offered, the newest first, and how far kiosks are with it", Args: cobra.NoArgs,
		Example: "  authority-sandbox update show --dir sandbox --json"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return p.in(c, func(t *fixture.Sandbox) error { return showOffers(c.Context(), t, c.OutOrStdout(), *asJSON) })
	}
	p.flags(c, anotherStore)
	return c
}

func showOffers(ctx context.Context, t *fixture.Sandbox, out io.Writer, asJSON bool) error {
	all, err := t.Service.ShowOffers(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		if all == nil {
			all = []domain.Shown{}
		}
		return cli.PrintJSON(out, all)
	}
	for _, x := range all {
		fmt.Fprintf(out, "version %s, offered %s to %g percent, %d first, stopped where more than %d percent fail\n", x.Version, moment(x.Made), x.Percent, x.First, x.Limit)
		if x.Stopped != 0 {
			fmt.Fprintf(out, "  stopped %s: %s\n", moment(x.Stopped), x.Why)
		}
		for _, state := range slices.Sorted(maps.Keys(x.Kiosks)) {
			fmt.Fprintf(out, "  %-9s %d\n", state, x.Kiosks[state])
		}
		if len(x.Reasons) > 0 {
			var said []string
			for _, why := range slices.Sorted(maps.Keys(x.Reasons)) {
				said = append(said, fmt.Sprintf("%s %d", why, x.Reasons[why]))
			}
			fmt.Fprintf(out, "  refused as %s\n", strings.Join(said, ", "))
		}
	}
	return nil
}
