package main

import (
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/enrolment"
)

// kioskCommands say which kiosks there are and what they may do.
func kioskCommands() *cobra.Command {
	c := &cobra.Command{Use: "kiosk", Short: "Say which kiosks there are and what certificates they have"}
	c.AddCommand(addKiosk(), listKiosks(), approveKiosk(), issueToKiosk(), revokeKiosk())
	return c
}

// kioskFlag names the kiosk that a command is about.
func kioskFlag(c *cobra.Command, to *string) {
	c.Flags().StringVar(to, "kiosk", "", "`name` in its certificate")
	if err := c.MarkFlagRequired("kiosk"); err != nil {
		panic(err) // there is no such flag
	}
}

func addKiosk() *cobra.Command {
	var p place
	k := store.Kiosk{}
	c := &cobra.Command{Use: "add", Short: "Register a kiosk, change its flows, or let in again one that was revoked", Args: cobra.NoArgs,
		Long: "Register a kiosk, change its flows, or let in again one that was revoked. No certificate that was revoked becomes good by it.\n" +
			"What is printed is typed at the kiosk.",
		Example: "  authority-sandbox kiosk add --dir sandbox --kiosk kiosk-0007 --flows P",
		RunE: func(c *cobra.Command, _ []string) error {
			if !enrolment.IsName(k.Name) {
				return cli.Usage("--kiosk %q: letters, digits, dots, dashes and underlines, 64 at most", k.Name)
			}
			return p.in(c, func(t *fixture.Sandbox) error {
				if err := t.AddKiosk(c.Context(), k, time.Now()); err != nil {
					return err
				}
				_, err := fmt.Fprintf(c.OutOrStdout(), "kiosk enrol --config /etc/kiosk/kiosk.toml --kiosk %s --authority https://HOST:PORT --authority-key %s\n", k.Name, enrolment.Pin(t.Server.Leaf))
				return err
			})
		}}
	p.flags(c, anotherStore)
	kioskFlag(c, &k.Name)
	c.Flags().StringVar(&k.Flows, "flows", "PU", "`letters` of the flows it may carry out")
	return c
}

func listKiosks() *cobra.Command {
	var p place
	var requests bool
	c := &cobra.Command{Use: "list", Short: "List the kiosks and the serial number of each one's certificate, or what they ask", Args: cobra.NoArgs,
		Example: "  authority-sandbox kiosk list --dir sandbox\n  authority-sandbox kiosk list --dir sandbox --requests"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return p.in(c, func(t *fixture.Sandbox) error {
			if requests {
				list, err := t.Service.Enrolments(c.Context())
				if err != nil {
					return err
				}
				if *asJSON {
					return cli.PrintJSON(c.OutOrStdout(), list)
				}
				return printRequests(c.OutOrStdout(), list)
			}
			list, err := t.Kiosks(c.Context())
			if err != nil {
				return err
			}
			if *asJSON {
				return cli.PrintJSON(c.OutOrStdout(), list)
			}
			return printKiosks(c.OutOrStdout(), list)
		})
	}
	p.flags(c, anotherStore)
	c.Flags().BoolVar(&requests, "requests", false, "list the requests for a certificate instead, with their codes")
	return c
}

func printRequests(out io.Writer, list []domain.Requested) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KIOSK\tCODE\tSTATE\tFROM\tASKED\tUNTIL\tSIGNED BY")
	at := func(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }
	for _, r := range list {
		state, by := enrolment.Waiting, "its new key"
		if r.Approved {
			state = enrolment.Approved
		}
		if r.Again {
			by = "the key of its old certificate"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Kiosk, r.Code, state, r.Address, at(r.Made), at(r.Expires), by)
	}
	return w.Flush()
}

