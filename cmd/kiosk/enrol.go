package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/enrol"
	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/config"
	"multicopy.example/offline/backoff"
)

// enrolCommand gets the machine its certificate.
func enrolCommand(host measure.Host) *cobra.Command {
	var name string
	o := enrol.Options{Now: host.Now, Sleep: backoff.Sleep}
	c := &cobra.Command{Use: "enrol", Short: "Ask the authority for this machine's certificate, and install it", Args: cobra.NoArgs,
		Long: "Ask the authority for this machine's certificate. The key is made here and stays here. The code that is printed has to be told to the\n" +
			"authority's operator, by a person who stands here; once the operator has approved it, key, certificate, the authority's CAs and public\n" +
			"keys are written where the configuration names them. A machine that is enrolled is refused. With --again it asks for its next\n" +
			"certificate where the last has ended, at most 60 days ago, by the key that it has; restart the kiosk afterwards.\n" +
			"Run it as root or as the kiosk's user: what root writes becomes the owner's of its folder.",
		Example: "  kiosk enrol --config /etc/kiosk/kiosk.toml --kiosk kiosk-0007 --authority https://authority.example:8445 --authority-key sha256:5f0c…",
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if o.Wait <= 0 || o.Wait > enrolment.Open {
				return cli.Usage("--wait %v: it is more than 0 and at most %v", o.Wait, enrolment.Open)
			}
			if o.Config, err = config.Load(name); err != nil {
				return err
			}
			out := c.OutOrStdout()
			o.Show = func(code enrolment.Code, until time.Time) {
				fmt.Fprintf(out, "the code of this machine is %s\ntell it to the authority's operator, who approves it until %s\n", code, until.UTC().Format("15:04 MST"))
			}
			r, err := enrol.Run(c.Context(), o)
			for _, f := range r.Files {
				fmt.Fprintf(out, "written: %s\n", f)
			}
			if err == nil {
				fmt.Fprintf(out, "enrolled as %s until %s\n", o.Kiosk, r.Certificate.NotAfter.UTC().Format(time.DateOnly))
			}
			return err
		}}
	configFlag(c, &name)
	f := c.Flags()
	f.StringVar(&o.Kiosk, "kiosk", "", "`name` under which the authority expects it")
	f.StringVar(&o.Authority, "authority", "", "`address` at which the authority listens for kiosks without a certificate: https://HOST:PORT")
	f.StringVar(&o.Key, "authority-key", "", "`hash` of the authority's key, sha256:…, as its operator gives it")
	f.BoolVar(&o.Again, "again", false, "ask for the next certificate, the one that is here having ended")
	f.DurationVar(&o.Wait, "wait", 30*time.Minute, "how long to wait for approval")
	for _, required := range []string{"kiosk", "authority", "authority-key"} {
		if err := c.MarkFlagRequired(required); err != nil {
			panic(err) // there is no such flag
		}
	}
	return c
}
