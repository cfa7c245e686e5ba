package main

import (
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
)

// platforms carry questions and answers for banks.
func platforms() *cobra.Command {
	c := &cobra.Command{Use: "platform", Short: "Let platforms in that carry questions and answers for banks"}
	c.AddCommand(addPlatform(), standPlatform("suspend", "Answer no platform of this name until it is restored", consent.Suspended),
		standPlatform("restore", "Answer a platform again", consent.Good))
	return c
}

// named makes a flag that has to be given.
func named(c *cobra.Command, to *string, flag, about string) {
	c.Flags().StringVar(to, flag, "", about)
	if err := c.MarkFlagRequired(flag); err != nil {
		panic(err) // there is no such flag
	}
}

func addPlatform() *cobra.Command {
	var p place
	var name, request string
	c := &cobra.Command{Use: "add", Short: "Register a platform, or give it another key, and print its certificate", Args: cobra.NoArgs,
		Long: "Register a platform and certify the key of its request (PKCS#10, PEM or DER), with which it connects to serve --verifier.\n" +
			"Registered again it has the new key alone.",
		Example: "  authority-sandbox platform add --dir sandbox --platform platform-a --request platform-a.csr >platform-a.crt.pem",
		RunE: func(c *cobra.Command, _ []string) error {
			csr, err := derOf(request)
			if err != nil {
				return err
			}
			return p.in(c, func(t *fixture.Sandbox) error {
				der, err := t.AddPlatform(c.Context(), name, csr)
				if err != nil {
					return err
				}
				return pem.Encode(c.OutOrStdout(), &pem.Block{Type: "CERTIFICATE", Bytes: der})
			})
		}}
	p.flags(c, anotherStore)
	named(c, &name, "platform", "the platform's `name`: platform-…")
	named(c, &request, "request", "`file` with its request")
	return c
}

// derOf reads a file of DER, or of one block of PEM.
func derOf(file string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(b); block != nil {
		return block.Bytes, nil
	}
	return b, nil
}

func standPlatform(verb, short string, to consent.Standing) *cobra.Command {
	var p place
	var name string
	c := &cobra.Command{Use: verb, Short: short, Args: cobra.NoArgs, Example: "  authority-sandbox platform " + verb + " --dir sandbox --platform platform-a",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(t *fixture.Sandbox) error {
				of, err := t.Service.Platform(c.Context(), name)
				if err != nil {
					return err
				}
				of.Standing = to
				return t.Service.SetPlatform(c.Context(), of)
			})
		}}
	p.flags(c, anotherStore)
	named(c, &name, "platform", "the platform's `name`")
	return c
}

// banks ask for items that people agreed to give.
func banks() *cobra.Command {
	c := &cobra.Command{Use: "bank", Short: "Let banks in that ask for the latest items of people who agreed"}
	c.AddCommand(addBank(), sealBank(), standBank("suspend", "Answer no question of a bank until it is restored; its consents stay", consent.Suspended),
		standBank("restore", "Answer a bank's questions again", consent.Good), listBanks(), listGiven())
	return c
}

const sealFlag = "`file` with the public key that items are sealed to: EC, P-256, PEM"

func addBank() *cobra.Command {
	var p place
	var of store.Provider
	var seal string
	c := &cobra.Command{Use: "add", Short: "Register a bank", Args: cobra.NoArgs,
		Example: "  openssl ecparam -name prime256v1 -genkey -noout -out bank-a.key.pem && openssl ec -in bank-a.key.pem -pubout -out bank-a.pub.pem\n" +
			"  authority-sandbox bank add --dir sandbox --bank bank-a --platform platform-a --name \"Rei Bank\" --seal bank-a.pub.pem",
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if of.Seal, err = derOf(seal); err != nil {
				return err
			}
			return p.in(c, func(t *fixture.Sandbox) error { return t.Service.AddProvider(c.Context(), of) })
		}}
	p.flags(c, anotherStore)
	named(c, &of.ID, "bank", "the bank's `id`")
	named(c, &of.Platform, "platform", "the `name` of the platform that speaks for it")
	named(c, &of.Name, "name", "the `name` that people know it by")
	named(c, &seal, "seal", sealFlag)
	return c
}

func sealBank() *cobra.Command {
	var p place
	var bank, seal string
	c := &cobra.Command{Use: "seal", Short: "Give a bank the key that items are sealed to from now on", Args: cobra.NoArgs,
		Example: "  authority-sandbox bank seal --dir sandbox --bank bank-a --seal next.pub.pem",
		RunE: func(c *cobra.Command, _ []string) error {
			spki, err := derOf(seal)
			if err != nil {
				return err
			}
			return p.in(c, func(t *fixture.Sandbox) error { return t.Service.SetSeal(c.Context(), bank, spki) })
		}}
	p.flags(c, anotherStore)
	named(c, &bank, "bank", "the bank's `id`")
	named(c, &seal, "seal", sealFlag)
	return c
}

func standBank(verb, short string, to consent.Standing) *cobra.Command {
	var p place
	var bank string
	c := &cobra.Command{Use: verb, Short: short, Args: cobra.NoArgs, Example: "  authority-sandbox bank " + verb + " --dir sandbox --bank bank-a",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(t *fixture.Sandbox) error { return t.Service.SetStanding(c.Context(), bank, to) })
		}}
	p.flags(c, anotherStore)
	named(c, &bank, "bank", "the bank's `id`")
	return c
}

