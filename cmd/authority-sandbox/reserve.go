package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// reserve makes a reservation for a resident whose face a camera cannot compare.
func reserve() *cobra.Command {
	var p place
	var letter string
	c := &cobra.Command{Use: "reserve RESIDENT", Short: "Make a reservation for a resident who is at the counter", Args: cobra.ExactArgs(1),
		Long: "Make a reservation for a resident who is at the counter: the way for whom a camera cannot be compared, and open to all.\n" +
			"The clerk has looked at the person and at the photo, and the card has compared the flow's proof secret at the counter's\n" +
			"reader; here the key in the resident's folder signs, as the card would. What is printed is handed over on paper.",
		Example: "  authority-sandbox counter reserve hanako --dir sandbox --flow P"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		var flow wire.Flow
		if err := flow.UnmarshalText([]byte(letter)); err != nil {
			return cli.Usage("--flow %s: it is P, for a new signing password, or U, for a new 4-digit PIN", letter)
		}
		return p.in(c, func(t *fixture.Sandbox) error {
			r, err := reserveFor(c, t, filepath.Join(p.dir, fixture.Cards, args[0]), kiosk.Flow(flow))
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if *asJSON {
				return cli.PrintJSON(c.OutOrStdout(), r)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "reservation\t%s\none-time password\t%s\nuntil\t%s\n", r.Reservation, r.OTP, moment(r.Expires))
			return err
		})
	}
	p.flags(c, anotherStore)
	c.Flags().StringVar(&letter, "flow", "", "`P` renews the signing password, U the 4-digit PIN")
	if err := c.MarkFlagRequired("flow"); err != nil {
		panic(err) // there is no such flag
	}
	return c
}

func reserveFor(c *cobra.Command, t *fixture.Sandbox, folder string, flow kiosk.Flow) (r appclient.ReserveReply, err error) {
	d := pki.Folder(folder)
	certs, err := d.ReadCerts("auth.crt.pem")
	if err != nil {
		return r, err
	}
	name := "auth.key.pem"
	if flow.Proof() == kiosk.RefSign {
		name = "sign.key.pem"
	}
	key, err := pki.ReadKey[*rsa.PrivateKey](d, name)
	if err != nil {
		return r, err
	}
	cert := certs[0].Raw
	asked, err := t.Service.AppChallenge(c.Context(), appclient.ChallengeRequest{Cert: cert, Flow: flow.String()})
	if err != nil {
		return r, err
	}
	digest := appclient.Digest(asked.Challenge, cert, flow.String())
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		return r, err
	}
	return t.Service.CounterReserve(c.Context(), appclient.ReserveRequest{Cert: cert, Flow: flow.String(), Challenge: asked.Challenge, Signature: signature})
}
