package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/pixels"
)

// window follows the glass of the machine with a screen from power on to the attract screen, on the display that its
// own X server drives.
func window(ctx context.Context, b *bench) (saw []string, err error) { return b.light(ctx, "screen") }

// plain is the same for Debian as its installer leaves it, with X and the kiosk's package: what the machine's own
// way to the first screen is measured by.
func plain(ctx context.Context, b *bench) (saw []string, err error) { return b.light(ctx, "plain") }

// Goals of a direct start in an emulator on a quiet machine.
const (
	goalEarly   = 6 * time.Second
	goalAttract = 20 * time.Second
	goalText    = 6 * time.Second
)

// A watch tells the time since power on, or since what is looked at began.
type watch struct {
	begun time.Time
	used  float64 // seconds of the processor before
	world *harness.World
}

// stage is a line of what came when; goal 0 is none.
func (w watch) stage(name string, goal time.Duration) string {
	wall := time.Since(w.begun)
	s := fmt.Sprintf("%5.1f s of the wall, %5.1f s of the processor: %s", wall.Seconds(), seconds(w.world.Kiosk.PID())-w.used, name)
	switch {
	case goal == 0:
	case wall <= goal:
		s += fmt.Sprintf(" (goal %.0f s: met)", goal.Seconds())
	default:
		s += fmt.Sprintf(" (goal %.0f s: missed)", goal.Seconds())
	}
	return s
}

// light starts a machine with a screen anew and names each stage of its glass.
func (b *bench) light(ctx context.Context, kind string) (saw []string, err error) {
	b.close()
	t := watch{begun: time.Now()}
	if t.world, err = b.start(ctx, kind, machine{vm: b.vm, kind: kind, way: "direct"}); err != nil {
		return nil, err
	}
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	idle := make(chan error, 1)
	go func() { idle <- t.world.Kiosk.Seen.Await(wait, "idle") }()
	early, err := painted(filepath.Join(b.vm, "early", "10-ja-n-starting.png"))
	if err != nil {
		return nil, err
	}
	const ( // in their order
		dark = iota
		drawnEarly
		gone
		hung
		page
		invites
	)
	at := dark
	if kind == "plain" {
		at = gone // it has none
	}
	next := func(to int, name string, goal time.Duration) {
		at = to
		saw = append(saw, t.stage(name, goal))
	}
	var first *image.RGBA // page of the window
	for {
		glass, err := glassOf(ctx, b.of)
		if err != nil {
			return saw, err
		}
		same := differs(glass, early) == 0
		switch {
		case at == dark && same:
			next(drawnEarly, "the page of getting ready is on the glass, drawn by the initramfs", goalEarly)
		case at < page && !same && drawn(glass) && differs(glass, early) < 0.02:
			next(page, "the window has drawn it", 0)
			first = glass
		case at == drawnEarly && !same:
			next(gone, "the window system has taken the glass", 0)
		case at == gone && same:
			next(hung, "the page of getting ready is on the window system's glass", 0)
		}
		select {
		case err := <-idle:
			if err != nil {
				return saw, fmt.Errorf("the loop did not come to its attract screen: %w", err)
			}
			idle = nil
			if at < page {
				at = page // it was too short for a look
			}
			saw = append(saw, t.stage("the loop is at its attract screen", 0))
		default:
		}
		if idle == nil && drawn(glass) && differs(glass, early) > 0.05 && (first == nil || differs(glass, first) > 0.05) {
			goal := goalAttract
			if kind == "plain" { // the goals are the machine's
				goal = 0
			}
			next(invites, "the attract screen is on the glass", goal)
			name := filepath.Join(b.out, kind+".png")
			saw = append(saw, name)
			if kind == "screen" {
				line, err := b.drawnBy(ctx)
				if saw = append(saw, line); err != nil {
					return saw, err
				}
			}
			return saw, pixels.Save(name, glass)
		}
		if !pause(wait, 200*time.Millisecond) {
			name := filepath.Join(b.out, kind+"-late.png")
			return saw, errors.Join(fmt.Errorf("the glass shows something else: %s", name), pixels.Save(name, glass))
		}
	}
}

