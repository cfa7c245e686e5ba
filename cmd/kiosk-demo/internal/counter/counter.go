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
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/kiosk-demo/internal/cards"
	"multicopy.example/cmd/kiosk-demo/internal/child"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/cmd/kiosk-demo/internal/watch"
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
	Log       *slog.Logger
}

// A Counter is one run.
type Counter struct {
	Desk *cards.Desk
	Hand *Hand
	App  *appclient.Client
	Seen *watch.Log // what the firmware says
	Page string     // address of the phone's page

	opt      Options
	line     string // the kiosks' address at the authority
	sandbox  *child.Child
	firmware *child.Child
	server   *http.Server
	traffic  traffic
}

// Folders and files of a run folder.
func (o Options) sandboxDir() string { return filepath.Join(o.Run, "authority") }
func (o Options) kioskDir() string   { return filepath.Join(o.Run, "kiosk") }
func (o Options) logs() string       { return filepath.Join(o.Run, "logs") }

// Data is the firmware's data folder.
func (o Options) Data() string { return filepath.Join(o.kioskDir(), "data") }

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
	c := &Counter{opt: opt, Seen: watch.New()}
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
	c.Desk.Watch(c.traffic.add)
	if err := c.startSandbox(ctx); err != nil {
		return nil, err
	}
	if c.Hand, err = newHand(c.Desk, c.App); err != nil {
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
func (c *Counter) Serve(display []string) (err error) {
	file := filepath.Join(c.opt.kioskDir(), "kiosk.toml")
	if err := os.WriteFile(file, c.config(), 0o600); err != nil {
		return err
	}
	home := filepath.Join(c.opt.kioskDir(), "home")
	// Nothing of our own environment but the way to programs: a firmware on a
	// kiosk has nothing else either. Its caches are in the run folder, so that
	// they are searched too.
	env := append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "LANG=C.UTF-8"}, display...)
	c.firmware, err = child.Start(child.Command{Name: "kiosk", Path: filepath.Join(c.opt.Bin, "kiosk"),
		Args: []string{"-config", file}, Env: env, Log: filepath.Join(c.opt.logs(), "kiosk.log"), Line: c.Seen.Line})
	return err
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
spread_seconds = 0

[cards]
authorities = [%q]
`, c.opt.Panel, c.Desk.Port(), "https://"+c.line, at("ca.crt.pem"), at("kiosk.crt.pem"), at("kiosk.key.pem"), at("code.pub.pem"), at("card-ca.crt.pem"))
}

// PID is the firmware's process.
func (c *Counter) PID() int { return c.firmware.PID() }

// Running says whether the firmware runs.
func (c *Counter) Running() bool { return c.firmware != nil && c.firmware.Running() }

// Ended is closed when one of the two children has ended.
func (c *Counter) Ended() <-chan struct{} {
	any := make(chan struct{})
	go func() {
		defer close(any)
		select {
		case <-c.firmware.Done():
		case <-c.sandbox.Done():
		}
	}()
	return any
}

// Why says which child ended by itself, and where its log is.
func (c *Counter) Why() error {
	for _, k := range []*child.Child{c.firmware, c.sandbox} {
		if k != nil && !k.Running() {
			return fmt.Errorf("%s ended by itself (%w); what it said is in %s", k.Name, orClean(k.Err()), filepath.Join(c.opt.logs(), k.Name+".log"))
		}
	}
	return nil
}

var errClean = errors.New("exit status 0")

func orClean(err error) error {
	if err == nil {
		return errClean
	}
	return err
}

// grace is how long a child may take to end.
const grace = 15 * time.Second

// StopFirmware ends the firmware as a service manager would. Its ledger can be
// read afterwards.
func (c *Counter) StopFirmware() error {
	if c.firmware == nil {
		return nil
	}
	if err := c.firmware.Stop(grace); err != nil {
		return err
	}
	if err := c.firmware.Err(); err != nil {
		return fmt.Errorf("kiosk did not end well (%w); what it said is in %s", err, filepath.Join(c.opt.logs(), "kiosk.log"))
	}
	return nil
}

// Close ends everything. It may be called twice.
func (c *Counter) Close() error {
	err := c.StopFirmware()
	if c.server != nil {
		err = errors.Join(err, c.server.Close())
	}
	if c.sandbox != nil {
		err = errors.Join(err, c.sandbox.Stop(grace))
	}
	if c.Desk != nil {
		c.Desk.Close()
	}
	c.firmware, c.server, c.sandbox, c.Desk = nil, nil, nil, nil
	return err
}
