package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// written puts a picture of one colour with another one in its last pixel into a folder.
func written(t *testing.T, dir, name string, p interface {
	image.Image
	Set(x, y int, c color.Color)
}) {
	t.Helper()
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	for y := range h {
		for x := range w {
			p.Set(x, y, color.NRGBA{10, 20, 30, 255})
		}
	}
	p.Set(w-1, h-1, color.NRGBA{250, 150, 50, 255})
	var b bytes.Buffer
	must.OK(t, png.Encode(&b, p))
	must.OK(t, os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600))
}

func TestLargestPictureThatFitsTheGlassStandsInItsMiddle(t *testing.T) {
	area := func(w, h int) image.Rectangle { return image.Rect(0, 0, w, h) }
	dir := t.TempDir()
	written(t, dir, "small.png", image.NewNRGBA(area(2, 1)))
	written(t, dir, "fits.png", image.NewRGBA(area(4, 2)))
	written(t, dir, "high.png", image.NewNRGBA(area(2, 9)))
	f := frame{w: 6, h: 4, stride: 28} // a line is longer than its pixels
	p, err := pick(dir, f)
	if err != nil || p.Bounds() != area(4, 2) {
		t.Fatalf("%v, %v", p.Bounds(), err)
	}
	got := lay(p, f)
	if len(got) != 4*28 {
		t.Fatalf("%d bytes", len(got))
	}
	for y := range f.h {
		for x := range f.w {
			want := []byte{30, 20, 10, 255}
			if x == 4 && y == 2 {
				want = []byte{50, 150, 250, 255}
			}
			if c := got[y*28+4*x:][:4]; !bytes.Equal(c, want) {
				t.Errorf("%d,%d is % d", x, y, c)
			}
		}
	}
	if p, err := pick(dir, frame{w: 1, h: 1, stride: 4}); p != nil || err != nil {
		t.Errorf("one pixel shows %v, %v", p, err)
	}
}

func TestPicturesOfAllKindsGiveTheSamePixels(t *testing.T) {
	f := frame{w: 3, h: 3, stride: 12}
	var all [][]byte
	for _, p := range []interface {
		image.Image
		Set(x, y int, c color.Color)
	}{image.NewNRGBA(image.Rect(0, 0, 3, 3)), image.NewRGBA(image.Rect(0, 0, 3, 3)), image.NewNRGBA64(image.Rect(0, 0, 3, 3))} {
		dir := t.TempDir()
		written(t, dir, "p.png", p)
		read, err := pick(dir, f)
		must.OK(t, err)
		all = append(all, lay(read, f), lay(p, f))
	}
	for _, b := range all {
		if !bytes.Equal(b, all[0]) {
			t.Errorf("% d is not % d", b, all[0])
		}
	}
}

func TestFrameIsReadFromWhatTheKernelTells(t *testing.T) {
	for says, want := range map[string]frame{
		"1280,800 5120 32": {1280, 800, 5120}, "1366,768 5632 32": {1366, 768, 5632},
		"1280,800 5120 16": {}, "1280,800 5000 32": {}, "0,800 5120 32": {}, "-1,800 5120 32": {}, "99999,99999 399996 32": {}, "1280,800 99999999 32": {}, "x 5120 32": {},
	} {
		dir := t.TempDir()
		for i, name := range []string{"virtual_size", "stride", "bits_per_pixel"} {
			must.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(strings.Fields(says)[i]+"\n"), 0o600))
		}
		f, err := readFrame(dir)
		if (err == nil) != (want != frame{}) || err == nil && f != want {
			t.Errorf("%s is %+v, %v", says, f, err)
		}
	}
	if _, err := readFrame(t.TempDir()); !os.IsNotExist(err) {
		t.Errorf("a machine without a screen: %v", err)
	}
}
