// Command kiosk-demo runs the unmodified firmware and the sandbox authority with all
// that stands around them: the test residents' cards, the reader's serial line,
// and a web page in the place of the phone app.
//
//	kiosk-demo run        by hand where there is a display; scripted, in six acts, where not
//	kiosk-demo selftest   the checks at the end fail when they should
//	kiosk-demo memscan    (root) the firmware's memory during a visit
//	kiosk-demo faults     ten faults, read on the clerk's screen and said by doctor
//	kiosk-demo phone      a phone is applied for, used, lost, held at night and released
//	kiosk-demo play       scenarios without any window
//	kiosk-demo bench-ui   the firmware's window beside the smallest one
//	kiosk-demo reader     the virtual reader alone, for an installed firmware
//	kiosk-demo bench      a real PN532 reads a real card once, with its holder's consent
//
// At the end of a visit it verifies what came of it and ends with status 1 where
// that fails. It is no part of the firmware, and the firmware does not know of
// it. Read run.go first, then internal/demo.
package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/cmd/kiosk-demo/internal/benchui"
	"multicopy.example/cmd/kiosk-demo/internal/equipped"
	"multicopy.example/cmd/kiosk-demo/internal/pointed"
)

// An order is what the command line asks for.
type order struct {
	out       string
	scripted  bool
	panel     string // "" chooses
	resident  string
	residents string
	faces     string
	phone     string
	reader    string // a real reader's device; "" for the demo's own
	bin       string
}

func main() {
	harness.Reexec()
	pointed.Main()
	equipped.Main()
	benchui.Main()
	toolkit.Beside(func() { cli.Main(root(), syscall.SIGHUP) })
}

func root() *cobra.Command {
	c := &cobra.Command{Use: "kiosk-demo", Short: "The real firmware with all that stands around it"}
	c.AddCommand(
		sessionCommand("run", "Visit the kiosk: by hand where there is a display, scripted where not", "  kiosk-demo run\n  kiosk-demo run --scripted --out demo-out\n  kiosk-demo run --reader /dev/ttyUSB0",
			"With a display: the kiosk, and a window with every test resident and everything that can go wrong. Without one, or with\n"+
				"--scripted: five visits by scripted residents, a folder of pictures each: a forgotten password, a blocked PIN, an unlock, a\n"+
				"torn write settled with the same card, and a restart of the authority in the middle; then maintenance, by pointer on the\n"+
				"window: the installer, a reader's cable that is out, the clerk, the repair, the technician. At the end what came of each is\n"+
				"verified. With --reader the kiosk has a real PN532 on that device instead of the demo's, and a person works it. A real My\n"+
				"Number Card is only read there: its CA is none of the demo's, and the kiosk says so.", run),
		sessionCommand("selftest", "Verify that the checks fail for a changed ledger byte and for a planted secret", "  kiosk-demo selftest --out demo-out", "", selftest),
		sessionCommand("memscan", "Search the firmware's memory: one copy of each secret, none after its wipe (root)", "  kiosk-demo memscan --out demo-out", "", scanMemory),
		playCommand(), e2eCommand(), faultsCommand(), phoneCommand(), benchCommand(), benchUICommand(), readerCommand())
	return c
}

// sessionCommand is one that sets up a session.
func sessionCommand(name, short, example, long string, does func(context.Context, order) error) *cobra.Command {
	var o order
	c := &cobra.Command{Use: name, Short: short, Long: long, Example: example, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return does(c.Context(), o)
		}}
	f := c.Flags()
	f.StringVar(&o.out, "out", "demo-out", "`folder` for the pictures and all that the run writes")
	f.StringVar(&o.panel, "panel", "", "the kiosk's panel, `10.1` or 15")
	f.StringVar(&o.resident, "resident", "hanako", "`name` of the resident who comes first where the residents are scripted")
	f.StringVar(&o.residents, "residents", "", "`names` of the sandbox's residents, with commas between, or all; by hand all, else those who are needed")
	f.StringVar(&o.phone, "phone", "127.0.0.1:0", "loopback `address` at which the phone's page listens")
	if name == "run" {
		f.BoolVar(&o.scripted, "scripted", false, "scripted residents even where there is a display")
		f.StringVar(&o.faces, "faces", "", "the ORL database of faces, a `folder`: scripted residents come before the phone's camera as its person s1; without it they reserve at the municipal counter")
		f.StringVar(&o.reader, "reader", "", "the `device` of a real PN532, for a person with a display")
	}
	return c
}

// check completes what was asked for, or says what is wrong with it.
func (o *order) check() error {
	switch {
	case o.reader != "" && o.scripted:
		return cli.Usage("a real reader needs a person: --reader DEVICE, and not --scripted")
	case o.panel != "" && o.panel != "10.1" && o.panel != "15":
		return cli.Usage("there is no panel %q", o.panel)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out, oerr := filepath.Abs(o.out)
	reader := o.reader
	var rerr error
	if reader != "" { // the firmware has another folder
		reader, rerr = filepath.Abs(reader)
	}
	o.out, o.reader, o.bin = out, reader, filepath.Dir(self)
	return errors.Join(oerr, rerr)
}
