// Package harness starts the whole chain for tests and programs: an authority,
// a network to it, the residents' cards with a reader, and the firmware without
// a window. Call [Start] in a test, [Open] in a program.
//
// Everything is a program of its own, speaks over a pty, TLS and SQLite, and can
// be killed. [TestWholeVisit] is the shortest test there is.
package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/authority/wire"
)

// Patience is the limit of every wait. Only what hangs reaches it, on a machine
// that is busy with sixteen other things too.
const Patience = 3 * time.Minute

// TB is what the functions for tests need of one; a *testing.T is one.
type TB interface {
	Helper()
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// ended is a context that ends with the test, and folder one that goes with it.
func ended(t TB) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx
}

func folder(t TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "world-")
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// Programs are what is started.
type Programs struct {
	Sandbox string   // authority-sandbox
	Kiosk   []string // the firmware: program and arguments before --config
	Env     []string // of both, beside PATH
}

// headlessCommand is the argument that makes a program the firmware without a
// window.
const headlessCommand = "headless-kiosk"

// Reexec makes this process the firmware without a window, and does not return,
// where it was started as that. Main and programs that call Beside call it first
// of all.
func Reexec() {
	if len(os.Args) < 2 || os.Args[1] != headlessCommand {
		return
	}
	if err := headless.Main(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Beside are the sandbox that lies beside this program, and this program as the
// firmware without a window.
func Beside() (Programs, error) {
	self, err := os.Executable()
	return Programs{Sandbox: filepath.Join(filepath.Dir(self), "authority-sandbox"), Kiosk: []string{self, headlessCommand}}, err
}

// scratch is a folder of this test binary's that Main removes.
var scratch string

// Main is TestMain of every package that calls Start; m is its *testing.M. It
// returns the exit status.
func Main(m interface{ Run() int }) int {
	Reexec()
	dir, err := os.MkdirTemp("", "harness-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	scratch = dir
	defer os.RemoveAll(dir)
	return m.Run()
}

// Built are the programs of tests: the sandbox, built once, and the test binary
// itself as the firmware without a window.
var Built = sync.OnceValues(func() (Programs, error) {
	if scratch == "" {
		return Programs{}, errors.New("harness: TestMain has to call Main")
	}
	p := Programs{Sandbox: filepath.Join(scratch, "authority-sandbox"), Kiosk: []string{os.Args[0], headlessCommand}}
	if out, err := exec.Command("go", "build", "-o", p.Sandbox, "multicopy.example/cmd/authority-sandbox").CombinedOutput(); err != nil {
		return p, fmt.Errorf("go build: %w: %s", err, out)
	}
	return p, nil
})

// RSA keys are slow.
var template = sync.OnceValues(func() (string, error) {
	p, err := Built()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(scratch, "template")
	return dir, Init(context.Background(), p.Sandbox, dir, "all")
})

// Template is the folder of an authority with every resident, made once for all
// tests of a process.
func Template(t TB) string {
	t.Helper()
	dir, err := template()
	if err != nil {
		t.Fatalf("template: %v", err)
	}
	return dir
}

// Options of a World.
type Options struct {
	Dir      string // everything is written here
	Programs Programs
	// Template is the folder of an authority that Init has made; it is copied.
	Template string
	// Residents are names for Init, with commas between, where there is no Template.
	Residents string
	Serve     []string // more arguments of authority-sandbox serve
	Panel     string   // of the kiosk, "10.1" or "15"
	// Window: the kiosk draws on a display, and the caller starts it when that is
	// in its Env; there is no Screen, Press or Type.
	Window bool
	Link   string // path at which the reader's device is found; in Dir where empty
	Reader string // device of a real reader, which the kiosk then has instead of the virtual one
}

// A World is one authority and one kiosk with all that stands around it.
type World struct {
	Dir       string
	Authority *Authority
	Network   *network.Network // from the kiosk to the authority
	Cards     *cards.Cards     // and the reader
	Kiosk     *Kiosk           // the one that has the reader
	Printer   *sim.Printer     // nil before PlugPrinter

	Phone   *Phone
	Secrets []string // that nothing may have written; Settled searches for them

	programs Programs
	kiosks   []*Kiosk
	port     string // the reader's device
}

// Start opens a world for a test, with every resident, and ends it with the
// test.
func Start(t TB) *World {
	t.Helper()
	p, err := Built()
	if err != nil {
		t.Fatalf("%v", err)
	}
	w, err := Open(ended(t), Options{Dir: folder(t), Programs: p, Template: Template(t)})
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Logf("%v", err)
		}
	})
	return w
}

// Open starts everything. Whatever fails, nothing stays behind but files.
func Open(ctx context.Context, o Options) (_ *World, err error) {
	w := &World{Dir: o.Dir, programs: o.Programs}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	if o.Template != "" {
		err = ledgerfile.CopyFolder(o.Template, filepath.Join(o.Dir, "authority"))
	}
	if err != nil {
		return nil, err
	}
	if w.Authority, err = OpenAuthority(ctx, o.Programs, o.Dir, o.Residents, o.Serve...); err != nil {
		return nil, err
	}
	return w, w.around(o)
}

