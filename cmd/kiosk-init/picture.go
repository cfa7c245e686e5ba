package main

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// The first thing on the glass is the kiosk's own page of getting ready, painted when the image was made, one picture
// for each panel. The initramfs draws it as soon as there is a framebuffer, and the root again when a graphics
// driver brings another one (64-kiosk-picture.rules), and then on the window system's display, so that it stands until
// the kiosk's window has its first page.
const (
	pictures    = "/pictures"                // of the initramfs
	picturesToo = "/usr/share/kiosk/picture" // of the root
	frames      = "/sys/class/graphics/fb0"
	glass       = "/dev/fb0"
	terminal    = "/dev/tty7" // the window system's (kiosk-display.service), which so switches to none

	kdSetMode, kdGraphics       = 0x4b3a, 1         // include/uapi/linux/kd.h
	vtActivate, vtWait, seventh = 0x5606, 0x5607, 7 // include/uapi/linux/vt.h

	maxSide = 8192
)

// A frame is how the framebuffer's memory lies: pixels of four bytes, blue first.
type frame struct{ w, h, stride int }

// show draws the picture for this glass. A machine without one has no fault.
func show(from string) error {
	f, err := readFrame(frames)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := pick(from, f)
	if err != nil || p == nil {
		return err
	}
	quiet() // before, so that no text comes over it
	to, err := os.OpenFile(glass, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = to.Write(lay(p, f))
	if err = errors.Join(err, to.Close()); err == nil {
		say(fmt.Sprintf("picture of %dx%d on a glass of %dx%d", p.Bounds().Dx(), p.Bounds().Dy(), f.w, f.h))
	}
	return err
}

// quiet has the kernel's console draw nothing any more, on the terminal that the window system will use: from one that
// draws no text the kernel switches to no other.
func quiet() {
	t, err := os.OpenFile(terminal, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return // a machine without terminals
	}
	defer t.Close()
	for _, ask := range []struct {
		request uint
		value   int
	}{{vtActivate, seventh}, {vtWait, seventh}, {kdSetMode, kdGraphics}} {
		if err := unix.IoctlSetInt(int(t.Fd()), ask.request, ask.value); err != nil {
			say("the terminal of the glass: " + err.Error()) // text over the picture is no fault
			return
		}
	}
}

// readFrame is what the kernel tells of its first framebuffer.
func readFrame(dir string) (f frame, err error) {
	var bits int
	for _, of := range []struct {
		name, format string
		to           []any
	}{{"virtual_size", "%d,%d", []any{&f.w, &f.h}}, {"stride", "%d", []any{&f.stride}}, {"bits_per_pixel", "%d", []any{&bits}}} {
		b, err := os.ReadFile(filepath.Join(dir, of.name))
		if err != nil {
			return f, err
		}
		if _, err := fmt.Sscanf(strings.TrimSpace(string(b)), of.format, of.to...); err != nil {
			return f, fmt.Errorf("%s is %q: %w", of.name, b, err)
		}
	}
	if bits != 32 || f.w <= 0 || f.h <= 0 || f.w > maxSide || f.h > maxSide || f.stride < 4*f.w || f.stride > 8*maxSide {
		return f, fmt.Errorf("a framebuffer of %dx%d, %d bits and %d bytes a line", f.w, f.h, bits, f.stride)
	}
	return f, nil
}

// pick opens the largest picture of a folder that fits the frame; nil where none does.
func pick(from string, f frame) (image.Image, error) {
	files, err := filepath.Glob(filepath.Join(from, "*.png"))
	if err != nil {
		return nil, err
	}
	best, most := "", 0
	for _, name := range files {
		c, err := decoded(name, png.DecodeConfig)
		if err != nil {
			return nil, err
		}
		if c.Width <= f.w && c.Height <= f.h && c.Width*c.Height > most {
			best, most = name, c.Width*c.Height
		}
	}
	if best == "" {
		return nil, nil
	}
	return decoded(best, png.Decode)
}

// decoded is what a decoder makes of a file of the verified image.
func decoded[T any](name string, decode func(io.Reader) (T, error)) (t T, err error) {
	file, err := os.Open(name)
	if err != nil {
		return t, err
	}
	defer file.Close()
	if t, err = decode(file); err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return t, err
}

// lay puts a picture into the middle of the frame, on paper of the colour of its first pixel.
func lay(p image.Image, f frame) []byte {
	b := p.Bounds()
	left, top := (f.w-b.Dx())/2, (f.h-b.Dy())/2
	at := reader(p)
	paper := at(b.Min.X, b.Min.Y)
	line := make([]byte, f.stride)
	for x := range f.w {
		copy(line[4*x:], paper[:])
	}
	all := make([]byte, 0, f.stride*f.h)
	for y := range f.h {
		all = append(all, line...)
		if y < top || y >= top+b.Dy() {
			continue
		}
		to := all[len(all)-f.stride+4*left:]
		for x := range b.Dx() {
			c := at(b.Min.X+x, b.Min.Y+y-top)
			copy(to[4*x:], c[:])
		}
	}
	return all
}

// reader reads pixels as the frame has them. Pictures have no transparent ones.
func reader(p image.Image) func(x, y int) [4]byte {
	fast := func(pix []byte, offset func(x, y int) int) func(x, y int) [4]byte {
		return func(x, y int) [4]byte {
			i := offset(x, y)
			return [4]byte{pix[i+2], pix[i+1], pix[i], 0xff}
		}
	}
	switch p := p.(type) {
	case *image.NRGBA:
		return fast(p.Pix, p.PixOffset)
	case *image.RGBA:
		return fast(p.Pix, p.PixOffset)
	}
	return func(x, y int) [4]byte {
		r, g, b, _ := p.At(x, y).RGBA()
		return [4]byte{byte(b >> 8), byte(g >> 8), byte(r >> 8), 0xff}
	}
}
