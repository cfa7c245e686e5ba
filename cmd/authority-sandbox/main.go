// Command authority-sandbox is a reference authority for tests and demos: it
// speaks the kiosk's wire contract, keeps reservations, grants and records in
// SQLite or PostgreSQL, and issues the test residents' cards. It is no part of the firmware,
// nothing in it is a secret worth keeping, and it must not be reached by any
// kiosk that serves the public.
//
// Start with internal/domain; the contract is kiosk/authority/wire.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/authority/wire/contract"
)

func main() {
	cli.Main(root(watched))
}

// watched holds every message of both sides against the contract and says on
// standard error which are not as it has them; they are answered all the same.
func watched() (before, error) {
	d, err := contract.Load(documents()...)
	if err != nil {
		return nil, err
	}
	w := &contract.Watch{Document: d, Tell: func(f string, a ...any) {
		fmt.Fprintf(os.Stderr, f+"\n", a...)
	}}
	return w.Handler, nil
}

var (
	//go:embed verifier.yaml
	verifierDocument []byte
	//go:embed app.yaml
	appDocument []byte
)

// documents are the contracts with kiosks, platforms and apps, whose paths are different ones.
func documents() [][]byte { return append(wire.Documents(), verifierDocument, appDocument) }

// root is the tree of commands; front makes what stands before the kiosks'
// server.
func root(front func() (before, error)) *cobra.Command {
	c := &cobra.Command{Use: "authority-sandbox", Short: "A reference authority for tests and demos"}
	c.AddCommand(initialise(), serve(front), residents(), counter(), elements(), kioskCommands(), platforms(), banks(), services(), keysCommand(), alarms(), updates(), conformance())
	return c
}

// place is the folder and the store that most commands name.
type place struct{ dir, store string }

func (p *place) flags(c *cobra.Command, store string) {
	c.Flags().StringVar(&p.dir, "dir", "", "the authority's `folder`")
	c.Flags().StringVar(&p.store, "store", "", store)
	if err := c.MarkFlagRequired("dir"); err != nil {
		panic(err) // there is no such flag
	}
}

func (p *place) open(ctx context.Context, policy domain.Policy, now func() time.Time, log *slog.Logger) (*fixture.Sandbox, error) {
	return fixture.Open(ctx, p.dir, p.store, policy, now, log)
}

const anotherStore = "the `store`, where it is another than the folder names: a SQLite file or postgres://…"

func initialise() *cobra.Command {
	s := fixture.Setup{}
	var p place
	var names []string
	c := &cobra.Command{Use: "init", Short: "Make an authority's folder: keys, a kiosk, the test residents' cards", Args: cobra.NoArgs,
		Example: "  authority-sandbox init --dir sandbox --residents all\n" +
			"  authority-sandbox init --dir sandbox --store postgres://127.0.0.1/kiosk",
		RunE: func(c *cobra.Command, _ []string) error {
			s.Dir, s.Store, s.Now = p.dir, p.store, time.Now()
			for _, name := range names {
				switch name {
				case "":
				case "all":
					for _, r := range fixture.Residents() {
						s.Residents = append(s.Residents, r.Name)
					}
				default:
					s.Residents = append(s.Residents, name)
				}
			}
			return fixture.Init(c.Context(), s)
		}}
	p.flags(c, "where reservations, grants and records are kept; written down in the folder: a SQLite `file` or postgres://…")
	c.Flags().StringVar(&s.Kiosk, "kiosk", "kiosk-0001", "`name` of the kiosk whose key and certificate are made here too; none where empty")
	c.Flags().StringSliceVar(&names, "residents", fixture.Default, "`names`, or all")
	c.Flags().StringVar(&s.PIN, "pin", "", "4-digit `PIN` of every card; random where it is not said")
	c.Flags().StringArrayVar(&s.Hosts, "host", nil, "`name` or address in the server's certificate; repeatable")
	return c
}

func residents() *cobra.Command {
	c := &cobra.Command{Use: "residents", Short: "List the test residents", Args: cobra.NoArgs,
		Example: "  authority-sandbox residents --json"}
	asJSON := cli.JSON(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *asJSON {
			type resident struct {
				Name  string `json:"name"`
				About string `json:"about"`
			}
			var list []resident
			for _, r := range fixture.Residents() {
				list = append(list, resident{r.Name, r.About})
			}
			return cli.PrintJSON(c.OutOrStdout(), list)
		}
		for _, r := range fixture.Residents() {
			fmt.Fprintf(c.OutOrStdout(), "%-8s %s\n", r.Name, r.About)
		}
		return nil
	}
	return c
}

