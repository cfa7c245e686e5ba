package xdisplay

import (
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// dump is a window dump as Xvfb writes it: width 3, height 2, one colour map
// entry, pixels 0x00RRGGBB with the least significant byte first.
func dump() []byte {
	h := []uint32{104, 7, 2, 24, 3, 2, 0, 0, 32, 0, 32, 32, 12, 4, 0xFF0000, 0xFF00, 0xFF, 8, 1, 1, 3, 2, 0, 0, 0}
	var b []byte
	for _, v := range h {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	b = append(b, "ab\x00\x00"...)
	b = append(b, make([]byte, colorSize)...)
	for _, p := range []uint32{0xFF0000, 0x00FF00, 0x0000FF, 0x123456, 0, 0xFFFFFF} {
		b = binary.LittleEndian.AppendUint32(b, p)
	}
	return b
}

func TestAFrameBufferOfKnownBytesIsDecoded(t *testing.T) {
	m, err := Decode(dump())
	must.OK(t, err)
	want := []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {0x12, 0x34, 0x56, 255}, {0, 0, 0, 255}, {255, 255, 255, 255}}
	for i, w := range want {
		if got := m.RGBAAt(i%3, i/3); got != w {
			t.Errorf("pixel %d is %v, want %v", i, got, w)
		}
	}
}

func TestADamagedFrameBufferIsRefused(t *testing.T) {
	good := dump()
	for n := range good {
		if _, err := Decode(good[:n]); !errors.Is(err, errXWD) {
			t.Fatalf("the first %d bytes were taken: %v", n, err)
		}
	}
	for field, value := range map[int]uint32{fVersion: 6, fFormat: 1, fWidth: 0xFFFFFFFF, fHeight: 0, fBytesPerLine: 8,
		fBitsPerPixel: 16, fNColors: 0xFFFFFFFF, fHeaderSize: 0xFFFFFFFF, fRedMask: 1, fByteOrder: 2} {
		bad := dump()
		binary.BigEndian.PutUint32(bad[4*field:], value)
		if _, err := Decode(bad); !errors.Is(err, errXWD) {
			t.Errorf("field %d of %d was taken: %v", field, value, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(dump())
	f.Add(dump()[:60])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err == nil && (len(m.Pix) > len(b) || len(m.Pix) == 0) {
			t.Errorf("%d bytes became %d bytes of pixels", len(b), len(m.Pix))
		}
	})
}

func TestAMissingProgramIsNamedWithItsPackage(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Virtual(t.TempDir(), filepath.Join(t.TempDir(), "log"), 320, 200)
	if err == nil || err.Error() != "the program Xvfb is missing: install Debian's package xvfb" {
		t.Errorf("got %v", err)
	}
}

// A server with nothing on it is black; xdotool's pointer must arrive.
func TestAServerOfOurOwnShowsItsPixelsAndTakesThePointer(t *testing.T) {
	must.Need(t, "an X server")
	dir := t.TempDir()
	d, err := Virtual(dir, filepath.Join(dir, "log"), 320, 200)
	must.OK(t, err)
	t.Cleanup(func() { d.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	must.OK(t, must.Err(d.Settled(ctx, nil, 5*time.Second)))
	m, err := d.Picture()
	must.OK(t, err)
	if b := m.Bounds(); b.Dx() != 320 || b.Dy() != 200 {
		t.Errorf("the picture is %v", b)
	}
	must.OK(t, d.Tap(ctx, 123, 45))
	out, err := d.xdotool(ctx, "getmouselocation")
	if err != nil || len(out) < 9 || out[:9] != "x:123 y:4" {
		t.Errorf("the pointer is at %q %v", out, err)
	}
	if err := d.Tap(ctx, 320, 0); err == nil {
		t.Error("a tap outside of the screen was taken")
	}
	// A stranger without the cookie is not let in.
	cmd := exec.CommandContext(ctx, "xdotool", "getmouselocation")
	cmd.Env = []string{"DISPLAY=" + d.Name, "XAUTHORITY=" + filepath.Join(dir, "none"), "HOME=" + dir, "PATH=" + os.Getenv("PATH")}
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("without the cookie: %s", out)
	}
	if _, err := d.Settled(ctx, mustFrame(t, d), 300*time.Millisecond); err == nil {
		t.Error("a screen that did not change was called changed")
	}
}

func mustFrame(t *testing.T, d *Display) []byte {
	t.Helper()
	b, err := d.Frame()
	must.OK(t, err)
	return b
}

// The person's display is an Xvfb here, without a window manager.
func TestANestedServerIsAWindowThatCanBePlaced(t *testing.T) {
	must.Need(t, "an X server")
	dir := t.TempDir()
	outer := filepath.Join(dir, "outer")
	inner := filepath.Join(dir, "inner")
	for _, d := range []string{outer, inner} {
		must.OK(t, os.Mkdir(d, 0o700))
	}
	host, err := Virtual(outer, filepath.Join(dir, "outer.log"), 900, 600)
	must.OK(t, err)
	t.Cleanup(func() { host.Close() })
	for _, e := range host.Env() {
		name, value, _ := strings.Cut(e, "=")
		t.Setenv(name, value)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	if w, h, err := Size(ctx); err != nil || w != 900 || h != 600 {
		t.Fatalf("the display is %d×%d %v", w, h, err)
	}
	nested, err := Nested(inner, filepath.Join(dir, "inner.log"), "Kiosk", 320, 200)
	must.OK(t, err)
	t.Cleanup(func() { nested.Close() })
	must.OK(t, Place(ctx, "Kiosk", 150, 60))
	out, err := host.xdotool(ctx, "search", "--name", "^Kiosk$", "getwindowgeometry")
	if err != nil || !strings.Contains(out, "Position: 150,60") || !strings.Contains(out, "Geometry: 320x200") {
		t.Errorf("the window is %q %v", out, err)
	}
	if _, err := nested.Frame(); err == nil {
		t.Error("the pixels of a nested server were read")
	}
}

// A Finger's press and release arrive where they are made; a Probe finds the pixels
// as they are, and no change where none is.
func TestFingerAndProbe(t *testing.T) {
	must.Need(t, "an X server")
	dir := t.TempDir()
	d, err := Virtual(dir, filepath.Join(dir, "log"), 320, 200)
	must.OK(t, err)
	t.Cleanup(func() { d.Close() })
	f, err := d.Finger()
	must.OK(t, err)
	if f.Down(320, 0) == nil {
		t.Error("a press outside of the screen was taken")
	}
	must.OK(t, errors.Join(f.Down(77, 33), f.Up(), f.Close()))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if out, err := d.xdotool(ctx, "getmouselocation"); err != nil || !strings.HasPrefix(out, "x:77 y:33 ") {
		t.Errorf("the pointer is at %q %v", out, err)
	}
	p, err := d.Probe()
	must.OK(t, err)
	t.Cleanup(func() { p.Close() })
	all := image.Rectangle{}
	before := p.Look(nil, all)
	if len(before) != (320*200+apart-1)/apart || len(p.Look(nil, image.Rect(0, 0, 320, 200))) != 0 {
		t.Errorf("%d pixels are looked at", len(before))
	}
	if m, err := d.Picture(); err != nil || m.RGBAAt(10, 10) != p.At(10, 10) {
		t.Errorf("a pixel is %v %v", p.At(10, 10), err)
	}
	if p.Changed(before, nil, all) {
		t.Error("a screen with nothing on it changed")
	}
	before[0]++
	if !p.Changed(before, nil, all) {
		t.Error("a changed pixel is not seen")
	}
}