// returns kills the X server under the kiosk's window.
func returns(ctx context.Context, b *bench) (saw []string, err error) {
	t := watch{}
	if t.world, err = b.screen(ctx); err != nil {
		return nil, err
	}
	early, err := painted(filepath.Join(b.vm, "early", "10-ja-n-starting.png"))
	if err != nil {
		return nil, err
	}
	if _, err := inside(ctx, b.of, "systemctl kill --signal=KILL kiosk-display"); err != nil {
		return nil, err
	}
	t.begun, t.used = time.Now(), seconds(t.world.Kiosk.PID())
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	for hung := false; ; {
		glass, err := glassOf(ctx, b.of)
		if err != nil {
			return saw, err
		}
		switch same := differs(glass, early); {
		case same == 0 && !hung:
			hung = true
			saw = append(saw, t.stage("behind the end of the X server the page of getting ready is on the glass of the next", 0))
		case hung && same > 0.05 && drawn(glass):
			return append(saw, t.stage("the attract screen is back", 0)), nil
		}
		if !pause(wait, 200*time.Millisecond) {
			name := filepath.Join(b.out, "gone.png")
			return saw, errors.Join(fmt.Errorf("the attract screen did not come back: %s", name), pixels.Save(name, glass))
		}
	}
}

// The glass of an emulated machine, in pixels.
const glassWide, glassHigh = 1280, 800

// drawn: a page of the kiosk's is light paper with text, whose edges have many shades; a console, a
// grey root window and a black screen are not.
func drawn(p *image.RGBA) bool {
	if p.Rect.Size() != image.Pt(glassWide, glassHigh) {
		return false
	}
	colours := map[color.RGBA]bool{}
	light, all := 0, 0
	for y := 0; y < glassHigh; y += 2 {
		for x := range glassWide {
			c := p.RGBAAt(x, y)
			colours[c] = true
			all++
			if int(c.R)+int(c.G)+int(c.B) > 3*0xc8 {
				light++
			}
		}
	}
	return light*10 > all*4 && len(colours) > 40
}

// differs is the share of pixels that are not the same.
func differs(a, b *image.RGBA) float64 {
	if a.Rect != b.Rect {
		return 1
	}
	n := 0
	for i := 0; i < len(a.Pix); i += 4 {
		if !bytes.Equal(a.Pix[i:i+3], b.Pix[i:i+3]) {
			n++
		}
	}
	return float64(n) / float64(len(a.Pix)/4)
}

// painted is a picture of a file.
func painted(name string) (*image.RGBA, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	p, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	to := image.NewRGBA(p.Bounds())
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			c := color.NRGBAModel.Convert(p.At(x, y)).(color.NRGBA)
			to.SetRGBA(x, y, color.RGBA{c.R, c.G, c.B, 255}) // the painter leaves paper a shade transparent, a glass does not
		}
	}
	return to, nil
}

// glassOf is what the machine's screen shows; a look costs a few hundredths of a second.
func glassOf(ctx context.Context, m machine) (*image.RGBA, error) {
	name := m.at("glass.ppm")
	if _, err := monitor(ctx, m, "screendump", map[string]string{"filename": name}); err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	var w, h, most int
	if _, err := fmt.Fscanf(r, "P6\n%d %d\n%d\n", &w, &h, &most); err != nil || w <= 0 || h <= 0 || w > 4096 || h > 4096 || most != 255 {
		return nil, fmt.Errorf("a screen of %dx%d, %d: %w", w, h, most, err)
	}
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	line := make([]byte, 3*w)
	for y := range h {
		if _, err := io.ReadFull(r, line); err != nil {
			return nil, err
		}
		for x := range w {
			p.SetRGBA(x, y, color.RGBA{line[3*x], line[3*x+1], line[3*x+2], 255})
		}
	}
	return p, nil
}