// listedBank is a bank, as it is listed.
type listedBank struct {
	Bank      string          `json:"bank"`
	Platform  string          `json:"platform"`
	Name      string          `json:"name"`
	Suspended bool            `json:"suspended"`
	Consents  int             `json:"consents"`
	Key       int64           `json:"key"` // the number of the one in use
	Services  []listedService `json:"services"`
}

type listedService struct {
	Service string `json:"service"`
	Title   string `json:"title"`
	Purpose string `json:"purpose"`
	Ends    int64  `json:"ends,omitempty"`
	Serial  bool   `json:"by_serial,omitempty"`
}

func listedAs(s store.Service) listedService {
	return listedService{hex.EncodeToString(s.ID[:]), s.Title, s.Purpose, s.Ends, s.BySerial}
}

func listBanks() *cobra.Command {
	var p place
	c := &cobra.Command{Use: "list", Short: "List banks and their services", Args: cobra.NoArgs, Example: "  authority-sandbox bank list --dir sandbox --json"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return p.in(c, func(t *fixture.Sandbox) error {
			all, services, err := t.Service.Providers(c.Context())
			if err != nil {
				return err
			}
			list := []listedBank{}
			for _, b := range all {
				one := listedBank{Bank: b.ID, Platform: b.Platform, Name: b.Name, Suspended: b.Standing == consent.Suspended, Consents: b.Consents, Key: b.SealN, Services: []listedService{}}
				for _, s := range services[b.ID] {
					one.Services = append(one.Services, listedAs(s))
				}
				list = append(list, one)
			}
			if *asJSON {
				return cli.PrintJSON(c.OutOrStdout(), list)
			}
			return printBanks(c.OutOrStdout(), list)
		})
	}
	p.flags(c, anotherStore)
	return c
}

func printBanks(out io.Writer, list []listedBank) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "BANK\tPLATFORM\tSTATE\tCONSENTS\tSERVICE\tENDS\tTITLE")
	for _, b := range list {
		state := "in"
		if b.Suspended {
			state = "suspended"
		}
		if len(b.Services) == 0 {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t\t\t\n", b.Bank, b.Platform, state, b.Consents)
		}
		for _, s := range b.Services {
			ends := ""
			if s.Ends != 0 {
				ends = time.Unix(s.Ends, 0).UTC().Format(time.RFC3339)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", b.Bank, b.Platform, state, b.Consents, s.Service, ends, s.Title)
		}
	}
	return w.Flush()
}

// services are what people agree to.
func services() *cobra.Command {
	c := &cobra.Command{Use: "service", Short: "Open and close services of banks, to which people agree"}
	c.AddCommand(openService(), closeService())
	return c
}

func openService() *cobra.Command {
	var p place
	var of store.Service
	var files map[string]string
	c := &cobra.Command{Use: "open", Short: "Open a service of a bank, and print its id", Args: cobra.NoArgs,
		Long:    "Open a service of a bank with the texts that people read word for word before they sign, a file for each language.",
		Example: "  authority-sandbox service open --dir sandbox --bank bank-a --title Accounts --purpose \"Letters reach you\" --text ja=consent.ja.txt --text en=consent.en.txt"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		texts := map[string]string{}
		for lang, file := range files {
			words, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			texts[lang] = string(words)
		}
		return p.in(c, func(t *fixture.Sandbox) error {
			opened, err := t.Service.OpenService(c.Context(), of, texts)
			if err != nil {
				return err
			}
			return printService(c.OutOrStdout(), opened, *asJSON)
		})
	}
	p.flags(c, anotherStore)
	named(c, &of.Provider, "bank", "the bank's `id`")
	named(c, &of.Title, "title", "what people know the service by, in at most 40 characters")
	named(c, &of.Purpose, "purpose", "what the items are for, in at most 40 characters")
	c.Flags().BoolVar(&of.BySerial, "by-serial", false, "the bank asks by serial numbers of certificates as well as by handles")
	c.Flags().StringToStringVar(&files, "text", nil, "`language=file` of a text; repeatable")
	return c
}

func printService(out io.Writer, s store.Service, asJSON bool) error {
	if asJSON {
		return cli.PrintJSON(out, listedAs(s))
	}
	_, err := fmt.Fprintln(out, hex.EncodeToString(s.ID[:]))
	return err
}

func closeService() *cobra.Command {
	var p place
	var id, day string
	c := &cobra.Command{Use: "close", Short: "End a service with a day: its consents end with it", Args: cobra.NoArgs,
		Example: "  authority-sandbox service close --dir sandbox --service 0123456789abcdef0123456789abcdef --day 2027-03-31"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		b, err := hex.DecodeString(strings.TrimSpace(id))
		if err != nil || len(b) != len(store.ID{}) {
			return cli.Usage("--service is 32 hexadecimal digits")
		}
		at, err := domain.DayIn(day)
		if err != nil {
			return cli.Usage("--day is YYYY-MM-DD")
		}
		return p.in(c, func(t *fixture.Sandbox) error {
			closed, err := t.Service.CloseService(c.Context(), store.ID(b), at)
			if err != nil {
				return err
			}
			return printService(c.OutOrStdout(), closed, *asJSON)
		})
	}
	p.flags(c, anotherStore)
	named(c, &id, "service", "the service's `id`")
	named(c, &day, "day", "its last `day`, in Japan: YYYY-MM-DD")
	return c
}
