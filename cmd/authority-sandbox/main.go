// Command authority-sandbox is a reference authority for tests and demos: it
// speaks the kiosk's wire contract, keeps reservations, grants and records in
// SQLite or PostgreSQL, and issues the test residents' cards. It is no part of the firmware,
// nothing in it is a secret worth keeping, and it must not be reached by any
// kiosk that serves the public.
//
// Start with internal/domain; the wire contract is kiosk/authority.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/authority-sandbox/internal/town"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/authority/wire/contract"
)

const usage = `authority-sandbox: a reference authority for tests and demos

  init --dir D [--store S] [--kiosk NAME] [--host H]... [--residents a,b,c] [--pin 1234]
  serve --dir D [--store S] [--listen 127.0.0.1:0] [--app 127.0.0.1:0] [--factor code|reservation] [--rate N] [--handshakes N]
  residents                             list the test residents
  kiosk --dir D [--store S] --name N [--flows PU] [--revoked]   register a kiosk or change it
  alarms --dir D [--store S] [--kiosk NAME]   what a person has to look at

S is a SQLite file or postgres://…; init writes it down in D. Several processes may serve one PostgreSQL, each with a copy of D.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	err := watched(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "authority-sandbox:", err)
		os.Exit(1)
	}
}

// watched holds every message of both sides against the contract and says on
// standard error which are not as it has them; they are answered all the same.
func watched(ctx context.Context, args []string) error {
	d, err := contract.Load(wire.Document())
	if err != nil {
		return err
	}
	w := &contract.Watch{Document: d, Tell: func(f string, a ...any) {
		fmt.Fprintf(os.Stderr, f+"\n", a...)
	}}
	return run(ctx, args, os.Stdout, os.Stderr, w.Handler)
}

func run(ctx context.Context, args []string, out, log io.Writer, front before) error {
	if len(args) == 0 {
		return fmt.Errorf("no sub-command\n%s", usage)
	}
	switch args[0] {
	case "init":
		return initialise(ctx, args[1:])
	case "serve":
		return serve(ctx, args[1:], out, log, front)
	case "kiosk":
		return register(ctx, args[1:])
	case "alarms":
		return alarms(ctx, args[1:], out)
	case "residents":
		for _, r := range town.Residents() {
			fmt.Fprintf(out, "%-8s %s\n", r.Name, r.About)
		}
		return nil
	}
	return fmt.Errorf("unknown sub-command %q\n%s", args[0], usage)
}

// flags makes a set that returns its errors and takes no stray words.
func flags(name string, args []string, define func(*flag.FlagSet)) error {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	define(f)
	if err := f.Parse(args); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, usage)
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s: unexpected %q\n%s", name, f.Arg(0), usage)
	}
	return nil
}

func initialise(ctx context.Context, args []string) error {
	s := town.Setup{Now: time.Now()}
	var residents string
	err := flags("init", args, func(f *flag.FlagSet) {
		f.StringVar(&s.Dir, "dir", "", "folder")
		f.StringVar(&s.Store, "store", "", "SQLite file or postgres://…")
		f.StringVar(&s.Kiosk, "kiosk", "kiosk-0001", "name of the kiosk")
		f.StringVar(&residents, "residents", strings.Join(town.Default, ","), "names, or all")
		f.StringVar(&s.PIN, "pin", "", "4-digit PIN of every card")
		f.Func("host", "name or address in the server's certificate", func(h string) error { s.Hosts = append(s.Hosts, h); return nil })
	})
	if err != nil {
		return err
	}
	if s.Dir == "" {
		return fmt.Errorf("init: --dir is missing")
	}
	if residents == "all" {
		for _, r := range town.Residents() {
			s.Residents = append(s.Residents, r.Name)
		}
	} else if residents != "" {
		s.Residents = strings.Split(residents, ",")
	}
	return town.Init(ctx, s)
}

func register(ctx context.Context, args []string) error {
	var dir, dsn string
	var k store.Kiosk
	err := flags("kiosk", args, func(f *flag.FlagSet) {
		f.StringVar(&dir, "dir", "", "folder")
		f.StringVar(&dsn, "store", "", "the store, where it is another than the folder names")
		f.StringVar(&k.Name, "name", "", "name in its certificate")
		f.StringVar(&k.Flows, "flows", "PU", "letters of the flows it may carry out")
		f.BoolVar(&k.Revoked, "revoked", false, "its certificate is revoked")
	})
	if err != nil {
		return err
	}
	if dir == "" || k.Name == "" {
		return fmt.Errorf("kiosk: --dir or --name is missing")
	}
	t, err := town.Open(ctx, dir, dsn, domain.DefaultPolicy, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer t.DB.Close()
	return t.DB.Tx(ctx, func(tx *store.Tx) error { return tx.PutKiosk(k) })
}

// alarms prints what kiosks did that calls for a person, oldest first.
func alarms(ctx context.Context, args []string, out io.Writer) error {
	var dir, dsn, kiosk string
	err := flags("alarms", args, func(f *flag.FlagSet) {
		f.StringVar(&dir, "dir", "", "folder")
		f.StringVar(&dsn, "store", "", "the store, where it is another than the folder names")
		f.StringVar(&kiosk, "kiosk", "", "of this one alone")
	})
	if err != nil {
		return err
	}
	if dir == "" {
		return fmt.Errorf("alarms: --dir is missing")
	}
	t, err := town.Open(ctx, dir, dsn, domain.DefaultPolicy, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer t.DB.Close()
	list, err := t.Service.AppAlarms(ctx, kiosk)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RAISED\tKIOSK\tLEDGER\tRECORD\tALARM\tDETAIL")
	for _, a := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", time.Unix(a.Raised, 0).UTC().Format(time.RFC3339), a.Kiosk, a.Epoch[:8], a.Seq, a.Word, a.Detail)
	}
	return w.Flush()
}

// ready is the one line that serve prints.
type ready struct {
	Listen string `json:"listen"` // for kiosks, host:port
	App    string `json:"app"`    // the app's stand-in, host:port
}

func serve(ctx context.Context, args []string, out, logTo io.Writer, front before) error {
	var dir, dsn string
	o := options{now: time.Now, front: front}
	policy := domain.DefaultPolicy
	err := flags("serve", args, func(f *flag.FlagSet) {
		f.StringVar(&dir, "dir", "", "folder")
		f.StringVar(&dsn, "store", "", "the store, where it is another than the folder names")
		f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address for kiosks")
		f.StringVar(&o.app, "app", "127.0.0.1:0", "address of the app's stand-in, loopback")
		f.IntVar(&o.limits.Rate, "rate", server.DefaultLimits.Rate, "requests a second that this process takes of what can wait")
		f.IntVar(&o.limits.Handshakes, "handshakes", server.DefaultLimits.Handshakes, "TLS handshakes at once; further connections are closed")
		f.Func("factor", "code or reservation", func(s string) error {
			var v wire.Factor
			err := v.UnmarshalText([]byte(s))
			policy.Factor = int(kiosk.Factor(v))
			return err
		})
	})
	if err != nil {
		return err
	}
	if dir == "" {
		return fmt.Errorf("serve: --dir is missing")
	}
	o.log = slog.New(slog.NewTextHandler(logTo, nil))
	o.tell = func(r ready) error { return json.NewEncoder(out).Encode(r) }
	t, err := town.Open(ctx, dir, dsn, policy, time.Now, o.log)
	if err != nil {
		return err
	}
	defer t.DB.Close()
	return listenAndServe(ctx, t, o)
}
