// Package demo is what stands around the kiosk of the demonstration: the harness
// with the unmodified firmware on a display, the phone's page, and a switch for
// everything that can go wrong. Call [Open], then [Demo.Serve].
//
// It never reaches into the firmware: what it knows of it comes from its log,
// and all that it gives it is a configuration file, a serial device and a
// display. It draws nothing.
package demo

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

	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/certs"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/kiosk/config"
)

// Options of a run.
type Options struct {
	Bin       string // folder with the programs kiosk and authority-sandbox
	Run       string // the run folder: everything that the programs write is here; must be empty
	Residents string // names for the sandbox, with commas between; "" for its own choice
	Panel     string // "10.1" or "15"
	Phone     string // address for the phone's page, loopback; "127.0.0.1:0" for any port
	Link      string // path at which the reader's device is found over every Unplug and Plug, outside of Run; "" for one in it
	Reader    string // serial device of a real reader, which the firmware then has instead of the virtual one; "" for none. See real.go
	Log       *slog.Logger
}

// A Demo is one run.
type Demo struct {
	*harness.World
	Hand *Hand
	Held *CertHand // what the app does about the certificates of phones
	Page string    // address of the phone's page

	opt     Options
	server  *http.Server
	traffic traffic

	mu    sync.Mutex    // guards what follows
	why   error         // the first end of a program that was not ordered
	ended chan struct{} // closed with it

	turning sync.Mutex // one switch is turned at a time
	states  states
}

// Open sets the run folder up, loads the cards, and starts the authority and
// the phone's page; the firmware is started by Serve. Whatever fails, nothing
// stays behind but files.
func Open(ctx context.Context, opt Options) (_ *Demo, err error) {
	for _, name := range []string{"kiosk", "authority-sandbox"} {
		if _, err := os.Stat(filepath.Join(opt.Bin, name)); err != nil {
			return nil, fmt.Errorf("the program %s is not beside the demo's own: run make build (%w)", name, err)
		}
	}
	sandbox := filepath.Join(opt.Bin, "authority-sandbox")
	authority := filepath.Join(opt.Run, "authority")
	if err := harness.Init(ctx, sandbox, authority, opt.Residents); err != nil {
		return nil, err
	}
	if err := spareSecrets(authority); err != nil {
		return nil, err
	}
	c := &Demo{opt: opt, ended: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	c.World, err = harness.Open(ctx, harness.Options{Dir: opt.Run, Panel: opt.Panel, Window: true, Link: opt.Link, Reader: opt.Reader,
		Programs: harness.Programs{Sandbox: sandbox, Kiosk: []string{filepath.Join(opt.Bin, "kiosk")}}})
	if err != nil {
		return nil, err
	}
	if err := c.PlugPrinter(c.printed); err != nil {
		return nil, err
	}
	c.Authority.NotifyEnd(c.end)
	c.Kiosk.NotifyEnd(c.end)
	c.Cards.Sort(rank)
	if opt.Reader == "" {
		c.Cards.Watch(c.traffic.add)
	}
	c.Hand = newHand(c.World, opt.Reader != "")
	if c.Held, err = NewCertHand(ctx, c.Authority, c.Cards, opt.Run); err != nil {
		return nil, err
	}
	return c, c.servePhone()
}

// printed tells where a slip of the simulated printer is to be seen.
func (c *Demo) printed(file string, err error) {
	if err != nil {
		c.opt.Log.Warn("a slip is not kept as a picture", "err", err)
		return
	}
	c.opt.Log.Info("a slip was printed", "picture", file)
}

func (c *Demo) servePhone() error {
	l, err := net.Listen("tcp", c.opt.Phone)
	if err != nil {
		return fmt.Errorf("the phone's page: %w", err)
	}
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return errors.Join(fmt.Errorf("the phone's page is served on loopback alone, not on %s", l.Addr()), l.Close())
	}
	c.Page = "http://" + l.Addr().String()
	// The kiosk's own list of stores, so that a resident is told the same twice.
	if err := c.Kiosk.Configure(); err != nil {
		return errors.Join(err, l.Close())
	}
	conf, err := config.Load(c.Kiosk.ConfigFile())
	if err != nil {
		return errors.Join(err, l.Close())
	}
	page := phone.New(c.Hand, glass.Chains(conf))
	page.Mount(certs.Root, certs.New(c.Held, phone.LanguageOf).Handler())
	c.server = &http.Server{Handler: page.Handler(), ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(c.opt.Log.Handler(), slog.LevelWarn)}
	go c.server.Serve(l) //nolint:errcheck // it ends by Close
	return nil
}

// Serve starts the firmware on that display. Nothing of our own environment goes
// with it but the way to programs: a firmware on a kiosk has nothing else
// either. Its caches are in the run folder, so that they are searched too.
func (c *Demo) Serve(display []string) error {
	home := filepath.Join(c.Kiosk.Dir, "home")
	for _, dir := range []string{"cache", "config"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			return err
		}
	}
	c.Kiosk.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "LANG=C.UTF-8"}, display...)
	return c.Kiosk.Start()
}

func (c *Demo) end(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		c.why = why
		close(c.ended)
	}
}

// Ended is closed when a program has ended that nothing has told to.
func (c *Demo) Ended() <-chan struct{} { return c.ended }

// Why says which program ended by itself, and where its log is; nil while none
// has.
func (c *Demo) Why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

// Close ends everything. It may be called twice.
func (c *Demo) Close() (err error) {
	if c.server != nil {
		err = c.server.Close()
		c.server = nil
	}
	if c.World != nil {
		err = errors.Join(err, c.World.Close())
	}
	return err
}
