// Kiosk-demo is the counter around the kiosk: it owns the test residents'
// cards, the reader's serial line and a web page that stands for the phone
// app, and runs the unmodified firmware and the sandbox authority as child
// processes.
//
//	kiosk-demo run -out DIR        by hand where there is a display; scripted, in five acts, where not
//	kiosk-demo selftest -out DIR   the proofs at the end fail when they should
//	kiosk-demo memscan -out DIR    (root) the firmware's memory during a visit
//	kiosk-demo play SCENARIO…      a story without any window
//	kiosk-demo bench -port DEVICE  a real PN532 reads a real card once, with its holder's consent
//
// At the end of a visit it proves what came of it and ends with status 1 where
// a proof fails. It is no part of the firmware, and the firmware does not know
// of it. Read run.go first, then internal/counter.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"multicopy.example/cmd/internal/harness"
)

const usage = `kiosk-demo: the real firmware with all that stands around it

  run      -out DIR [-scripted] [-panel 10.1|15] [-resident NAME] [-residents NAME,…|all] [-phone ADDRESS]
           [-reader DEVICE]
           with a display: the kiosk, and the counter's window with every test resident and everything that
           can go wrong. Without one, or with -scripted: five visits by scripted residents, a folder of
           pictures each: a forgotten password, a blocked PIN, an unlock, a torn write settled with the same
           card, and a restart of the authority in the middle. At the end what came of each is proved.
           With -reader the kiosk has a real PN532 on that device instead of the counter's, and a person works
           it. A real My Number Card is only read there: its CA is none of the demo's, and the kiosk says so.
  selftest -out DIR    the proofs must fail for a changed ledger byte and for a planted secret
  memscan  -out DIR    (root) one copy of each secret in the firmware's memory, none after its wipe

without any X server, the firmware without a window:

  play     [-out DIR] SCENARIO…                    plays scenario files and prints each with the screen's text

with a real PN532, and without the firmware:

  bench    -port DEVICE [-consent WORDS] [-out FILE] [-wait 1m] [-keep-certificate] [-ca FILE -spend-one-try WORDS]
           reads the card that lies there once and keeps what was said, without bodies. Without the words of
           consent it says what they are and what it costs.
`

// An order is what the command line asks for.
type order struct {
	out       string
	scripted  bool
	panel     string // "" chooses
	resident  string
	residents string
	phone     string
	reader    string // a real reader's device; "" for the counter's own
	bin       string
}

func main() {
	harness.Reexec()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := command(ctx, os.Args[1:])
	stop()
	var bad errUsage
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Print(usage)
	case errors.As(err, &bad):
		fmt.Fprintf(os.Stderr, "kiosk-demo: %v\n\n%s", err, usage)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "kiosk-demo:", err)
		os.Exit(1)
	}
}

type errUsage struct{ error }

func (e errUsage) Unwrap() error { return e.error }

func command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage{errors.New("no sub-command")}
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		return flag.ErrHelp
	}
	if f := displayless[args[0]]; f != nil {
		return f(ctx, args[1:])
	}
	does := map[string]func(context.Context, order) error{"run": run, "selftest": selftest, "memscan": scanMemory}[args[0]]
	if does == nil {
		return errUsage{fmt.Errorf("unknown sub-command %q", args[0])}
	}
	o, err := parse(args[0], args[1:])
	if err != nil {
		return errUsage{err}
	}
	return does(ctx, o)
}

func parse(name string, args []string) (o order, err error) {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(new(nothing))
	f.StringVar(&o.out, "out", "demo-out", "folder for the pictures and all that the run writes")
	f.BoolVar(&o.scripted, "scripted", false, "a scripted resident even where there is a display")
	f.StringVar(&o.panel, "panel", "", "the kiosk's panel, 10.1 or 15")
	f.StringVar(&o.resident, "resident", "hanako", "who comes first where the residents are scripted")
	f.StringVar(&o.residents, "residents", "", "the sandbox's residents, with commas between, or all; by hand all, else those who are needed")
	f.StringVar(&o.phone, "phone", "127.0.0.1:0", "where the phone's page listens, loopback")
	f.StringVar(&o.reader, "reader", "", "the device of a real PN532, for a person with a display")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case o.reader != "" && (name != "run" || o.scripted):
		return o, errors.New("a real reader needs a person: run -reader DEVICE, and not -scripted")
	case f.NArg() > 0:
		return o, fmt.Errorf("unexpected %q", f.Arg(0))
	case o.panel != "" && o.panel != "10.1" && o.panel != "15":
		return o, fmt.Errorf("there is no panel %q", o.panel)
	}
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	if o.out, err = filepath.Abs(o.out); err != nil {
		return o, err
	}
	if o.reader != "" { // the firmware has another folder
		if o.reader, err = filepath.Abs(o.reader); err != nil {
			return o, err
		}
	}
	o.bin = filepath.Dir(self)
	return o, nil
}

type nothing struct{}

func (*nothing) Write(b []byte) (int, error) { return len(b), nil }
