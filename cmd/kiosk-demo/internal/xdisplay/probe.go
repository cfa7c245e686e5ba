package xdisplay

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// A Probe looks at one in some hundred pixels of an Xvfb's frame buffer, which it
// maps: a look costs some ten microseconds, so that a change is seen when it is made.
type Probe struct {
	pixels []byte // the frame buffer file, mapped
	frame  xwd
}

// apart is the distance of two pixels that are looked at; a prime, so that the points
// of one line do not stand under those of the next.
const apart = 61

// Probe maps the frame buffer.
func (d *Display) Probe() (*Probe, error) {
	if d.frame == "" {
		return nil, fmt.Errorf("the pixels of display %s cannot be read", d.Name)
	}
	f, err := os.Open(d.frame)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	i, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b, err := unix.Mmap(int(f.Fd()), 0, int(i.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	p := &Probe{pixels: b}
	if p.frame, err = head(b); err != nil {
		return nil, fmt.Errorf("%w: %w", err, unix.Munmap(b))
	}
	return p, nil
}

// Look appends the pixels outside of a rectangle to into.
func (p *Probe) Look(into []uint32, but image.Rectangle) []uint32 {
	w, h := p.frame.width, p.frame.height
	for at := 0; at < w*h; at += apart {
		if x, y := at%w, at/w; !(image.Point{X: x, Y: y}).In(but) {
			into = append(into, p.frame.at(p.pixels, x, y))
		}
	}
	return into
}

// Changed reports whether a pixel outside of the rectangle is another than before,
// which Look gave; scratch is room for a look.
func (p *Probe) Changed(before, scratch []uint32, but image.Rectangle) bool {
	return !slices.Equal(before, p.Look(scratch[:0], but))
}

// At is one pixel.
func (p *Probe) At(x, y int) color.RGBA {
	v := p.frame.at(p.pixels, x, y)
	return color.RGBA{byte(v >> 16), byte(v >> 8), byte(v), 0xFF}
}

// Close lets go of the frame buffer.
func (p *Probe) Close() error { return unix.Munmap(p.pixels) }
