package main

import (
	"bufio"
	"bytes"
	"errors"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

func TestPictureStandsOnTheWindowSystemsGlass(t *testing.T) {
	if testing.Short() {
		t.Skip("needs Xvfb")
	}
	display := xserver(t)
	name := written(t, "page.png", 1280, 800, image.NewNRGBA(image.Rect(0, 0, 1280, 800)))
	if err := hang(display, filepath.Dir(name)); err != nil {
		t.Fatal(err)
	}
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	root := xproto.Setup(x).DefaultScreen(x).Root
	for _, at := range []struct {
		x, y int16
		want color.NRGBA
	}{{0, 0, color.NRGBA{R: 10, G: 20, B: 30}}, {640, 400, color.NRGBA{R: 10, G: 20, B: 30}}, {1279, 799, color.NRGBA{R: 250, G: 150, B: 50}}} {
		got, err := xproto.GetImage(x, xproto.ImageFormatZPixmap, xproto.Drawable(root), at.x, at.y, 1, 1, 1<<32-1).Reply()
		if err != nil {
			t.Fatal(err)
		}
		if want := []byte{at.want.B, at.want.G, at.want.R}; !bytes.Equal(got.Data[:3], want) {
			t.Errorf("%d,%d is % x", at.x, at.y, got.Data)
		}
	}
}

func TestDisplayThatIsNotThereIsSaid(t *testing.T) {
	if err := hang(":99999", t.TempDir()); err == nil {
		t.Error("a display that is not there took a picture")
	}
}

// xserver starts an X server for the test and returns its name.
func xserver(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := exec.Command("Xvfb", "-displayfd", "3", "-noreset", "-screen", "0", "1280x800x24", "-nolisten", "tcp")
	c.ExtraFiles = []*os.File{w}
	if err := errors.Join(c.Start(), w.Close()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended by itself
		c.Wait()                          //nolint:errcheck // it was told to end
	})
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return ":" + strings.TrimSpace(number)
}
