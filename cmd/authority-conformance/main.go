// Command authority-conformance says what an authority lacks of the contract
// in kiosk/authority/wire/openapi.yaml, and of the one before it. It runs against any address, with test cards
// and a test kiosk that the authority knows, and prints one line for each
// requirement: ok, FAIL with what was seen, or that it could not be provoked
// with what it was given. It ends with 1 where a requirement failed.
//
// It spends reservations, one-time passwords and grants of the test cards, and
// at the end asks too often on purpose: not for an authority that serves
// residents. It knows nothing of the sandbox but its app's address, which --app
// takes; another authority's reservations come from a command (--reserve).
//
// Read suite.go first, then visit.go; the requirements are in want_*.go.
package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/authority/wire"
)

func main() { cli.Main(root()) }

// options are what the command line says.
type options struct {
	url, name, roots, certificate, key, codeKey, junit, hours string
	residents, app, counter, reserve, kiosks                  string
	status, hold, update                                      string
	verifier, bank, move, lost, elements                      string
	contract                                                  int
	cards, crls                                               []string
	refused                                                   map[string]string // code → resident
	only                                                      *regexp.Regexp
	json                                                      *bool
}

func root() *cobra.Command {
	o := options{refused: map[string]string{}}
	c := &cobra.Command{Use: "authority-conformance", Short: "Say what an authority lacks of the contract", Args: cobra.NoArgs,
		Long: "Say what an authority lacks of the contract, one line for each requirement: ok, FAIL with what was seen, or that it\n" +
			"could not be provoked with what was given. The exit status is 1 where a requirement failed. It spends\n" +
			"reservations, one-time passwords and grants of the test cards, renews the kiosk's certificate, so that an authority may\n" +
			"take the one that was given for replaced a day later, and at the end asks too often on purpose.",
		Example: "  authority-conformance --url https://127.0.0.1:8443 --roots ca.crt.pem --certificate kiosk.crt.pem --key kiosk.key.pem \\\n" +
			"    --code-key code.pub.pem --residents residents --cards hanako,taro --app 127.0.0.1:8080 --counter counter.word\n" +
			"  authority-conformance --url https://127.0.0.1:8443 --app 127.0.0.1:8444 $(authority-sandbox conformance --dir sandbox)",
		RunE: func(c *cobra.Command, _ []string) error {
			o.url = strings.TrimSuffix(o.url, "/")
			if o.contract != 0 && !slices.Contains(wire.Versions(), o.contract) {
				return fmt.Errorf("--contract %d: the versions are %v", o.contract, wire.Versions())
			}
			s, err := newSuite(c.Context(), o)
			if err != nil {
				return err
			}
			defer s.line.Close()
			return s.all(c.OutOrStdout())
		}}
	f := c.Flags()
	f.StringVar(&o.url, "url", "", "the authority's `address`, https://HOST:PORT")
	f.StringVar(&o.name, "name", "", "the `name` in its certificate, where it is not the host")
	f.StringVar(&o.roots, "roots", "", "`file` with its CA (PEM)")
	f.StringVar(&o.certificate, "certificate", "", "`file` with the test kiosk's certificate (PEM)")
	f.StringVar(&o.key, "key", "", "`file` with that certificate's key (PEM)")
	f.StringVar(&o.codeKey, "code-key", "", "`file` with the key that one-time passwords are sealed to (PEM, X25519)")
	f.StringVar(&o.residents, "residents", "", "`folder` with one folder for each test card: auth.crt.pem, auth.key.pem, sign.key.pem, grant.pub.pem")
	f.Func("cards", "`names` of the cards that are in good order and may be reserved for, with commas between", func(s string) error {
		o.cards = strings.Split(s, ",")
		return nil
	})
	f.Func("refused", "`code=name`: a card whose opening is refused with that code; repeatable", func(s string) error {
		code, resident, ok := strings.Cut(s, "=")
		if !ok {
			return errors.New("not CODE=NAME")
		}
		o.refused[code] = resident
		return nil
	})
	f.StringVar(&o.app, "app", "", "`address` of the sandbox's app, where reservations are made, as at a counter; or")
	f.StringVar(&o.counter, "counter", "", "`file` with the word of the sandbox's counter; with --app")
	f.StringVar(&o.reserve, "reserve", "", "`command`, run as COMMAND FOLDER FLOW (P or U): makes a reservation, prints its one-time password")
	f.StringVar(&o.kiosks, "kiosks", "", "`folder` with other kiosks: expired, revoked, unknown, early, server, store, second, each as .crt.pem and .key.pem")
	f.StringVar(&o.status, "status", "", "`address` at which it tells whether certificates are good, http://HOST:PORT")
	f.StringArrayVar(&o.crls, "crl", nil, "`path` of a revocation list there; repeatable: those of the cards, and others")
	f.StringVar(&o.hold, "hold", "", "`command`, run as COMMAND FOLDER WORD (held or good): holds the certificates of the --refused phone and releases them")
	f.StringVar(&o.update, "update", "", "`command`, run as COMMAND FOLDER WORD (offer or stop): offers a version to every kiosk, and ends that")
	f.StringVar(&o.lost, "lost", "", "`name` of a card in good order whose holder has a phone with good certificates: it is put on hold, and released by --hold")
	f.StringVar(&o.verifier, "verifier", "", "`address` of its line for platforms, https://HOST:PORT")
	f.StringVar(&o.bank, "bank", "", "`folder` of the bank that asks there: bank.json, its key, the key of answers, and two platforms' certificates")
	f.StringVar(&o.elements, "elements", "", "`folder` of a batch of secure elements whose maker it believes: batch.crt.pem, batch.key.pem; with --app the certificates of phones are tried")
	f.StringVar(&o.move, "move", "", "`command`, run as COMMAND FOLDER ADDRESS: gives the bank's resident another address and a signing certificate with it")
	f.IntVar(&o.contract, "contract", 0, "try this `version` of the contract alone; 0 tries all")
	f.Func("only", "only the requirements whose line matches this `regexp`", func(s string) (err error) { o.only, err = regexp.Compile(s); return err })
	f.StringVar(&o.hours, "hours", "", "`command`, run as COMMAND FROM TO (minutes of the day, Japan): sets the hours of the service; the sandbox's app does it without")
	f.StringVar(&o.junit, "junit", "", "`file` for a report in JUnit's XML")
	o.json = cli.JSON(c)
	for _, name := range []string{"url", "roots", "certificate", "key", "code-key", "residents", "cards"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // there is no such flag
		}
	}
	c.MarkFlagsOneRequired("app", "reserve")
	c.MarkFlagsMutuallyExclusive("app", "reserve")
	return c
}

// pair is the name of a certificate file and its key's in --kiosks.
func (o options) pair(name string) (certificate, key string) {
	return filepath.Join(o.kiosks, name+".crt.pem"), filepath.Join(o.kiosks, name+".key.pem")
}
