package main

import (
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

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/process"
)

// A bench is where machines stand. One runs at a time: two share the processors and both are late.
type bench struct {
	options
	sandbox string

	world *harness.World // with a machine in the place of the firmware; nil where none runs
	of    machine        // its
	alone *process.Process
	made  int
	chips map[string]bool // TPMs of this run
}

func newBench(o options) (*bench, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for _, f := range []*string{&o.vm, &o.out} {
		if *f, err = filepath.Abs(*f); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return nil, err
	}
	return &bench{options: o, sandbox: filepath.Join(filepath.Dir(self), "authority-sandbox")}, nil
}

// folder is a new one for a machine.
func (b *bench) folder(name string) (string, error) {
	b.made++
	dir := filepath.Join(b.out, fmt.Sprintf("%02d-%s", b.made, name))
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// template is an authority's folder whose certificate names this host as a machine sees it.
func (b *bench) template(ctx context.Context) (string, error) {
	dir := filepath.Join(b.out, "template")
	if _, err := os.Stat(filepath.Join(dir, "residents")); err == nil {
		return dir, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, b.sandbox, "init", "--dir", dir, "--residents", "hanako,taro", "--host", "127.0.0.1", "--host", outside).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("authority-sandbox init: %w: %s", err, out)
	}
	return dir, nil
}

// text starts a machine with a display of text and all that stands around it; the one that runs
// already, where it started in the same way.
func (b *bench) text(ctx context.Context, name, way string, watchdog bool) (*harness.World, error) {
	if b.world != nil && b.of.kind == "text" && b.of.way == way && b.of.watchdog == watchdog && b.world.Kiosk.Running() {
		return b.world, nil
	}
	b.close()
	return b.start(ctx, name, machine{vm: b.vm, kind: "text", way: way, face: true, watchdog: watchdog})
}

// screen is the machine with a screen, with what stands around it; the one that runs already, or a new one.
func (b *bench) screen(ctx context.Context) (*harness.World, error) {
	if b.world != nil && b.of.kind == "screen" && b.world.Kiosk.Running() {
		return b.world, nil
	}
	b.close()
	w, err := b.start(ctx, "screen", machine{vm: b.vm, kind: "screen", way: "direct"})
	if err != nil {
		return nil, err
	}
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	return w, w.Kiosk.Seen.Await(wait, "idle")
}

// start starts a machine of a kind with an authority, a reader and cards.
func (b *bench) start(ctx context.Context, name string, m machine) (*harness.World, error) {
	template, err := b.template(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := b.folder(name)
	if err != nil {
		return nil, err
	}
	m.dir, m.port = filepath.Join(dir, "machine"), filepath.Join(dir, "reader")
	command, err := m.command()
	if err != nil {
		return nil, err
	}
	w, err := harness.Open(ctx, harness.Options{Dir: dir, Programs: harness.Programs{Sandbox: b.sandbox, Kiosk: command}, Template: template,
		Window: !m.face})
	if err != nil {
		return nil, err
	}
	b.world, b.of = w, m
	if !m.face {
		return w, w.Kiosk.Start()
	}
	return w, nil
}

// bare starts a machine without anything around it, and calls seen with each line of its console.
func (b *bench) bare(name string, m machine, change func(machine) error, seen func(string)) (machine, error) {
	b.close()
	dir, err := b.folder(name)
	if err != nil {
		return m, err
	}
	m.dir = filepath.Join(dir, "machine")
	if err := m.provision(""); err != nil {
		return m, err
	}
	if change != nil {
		if err := change(m); err != nil {
			return m, err
		}
	}
	return m, b.power(m, seen)
}

// power gives a bare machine power.
func (b *bench) power(m machine, seen func(string)) error {
	command, err := m.command()
	if err != nil {
		return err
	}
	b.alone, err = process.Start(process.Command{Name: m.kind, Path: command[0], Args: command[1:], Log: m.at("console.log"), Line: seen})
	return err
}

// close ends what runs, as a cut of the power does.
func (b *bench) close() {
	var err error
	if b.alone != nil && b.alone.Running() {
		err = b.alone.Kill()
		<-b.alone.Done()
	}
	if b.world != nil {
		err = errors.Join(err, b.world.Kiosk.Kill(), b.world.Close())
	}
	b.alone, b.world = nil, nil
	if err != nil {
		slog.New(slog.NewTextHandler(os.Stderr, nil)).Warn("what ran did not end well", "err", err)
	}
}

// A console keeps what a machine says, and wakes who waits for a line of it.
type console struct {
	mu    sync.Mutex
	lines []string
	news  chan struct{}
}

func newConsole() *console { return &console{news: make(chan struct{})} }

func (c *console) line(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, s)
	close(c.news)
	c.news = make(chan struct{})
}

// await returns the first line from the nth on that has one of the texts, and the place behind it.
func (c *console) await(ctx context.Context, from int, texts ...string) (string, int, error) {
	for {
		c.mu.Lock()
		lines, news := c.lines, c.news
		c.mu.Unlock()
		for ; from < len(lines); from++ {
			for _, t := range texts {
				if strings.Contains(lines[from], t) {
					return lines[from], from + 1, nil
				}
			}
		}
		select {
		case <-news:
		case <-ctx.Done():
			last := lines[max(0, len(lines)-5):]
			return "", from, fmt.Errorf("the console never said %q; its last lines: %s: %w", texts, strings.Join(last, " | "), ctx.Err())
		}
	}
}

// within is a context for one wait.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}