func approveKiosk() *cobra.Command {
	var p place
	var name, code string
	var replace bool
	c := &cobra.Command{Use: "approve", Short: "Certify the request of the kiosk that shows this code", Args: cobra.NoArgs,
		Long: "Certify the request of the kiosk that shows this code. Hear the code from who stands before the kiosk, and type what you hear:\n" +
			"a code that is read off kiosk list approves whatever stands there.",
		Example: "  authority-sandbox kiosk approve --dir sandbox --kiosk kiosk-0007 --code 7K3M-XW9P",
		RunE: func(c *cobra.Command, _ []string) error {
			typed, err := enrolment.ParseCode(code)
			if err != nil {
				return cli.Usage("--code %q: %w", code, err)
			}
			return p.in(c, func(t *fixture.Sandbox) error { return t.Service.Approve(c.Context(), name, typed, replace) })
		}}
	p.flags(c, anotherStore)
	kioskFlag(c, &name)
	c.Flags().StringVar(&code, "code", "", "the `code` that the kiosk shows")
	c.Flags().BoolVar(&replace, "replace", false, "revoke the certificates that the kiosk has: it lost its key, or is another machine")
	return c
}

func printKiosks(out io.Writer, list []store.Listed) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KIOSK\tFLOWS\tSTATE\tCERTIFICATE")
	for _, k := range list {
		state := "in"
		if k.Revoked {
			state = "revoked"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.Name, k.Flows, state, k.Serial)
	}
	return w.Flush()
}

func issueToKiosk() *cobra.Command {
	var p place
	var name, certificate, request string
	c := &cobra.Command{Use: "issue", Short: "Give a kiosk the only certificate that it has from now on", Args: cobra.NoArgs,
		Long: "Give a registered kiosk the only certificate that it has from now on; those before it are revoked. It is made of a request\n" +
			"(PKCS#10, DER) and printed as PEM, or was made elsewhere by the authority's CA.",
		Example: "  authority-sandbox kiosk issue --dir sandbox --kiosk kiosk-0007 --request kiosk-0007.csr >kiosk.crt.pem\n" +
			"  authority-sandbox kiosk issue --dir sandbox --kiosk kiosk-0007 --certificate new.crt.pem",
		RunE: func(c *cobra.Command, _ []string) error {
			if (certificate == "") == (request == "") {
				return cli.Usage("one of --request and --certificate is needed")
			}
			return p.in(c, func(t *fixture.Sandbox) error {
				if certificate != "" {
					return t.Enrol(c.Context(), name, certificate, time.Now())
				}
				csr, err := os.ReadFile(request)
				if err != nil {
					return err
				}
				der, err := t.Issue(c.Context(), name, csr, time.Now())
				if err != nil {
					return fmt.Errorf("%s: %w", request, err)
				}
				return pem.Encode(c.OutOrStdout(), &pem.Block{Type: "CERTIFICATE", Bytes: der})
			})
		}}
	p.flags(c, anotherStore)
	kioskFlag(c, &name)
	c.Flags().StringVar(&request, "request", "", "`file` with its request, PKCS#10 in DER")
	c.Flags().StringVar(&certificate, "certificate", "", "`file` with a certificate that was made elsewhere, PEM")
	return c
}

func revokeKiosk() *cobra.Command {
	var p place
	var name, serial string
	c := &cobra.Command{Use: "revoke", Short: "Revoke a kiosk, or one of its certificates, for good", Args: cobra.NoArgs,
		Long: "Revoke a kiosk with all its certificates, or one certificate by its serial number, as the alarms name it. What a revoked\n" +
			"kiosk still owes, records and outcomes, is taken.",
		Example: "  authority-sandbox kiosk revoke --dir sandbox --kiosk kiosk-0007\n" +
			"  authority-sandbox kiosk revoke --dir sandbox --kiosk kiosk-0007 --serial 5f0c7d",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(t *fixture.Sandbox) error { return t.Revoke(c.Context(), name, serial, time.Now()) })
		}}
	p.flags(c, anotherStore)
	kioskFlag(c, &name)
	c.Flags().StringVar(&serial, "serial", "", "`number` of the one certificate that is revoked; all of them where it is not said")
	return c
}
