// Command authority-conformance says what an authority lacks of the contract
// in kiosk/authority/wire/openapi.yaml. It runs against any address, with test cards
// and a test kiosk that the authority knows, and prints one line for each
// requirement: ok, FAIL with what was seen, or that it could not be provoked
// with what it was given. It ends with 1 where a requirement failed.
//
// It spends reservations, one-time passwords and grants of the test cards, and
// at the end asks too often on purpose: not for an authority that serves
// anybody. It knows nothing of the sandbox but its app's address, which -app
// takes; another authority's reservations come from a command (-reserve).
//
// Read suite.go first, then visit.go; the requirements are in want_*.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

const usage = `authority-conformance: what an authority lacks of the contract

  -url https://HOST:PORT    the authority
  -name NAME                in its certificate, where it is not the host
  -roots FILE               PEM, its CA
  -certificate FILE         PEM, the test kiosk's certificate
  -key FILE                 PEM, and its key
  -code-key FILE            PEM, X25519: one-time passwords are sealed to it
  -residents DIR            a folder for each test card: auth.crt.pem, auth.key.pem, sign.key.pem, grant.pub.pem
  -cards A,B,...            those of them that are in good order and may be reserved for
  -refused CODE=RESIDENT    a card whose opening is refused with that code; repeatable
  -app HOST:PORT            the sandbox's app, where reservations are made; or
  -reserve COMMAND          run as COMMAND FOLDER FLOW (P or U): makes a reservation, prints its one-time password
  -kiosks DIR               optional: expired, revoked, unknown, early, server, store, second, each as .crt.pem and .key.pem
  -only REGEXP              only the requirements whose line matches
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "authority-conformance:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	url, name, roots, certificate, key, codeKey string
	residents, app, reserve, kiosks             string
	cards                                       []string
	refused                                     map[string]string // code → resident
	only                                        *regexp.Regexp
}

func parse(args []string) (o options, err error) {
	o.refused = map[string]string{}
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	for name, to := range map[string]*string{"url": &o.url, "name": &o.name, "roots": &o.roots, "certificate": &o.certificate, "key": &o.key,
		"code-key": &o.codeKey, "residents": &o.residents, "app": &o.app, "reserve": &o.reserve, "kiosks": &o.kiosks} {
		f.StringVar(to, name, "", "")
	}
	f.Func("cards", "", func(s string) error { o.cards = strings.Split(s, ","); return nil })
	f.Func("refused", "", func(s string) error {
		code, resident, ok := strings.Cut(s, "=")
		if !ok {
			return errors.New("not CODE=RESIDENT")
		}
		o.refused[code] = resident
		return nil
	})
	f.Func("only", "", func(s string) (err error) { o.only, err = regexp.Compile(s); return err })
	if err := f.Parse(args); err != nil {
		return o, fmt.Errorf("%w\n%s", err, usage)
	}
	o.url = strings.TrimSuffix(o.url, "/")
	if f.NArg() > 0 || o.url == "" || o.roots == "" || o.certificate == "" || o.key == "" || o.codeKey == "" || o.residents == "" ||
		len(o.cards) == 0 || (o.app == "") == (o.reserve == "") {
		return o, fmt.Errorf("something is missing, or there is too much\n%s", usage)
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	s, err := newSuite(ctx, o)
	if err != nil {
		return err
	}
	defer s.line.Close()
	return s.all(out)
}

// pair is the name of a certificate file and its key's in -kiosks.
func (o options) pair(name string) (certificate, key string) {
	return filepath.Join(o.kiosks, name+".crt.pem"), filepath.Join(o.kiosks, name+".key.pem")
}