// ready is the one line that serve prints.
type ready struct {
	Listen string `json:"listen"` // for kiosks, host:port
	App    string `json:"app"`    // the app's stand-in, host:port

	Metrics  string `json:"metrics,omitempty"`  // what Prometheus reads, host:port
	Status   string `json:"status,omitempty"`   // the status of certificates, host:port
	Verifier string `json:"verifier,omitempty"` // for platforms, host:port
	Enrol    string `json:"enrol,omitempty"`    // for kiosks without a certificate, host:port, …
	Key      string `json:"key,omitempty"`      // … which believe this key: kiosk enrol --authority-key
}

func serve(front func() (before, error)) *cobra.Command {
	var p place
	var ahead time.Duration
	o := options{now: func() time.Time { return time.Now().Add(ahead) }}
	policy := domain.DefaultPolicy
	factor, weights := "code", ""
	c := &cobra.Command{Use: "serve", Short: "Serve kiosks until a signal; prints one line of JSON with its addresses", Args: cobra.NoArgs,
		Long: "Serve kiosks until a signal. Once it listens it prints one line of JSON: its address for kiosks, and that of the\n" +
			"phone app's stand-in. Several processes may serve one PostgreSQL, each with a copy of the folder.",
		Example: "  authority-sandbox serve --dir sandbox --listen 127.0.0.1:8443 --enrol 127.0.0.1:8444",
		RunE: func(c *cobra.Command, _ []string) (err error) {
			var v wire.Factor
			if err := v.UnmarshalText([]byte(factor)); err != nil {
				return cli.Usage("--factor %s: %w", factor, err)
			}
			policy.Factor = int(kiosk.Factor(v))
			if o.front, err = front(); err != nil {
				return err
			}
			o.banks = o.front
			o.log = slog.New(slog.NewTextHandler(c.ErrOrStderr(), nil))
			o.tell = func(r ready) error { return json.NewEncoder(c.OutOrStdout()).Encode(r) }
			t, err := p.open(c.Context(), policy, o.now, o.log)
			if err != nil {
				return err
			}
			defer t.DB.Close()
			o.bundles = p.bundles()
			t.Service.MatchWith(matcherIn(weights))
			return listenAndServe(c.Context(), t, o)
		}}
	p.flags(c, anotherStore)
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "`address` for kiosks")
	f.StringVar(&o.app, "app", "127.0.0.1:0", "`address` of the app's stand-in, loopback")
	f.StringVar(&o.metrics, "metrics", "", "`address` of /metrics, /healthz and /readyz, without TLS: for a network of its own; none where it is not said")
	f.StringVar(&o.status, "status", "", "`address` of /ocsp, /crl and /ca, open to all and without TLS: whether certificates of cards and phones are good; none where it is not said")
	f.StringVar(&o.verifier, "verifier", "", "`address` for platforms, which speak for banks (verifier.yaml), under mutual TLS; none where it is not said")
	f.StringVar(&o.enrol, "enrol", "", "`address` at which kiosks ask for their first certificate, without a client certificate; none where it is not said")
	f.IntVar(&o.limits.Rate, "rate", server.DefaultLimits.Rate, "requests a second that this process takes of what can wait")
	f.IntVar(&o.limits.Handshakes, "handshakes", server.DefaultLimits.Handshakes, "TLS handshakes at once, and a quarter as many again for kiosks with a ticket; further connections are closed")
	f.IntVar(&o.limits.Silent, "silent", server.DefaultLimits.Silent, "connections that have said nothing yet; beyond that the oldest is closed")
	f.IntVar(&o.limits.PerPrefix, "per-prefix", server.DefaultLimits.PerPrefix, "connections before the end of their handshake from one IPv4 /24 or IPv6 /64; 0 is no bound, as a balancer in front needs")
	f.IntVar(&o.limits.Parts, "parts", server.DefaultLimits.Parts, "parts of updates' bundles a second that this process gives out, of a quarter of a MiB each as kiosks ask")
	networksFlag(c, &weights)
	f.DurationVar(&ahead, "ahead", 0, "how far its clock is ahead of this machine's: a kiosk here meets a clock that is not its own")
	f.StringVar(&factor, "factor", "code", "what is asked for beside the card's other secret: `code` or reservation")
	return c
}
