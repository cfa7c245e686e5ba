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
)

// written makes a picture of one colour with another one in its last pixel.
func written(t *testing.T, name string, w, h int, p interface {
	image.Image
	Set(x, y int, c color.Color)
}) string {
	t.Helper()
	for y := range h {
		for x := range w {
			p.Set(x, y, color.NRGBA{10, 20, 30, 255})
		}
	}
	p.Set(w-1, h-1, color.NRGBA{250, 150, 50, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestLargestPictureThatFitsTheGlassStandsInItsMiddle(t *testing.T) {
	area := func(w, h int) image.Rectangle { return image.Rect(0, 0, w, h) }
	all := []string{written(t, "small.png", 2, 1, image.NewNRGBA(area(2, 1))), written(t, "fits.png", 4, 2, image.NewRGBA(area(4, 2))), written(t, "high.png", 2, 9, image.NewNRGBA(area(2, 9)))}
	f := frame{w: 6, h: 4, stride: 28} // a line is longer than its pixels
	p, err := pick(all, f)
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
	if p, err := pick(all, frame{w: 1, h: 1, stride: 4}); p != nil || err != nil {
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
		name := written(t, "p.png", 3, 3, p)
		read, err := pick([]string{name}, f)
		if err != nil {
			t.Fatal(err)
		}
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
			if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Fields(says)[i]+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
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