// Join is a kiosk, its cards and its network around an authority that runs already, which
// Leave does not end.
func Join(a *Authority, o Options) (*World, error) {
	w := &World{Dir: o.Dir, programs: o.Programs, Authority: a}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	if err := w.around(o); err != nil {
		return nil, errors.Join(err, w.Leave())
	}
	return w, nil
}

// Leave ends what Join began.
func (w *World) Leave() error {
	w.Authority = nil
	return w.Close()
}

// around starts what stands around the authority.
func (w *World) around(o Options) (err error) {
	if w.Network, err = network.Open(w.Authority.Listen()); err != nil {
		return err
	}
	if w.Cards, err = cards.Open(w.Authority.File("residents"), slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	w.port = cmp.Or(o.Reader, o.Link, filepath.Join(w.Dir, readerName))
	if o.Reader != "" {
		w.Cards.Unplug() // so that nothing can be found on it by mistake
	} else if err := w.Cards.Follow(w.port); err != nil {
		return err
	}
	w.Phone = NewPhone(w.Cards, w.Authority.App())
	w.begin("kiosk-0001", "kiosk", o)
	if o.Window {
		return nil
	}
	return w.Kiosk.Start()
}

// readerName is the reader's device in the world's folder.
const readerName = "reader"

// begin makes a kiosk of that name and gives it the reader. file is its
// certificate in the authority's folder.
func (w *World) begin(name, file string, o Options) {
	w.Kiosk = NewKiosk(KioskOptions{Name: name, Dir: filepath.Join(w.Dir, name), Program: w.programs.Kiosk, Env: w.programs.Env, Window: o.Window,
		Panel: o.Panel, Authority: w.Authority, Certificate: file, Address: w.Network.Address(), Port: w.port})
	w.kiosks = append(w.kiosks, w.Kiosk)
}

// Move ends the kiosk and begins one at another store: its own certificate, its
// own ledger. Cards, network and authority stay.
func (w *World) Move(ctx context.Context) error {
	if err := w.Kiosk.Stop(); err != nil {
		return err
	}
	name := fmt.Sprintf("kiosk-%04d", len(w.kiosks)+1)
	if err := w.Authority.Enrol(ctx, name); err != nil {
		return err
	}
	w.begin(name, name, Options{})
	return w.Kiosk.Start()
}

// Close ends everything. What was written stays in the folder.
func (w *World) Close() error {
	var errs []error
	if w.Kiosk != nil {
		errs = append(errs, w.Kiosk.Stop())
	}
	if w.Authority != nil {
		errs = append(errs, w.Authority.Stop())
	}
	if w.Network != nil {
		w.Network.Close()
	}
	if w.Cards != nil {
		w.Cards.Close()
	}
	if w.Printer != nil {
		w.Printer.Close()
	}
	return errors.Join(errs...)
}

// Tails are the last bytes of each log, for who looks at a failure.
func (w *World) Tails(n int) string {
	var b strings.Builder
	logs, _ := filepath.Glob(filepath.Join(w.Dir, "*", "*.log"))
	for _, name := range logs {
		text, _ := os.ReadFile(name)
		fmt.Fprintf(&b, "--- %s\n%s\n", filepath.Base(name), text[max(0, len(text)-n):])
	}
	return b.String()
}

// FillLedger lets so many records wait in the ledger of the kiosk, which is
// switched off. They are written anew as long as one of the secrets stands among
// them: none was typed yet, so in so many random bytes it stands there by chance.
func (w *World) FillLedger(ctx context.Context, n int) error {
	if w.Kiosk.Running() {
		return errors.New("the firmware still runs")
	}
	file, err := os.ReadFile(w.Authority.File("records.pub.pem"))
	if err != nil {
		return err
	}
	key, err := wire.ParseSealingKey(file)
	if err != nil {
		return err
	}
	data, before := w.Kiosk.Data(), filepath.Join(w.Dir, "before")
	if err := ledgerfile.CopyFolder(data, before); err != nil {
		return err
	}
	defer os.RemoveAll(before)
	for {
		if err := ledgerfile.Fill(ctx, data, key, n); err != nil {
			return err
		}
		r, err := secretscan.Folder(data, secretscan.Patterns(w.Known()...), func(string) bool { return false })
		if err != nil || len(r.Places) == 0 {
			return err
		}
		if err := errors.Join(ctx.Err(), os.RemoveAll(data), ledgerfile.CopyFolder(before, data)); err != nil {
			return err
		}
	}
}

// ClosedAt is an hour's service that begins two hours after now: a visit finds it
// closed. The authority reckons in Japan's time.
func ClosedAt(now time.Time) appclient.Hours {
	t := now.In(time.FixedZone("JST", 9*60*60))
	m := t.Hour()*60 + t.Minute()
	return appclient.Hours{From: (m + 120) % 1440, To: (m + 180) % 1440}
}
