package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk/config"
	"multicopy.example/ui/layout"
)

// run is the demonstration. A person works the kiosk where there is a display,
// scripted residents where there is none.
func run(ctx context.Context, o order) error {
	if os.Getenv("DISPLAY") == "" || o.scripted {
		if o.reader != "" {
			return errReader
		}
		return runScripted(ctx, o)
	}
	return runByHand(ctx, o)
}

var errReader = errors.New("a real reader needs a person: there is no display; try bench")

// alone sets the residents for a run with the first visit alone. The sandbox's
// own choice has these two.
func (o *order) alone() {
	if o.residents == "" && o.resident != "hanako" && o.resident != "taro" {
		o.residents = "hanako,taro," + o.resident
	}
}

// A session is one run's folder, displays and demo.
type session struct {
	order
	began   time.Time
	scratch string // frame buffers and cookies, outside of the run folder
	kiosk   *xdisplay.Display
	demo    *demo.Demo
	page    func(window.Page) // of the demo's own window
	closing []func() error
}

func newSession(o order) (*session, error) {
	if o.panel == "" {
		o.panel = "10.1"
	}
	s := &session{order: o, began: time.Now()}
	if err := emptyOut(o.out); err != nil {
		return nil, err
	}
	for _, dir := range []string{s.runDir(), filepath.Join(s.runDir(), "logs")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	var err error
	if s.scratch, err = os.MkdirTemp("", "kiosk-demo-"); err != nil {
		return nil, err
	}
	s.closing = append(s.closing, func() error { return os.RemoveAll(s.scratch) })
	return s, nil
}

// marker is the file by which a folder is known as one of ours, which may be
// emptied.
const marker = ".kiosk-demo"

// emptyOut makes the folder, or empties one that an earlier run made. Any other
// folder that holds something is left alone.
func emptyOut(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case len(entries) > 0:
		if _, err := os.Stat(filepath.Join(dir, marker)); err != nil {
			return fmt.Errorf("%s holds files that no run of this program made; name another folder with --out", dir)
		}
		for _, e := range entries {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, marker), []byte("This folder is emptied by the next run of kiosk-demo.\n"), 0o644)
}

func (s *session) runDir() string { return filepath.Join(s.out, "run") }

func (s *session) log(name string) string { return filepath.Join(s.runDir(), "logs", name+".log") }

// glass is the kiosk's panel, and the reader as the harness configures it.
func (s *session) glass() layout.Panel {
	return glass.Panel(config.Config{Screen: config.Screen{Panel: s.panel}, Reader: config.Reader{Side: "right", Distance: 120}})
}

// say prints one line with the time since the beginning.
func (s *session) say(format string, args ...any) {
	fmt.Printf("%6.1f s  %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
}

// virtual starts an X server of its own for a window of that size.
func (s *session) virtual(name string, width, height int) (*xdisplay.Display, error) {
	dir := filepath.Join(s.scratch, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	d, err := xdisplay.Virtual(dir, s.log("x-"+name), width, height)
	if err == nil {
		s.closing = append(s.closing, d.Close)
	}
	return d, err
}

// open starts the demo; the kiosk's display has to be there already.
func (s *session) open(ctx context.Context) error {
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	c, err := demo.Open(ctx, s.options(quiet))
	if err != nil {
		return err
	}
	s.demo = c
	s.closing = append(s.closing, c.Close)
	return nil
}

func (s *session) options(to *slog.Logger) demo.Options {
	return demo.Options{Bin: s.bin, Run: s.runDir(), Residents: s.residents, Panel: s.panel, Phone: s.phone,
		Link: filepath.Join(s.scratch, "reader"), Reader: s.reader, Log: to}
}

// close ends everything in the reverse order of its beginning.
func (s *session) close() error {
	var err error
	for i := len(s.closing) - 1; i >= 0; i-- {
		err = errors.Join(err, s.closing[i]())
	}
	s.closing = nil
	return err
}

// ours makes this process's own toolkit write into the run folder and draw one
// pixel a pixel, on that display.
func (s *session) ours(env ...string) error {
	home := filepath.Join(s.runDir(), "demo-home")
	for _, dir := range []string{"cache", "config"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			return err
		}
	}
	// A person's own cookie is found by HOME unless it is named.
	if own := filepath.Join(os.Getenv("HOME"), ".Xauthority"); os.Getenv("XAUTHORITY") == "" {
		if _, err := os.Stat(own); err == nil {
			env = append([]string{"XAUTHORITY=" + own}, env...)
		}
	}
	toolkit, err := os.OpenFile(s.log("demo"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	s.closing = append(s.closing, toolkit.Close)
	log.SetOutput(toolkit) // what the toolkit has to say about this machine
	all := append([]string{"HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"), "XDG_CONFIG_HOME=" + filepath.Join(home, "config")}, env...)
	for _, e := range all {
		name, value, _ := strings.Cut(e, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
