package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"time"
)

// window: the machine with a screen shows the attract screen on the display that its own X server drives.
func window(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	begun := time.Now()
	w, err := b.screen(ctx)
	if err != nil {
		return nil, err
	}
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	saw = append(saw, fmt.Sprintf("%.1f s of the wall and %.1f s of the processor after power on the loop is at its attract screen", time.Since(begun).Seconds(), seconds(w.Kiosk.PID())))
	name := filepath.Join(b.out, "window.png")
	var first []byte // the picture
	for {
		look, err := picture(ctx, b.of, name)
		if err != nil {
			return saw, err
		}
		switch {
		case look.drawn() && first == nil:
			first = look.bytes
			saw = append(saw, fmt.Sprintf("%.1f s and %.1f s: a page is on the glass, %s", time.Since(begun).Seconds(), seconds(w.Kiosk.PID()), look))
		case look.drawn() && !bytes.Equal(first, look.bytes): // the page before said that the kiosk gets ready
			return append(saw, fmt.Sprintf("%.1f s and %.1f s: the next one, %s: %s", time.Since(begun).Seconds(), seconds(w.Kiosk.PID()), look, name)), nil
		}
		if !pause(wait, time.Second) {
			return saw, fmt.Errorf("the glass shows %s; its picture is %s", look, name)
		}
	}
}

// A glance is what a picture of the screen is like, told by numbers.
type glance struct {
	bytes   []byte // of the file
	size    image.Point
	light   float64 // share of light pixels
	colours int
}

func (g glance) String() string {
	return fmt.Sprintf("%dx%d, %.0f %% of it light, %d colours", g.size.X, g.size.Y, 100*g.light, g.colours)
}

// drawn: a page of the kiosk's is light paper with text, whose edges have many shades; a console, a
// grey root window and a black screen are not.
func (g glance) drawn() bool { return g.size == image.Pt(1280, 800) && g.light > 0.4 && g.colours > 40 }

// picture takes the machine's screen and keeps it under that name.
func picture(ctx context.Context, m machine, name string) (g glance, err error) {
	if _, err := monitor(ctx, m, "screendump", map[string]string{"filename": name, "format": "png"}); err != nil {
		return g, err
	}
	file, err := os.ReadFile(name)
	if err != nil {
		return g, err
	}
	p, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return g, err
	}
	colours := map[[3]uint32]bool{}
	light, all := 0, 0
	area := p.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y += 2 {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, gr, bl, _ := p.At(x, y).RGBA()
			colours[[3]uint32{r, gr, bl}] = true
			all++
			if r+gr+bl > 3*0xc800 {
				light++
			}
		}
	}
	return glance{size: area.Size(), bytes: file, light: float64(light) / float64(max(1, all)), colours: len(colours)}, nil
}
