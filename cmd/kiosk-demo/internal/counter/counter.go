// Package counter is what stands around the kiosk: it sets up a run folder,
// starts the sandbox authority and the unmodified firmware as child processes,
// owns the residents' cards and the reader, and serves the phone's page.
//
// It never reaches into the firmware: what it knows of it comes from its log,
// and all that it gives it is a configuration file, a serial device and a
// display. It draws nothing. Read [Open] first.
package counter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/logtail"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
)

// KioskName is the kiosk's name in its certificate.
const KioskName = "kiosk-0001"

// Options of a run.
type Options struct {
	Bin       string // folder with the programs kiosk and authority-sandbox
	Run       string // the run folder: everything that the children write is here; must be empty
	Residents string // names for the sandbox, with commas between; "" for its own choice
	Panel     string // "10.1" or "15"
	Phone     string // address for the phone's page, loopback; "127.0.0.1:0" for any port
	Link      string // path at which the reader's device is found over every Unplug and Plug, outside of Run; "" for none
	Reader    string // serial device of a real reader, which the firmware then has instead of the counter's; "" for none. See real.go
	Log       *slog.Logger
}

// A Counter is one run.
type Counter struct {
	Desk *cards.Cards
	Hand *Hand
	App  *appclient.Client
	Seen *logtail.Log // what the firmware says
	Page string       // address of the phone's page

	opt     Options
	server  *http.Server
	traffic traffic

	road    *network.Network // to the authority, the only way the firmware knows
	display []string         // the firmware's

	line string // the authority's own address, the same after a restart
	app  string // and that of the phone app's back end

	mu       sync.Mutex // guards what follows
	sandbox  *process.Process
	firmware *process.Process
	starts   map[string]int // how often each program was started
	wanted   map[*process.Process]bool
	why      error         // the first end that nobody wanted
	ended    chan struct{} // closed with it

	turning sync.Mutex // one switch is turned at a time
	states  states
}

// Folders and files of a run folder.
func (o Options) sandboxDir() string { return filepath.Join(o.Run, "authority") }
func (o Options) kioskDir() string   { return filepath.Join(o.Run, "kiosk") }
func (o Options) logs() string       { return filepath.Join(o.Run, "logs") }

// Data is the firmware's data folder.
func (o Options) Data() string { return filepath.Join(o.kioskDir(), "data") }

// RecordsKey is the file with the key that the firmware's records are sealed
// to. The authority has it, and whoever proves.
func (o Options) RecordsKey() string { return filepath.Join(o.sandboxDir(), "records.key.pem") }

// Open sets the run folder up, loads the cards, and starts the authority and
// the phone's page; the firmware is started by Serve. Whatever fails, nothing
// stays behind but files.
func Open(ctx context.Context, opt Options) (_ *Counter, err error) {
	for _, name := range []string{"kiosk", "authority-sandbox"} {
		if _, err := os.Stat(filepath.Join(opt.Bin, name)); err != nil {
			return nil, fmt.Errorf("the program %s is not beside the counter's own: run make build (%w)", name, err)
		}
	}
	for _, dir := range []string{opt.kioskDir(), opt.logs(), filepath.Join(opt.kioskDir(), "home", "cache"), filepath.Join(opt.kioskDir(), "home", "config")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	c := &Counter{opt: opt, Seen: logtail.New(), line: "127.0.0.1:0", app: "127.0.0.1:0",
		starts: map[string]int{}, wanted: map[*process.Process]bool{}, ended: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if err := c.initSandbox(ctx); err != nil {
		return nil, err
	}
	if err := spareSecrets(opt.sandboxDir()); err != nil {
		return nil, err
	}
	if c.Desk, err = cards.Open(filepath.Join(opt.sandboxDir(), "residents"), opt.Log); err != nil {
		return nil, err
	}
	c.Desk.Sort(rank)
	if err := c.connect(); err != nil {
		return nil, err
	}
	if err := c.StartAuthority(ctx); err != nil {
		return nil, err
	}
	if c.road, err = network.Open(c.line); err != nil {
		return nil, fmt.Errorf("the road to the authority: %w", err)
	}
	if c.Hand, err = newHand(c.Desk, c.App, opt.Reader != ""); err != nil {
		return nil, err
	}
	return c, c.servePhone()
}

func (c *Counter) servePhone() error {
	l, err := net.Listen("tcp", c.opt.Phone)
	if err != nil {
		return fmt.Errorf("the phone's page: %w", err)
	}
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return errors.Join(fmt.Errorf("the phone's page is served on loopback alone, not on %s", l.Addr()), l.Close())
	}
	c.Page = "http://" + l.Addr().String()
	c.server = &http.Server{Handler: phone.New(c.Hand).Handler(), ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(c.opt.Log.Handler(), slog.LevelWarn)}
	go c.server.Serve(l) //nolint:errcheck // it ends by Close
	return nil
}

// Serve starts the firmware on that display.
func (c *Counter) Serve(display []string) error {
	if _, err := c.Configure(); err != nil {
		return err
	}
	c.display = display
	return c.StartFirmware()
}

// Configure writes the firmware's configuration and names its file, for who
// starts the firmware otherwise.
func (c *Counter) Configure() (file string, err error) {
	return c.configFile(), os.WriteFile(c.configFile(), c.config(), 0o600)
}

func (c *Counter) configFile() string { return filepath.Join(c.opt.kioskDir(), "kiosk.toml") }

// port is where the firmware finds the reader.
func (c *Counter) port() string {
	switch {
	case c.opt.Reader != "":
		return c.opt.Reader
	case c.opt.Link != "":
		return c.opt.Link
	}
	return c.Desk.Port()
}

// config is the firmware's configuration. Its records are sent at once: one
// kiosk is no fleet.
func (c *Counter) config() []byte {
	at := func(name string) string { return filepath.Join("..", "authority", name) }
	return fmt.Appendf(nil, `# Made by the counter for one run.
version = 1

[kiosk]
data = "data"

[screen]
panel = %q

[reader]
port = %q
baud = 115200

[authority]
url = %q
roots = %q
certificate = %q
key = %q
code_key = %q
records_key = %q
spread_seconds = 0

[cards]
authorities = [%q]
`, c.opt.Panel, c.port(), "https://"+c.road.Address(), at("ca.crt.pem"), at("kiosk.crt.pem"), at("kiosk.key.pem"), at("code.pub.pem"), at("records.pub.pem"), at("card-ca.crt.pem"))
}

// Close ends everything. It may be called twice.
func (c *Counter) Close() error {
	err := c.StopFirmware()
	if c.server != nil {
		err = errors.Join(err, c.server.Close())
	}
	if k := c.child(&c.sandbox); k != nil {
		err = errors.Join(err, k.Stop(grace))
	}
	if c.road != nil {
		c.road.Close()
	}
	if c.Desk != nil {
		c.Desk.Close()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.firmware, c.server, c.sandbox, c.road, c.Desk = nil, nil, nil, nil, nil
	return err
}
