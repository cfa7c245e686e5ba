package story

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/harness/logtail"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/cmd/internal/harness/process"
)

// Programs are what a shop runs.
type Programs struct {
	Sandbox string   // the authority
	Kiosk   []string // the firmware with a face of text: program and arguments before -config
}

// A Shop is everything around one kiosk: the authority, the road to it, the
// reader with its cards, and the firmware.
type Shop struct {
	dir      string
	programs Programs
	desk     *cards.Cards
	road     *network.Network
	app      *appclient.Client
	sandbox  *process.Process
	listen   string // the authority's own address, kept over a restart
	appAt    string
	kiosk    *headless.Kiosk
	pid      atomic.Int64 // of the kiosk
	killAt   chan string  // ledger lines at which the plug is pulled
	policy   []string     // further arguments of the authority
	runs     int
	stores   []store
	secrets  []string // everything that must not be found afterwards
}

// readerName is the reader's device in the shop's folder.
const readerName = "reader"

// Open makes a town of these residents in dir and switches everything on.
func Open(ctx context.Context, dir string, residents []string, programs Programs) (s *Shop, err error) {
	s = &Shop{dir: dir, programs: programs, killAt: make(chan string, 1), listen: "127.0.0.1:0", appAt: "127.0.0.1:0", stores: []store{{"run", "kiosk"}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if err := s.found(ctx, residents); err != nil {
		return s, err
	}
	if s.desk, err = cards.Open(s.town("residents"), slog.New(slog.DiscardHandler)); err != nil {
		return s, err
	}
	if err := s.desk.Follow(filepath.Join(s.dir, readerName)); err != nil {
		return s, err
	}
	if err := s.openAuthority(ctx); err != nil {
		return s, err
	}
	if s.road, err = network.Open(s.listen); err != nil {
		return s, err
	}
	if err := s.configure(); err != nil {
		return s, err
	}
	return s, s.openKiosk()
}

func (s *Shop) town(name string) string { return filepath.Join(s.dir, "town", name) }
func (s *Shop) file(name string) string { return filepath.Join(s.dir, s.here().run, name) }

// here is the store of the kiosk that runs.
func (s *Shop) here() store { return s.stores[len(s.stores)-1] }

func (s *Shop) found(ctx context.Context, residents []string) error {
	if err := os.MkdirAll(s.file(""), 0o700); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, s.programs.Sandbox, "init", "--dir", s.town(""),
		"--residents", strings.Join(residents, ",")).CombinedOutput()
	if err != nil {
		return fmt.Errorf("authority-sandbox init: %w: %s", err, out)
	}
	return nil
}

// openAuthority starts the sandbox and waits for its first line, which tells
// the addresses.
func (s *Shop) openAuthority(ctx context.Context) error {
	s.runs++
	r, w := io.Pipe()
	c, err := process.Start(process.Command{
		Name: "authority-sandbox", Path: s.programs.Sandbox, Out: w,
		Args: append([]string{"serve", "--dir", s.town(""), "--listen", s.listen, "--app", s.appAt}, s.policy...),
		Log:  s.authorityLog(s.runs),
	})
	if err != nil {
		return err
	}
	s.sandbox = c
	ready := make(chan error, 1)
	var at struct{ Listen, App string }
	go func() {
		ready <- json.NewDecoder(io.LimitReader(r, 4096)).Decode(&at)
		io.Copy(io.Discard, r) //nolint:errcheck // nothing more is said
	}()
	select {
	case err = <-ready:
	case <-c.Done():
		err = fmt.Errorf("the authority ended at once; see %s", s.authorityLog(s.runs))
	case <-time.After(patience):
		err = errors.New("the authority says nothing")
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	s.listen, s.appAt, s.app = at.Listen, at.App, appclient.New(at.App)
	return nil
}

// kioskAt changes what the authority thinks of this kiosk.
func (s *Shop) kioskAt(ctx context.Context, args ...string) error {
	name, err := s.name()
	if err != nil {
		return err
	}
	args = append([]string{"kiosk", "--dir", s.town(""), "--kiosk", name}, args...)
	if out, err := exec.CommandContext(ctx, s.programs.Sandbox, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("authority-sandbox kiosk: %w: %s", err, out)
	}
	return nil
}

// authorityLog is the log of its n-th run; it stays where it is when the
// resident goes to another store.
func (s *Shop) authorityLog(n any) string {
	return filepath.Join(s.dir, s.stores[0].run, fmt.Sprintf("authority-%v.log", n))
}

func (s *Shop) killAuthority() error {
	if err := s.sandbox.Kill(); err != nil {
		return err
	}
	<-s.sandbox.Done()
	return nil
}

const configuration = `version = 1
[kiosk]
data = "data"
[screen]
panel = "10.1"
[reader]
port = %[1]q
baud = 115200
[authority]
url = "https://%[2]s"
roots = "../town/ca.crt.pem"
certificate = "../town/%[3]s.crt.pem"
key = "../town/%[3]s.key.pem"
code_key = "../town/code.pub.pem"
records_key = "../town/records.pub.pem"
spread_seconds = 0
[cards]
authorities = ["../town/card-ca.crt.pem"]
`

func (s *Shop) configure() error {
	_, port, err := net.SplitHostPort(s.road.Address())
	if err != nil {
		return err
	}
	text := fmt.Sprintf(configuration, filepath.Join(s.dir, readerName), net.JoinHostPort("127.0.0.1", port), s.here().cert)
	return os.WriteFile(s.file("kiosk.toml"), []byte(text), 0o600)
}

func (s *Shop) openKiosk() (err error) {
	s.runs++
	s.kiosk, err = headless.Start(process.Command{
		Name: "the firmware", Path: s.programs.Kiosk[0],
		Args: append(s.programs.Kiosk[1:len(s.programs.Kiosk):len(s.programs.Kiosk)], "--config", s.file("kiosk.toml")),
		Log:  s.file(fmt.Sprintf("kiosk-%d.log", s.runs)), Line: s.heard,
	}, nil)
	if err == nil {
		s.pid.Store(int64(s.kiosk.PID()))
	}
	return err
}

// heard pulls the plug at the ledger's line that a story asked for.
func (s *Shop) heard(line string) {
	f := logtail.Parse(line)
	select {
	case at := <-s.killAt:
		if f["msg"] == "span" && f["port"] == "ledger" && f["op"] == at {
			s.pull()
			return
		}
		s.killAt <- at
	default:
	}
}

// pull pulls the kiosk's plug and does not wait: it is called from what the
// kiosk says or asks.
func (s *Shop) pull() {
	if pid := s.pid.Load(); pid > 0 {
		syscall.Kill(int(pid), syscall.SIGKILL) //nolint:errcheck // it may have ended by itself; the story goes on to find out
	}
}

// name is the kiosk's, as its certificate says it.
func (s *Shop) name() (string, error) {
	pair, err := tls.LoadX509KeyPair(s.town(s.here().cert+".crt.pem"), s.town(s.here().cert+".key.pem"))
	if err != nil {
		return "", err
	}
	return pair.Leaf.Subject.CommonName, nil
}

// Screen is what the kiosk shows.
func (s *Shop) Screen() headless.Screen {
	if s.kiosk == nil {
		return headless.Screen{}
	}
	return s.kiosk.Screen()
}

// Await waits for a screen.
func (s *Shop) Await(ctx context.Context, what string, ok func(headless.Screen) bool) (headless.Screen, error) {
	return s.kiosk.Await(ctx, what, ok)
}

// Close switches everything off. What was written stays in the folder.
func (s *Shop) Close() error {
	var errs []error
	if s.kiosk != nil && s.kiosk.Running() {
		errs = append(errs, s.kiosk.End())
	}
	if s.sandbox != nil {
		errs = append(errs, s.sandbox.Stop(patience))
	}
	if s.road != nil {
		s.road.Close()
	}
	if s.desk != nil {
		s.desk.Close()
	}
	return errors.Join(errs...)
}
