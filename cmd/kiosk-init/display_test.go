package main

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"multicopy.example/cmd/internal/xserver"
	"multicopy.example/kiosk/must"
)

func TestPictureStandsOnTheWindowSystemsGlass(t *testing.T) {
	must.Need(t, "Xvfb")
	display, dir := xserver.Start(t), t.TempDir()
	written(t, dir, "page.png", image.NewNRGBA(image.Rect(0, 0, 1280, 800)))
	must.OK(t, hang(display, dir))
	x, err := xgb.NewConnDisplay(display)
	must.OK(t, err)
	defer x.Close()
	root := xproto.Setup(x).DefaultScreen(x).Root
	for _, at := range []struct {
		x, y int16
		want color.NRGBA
	}{{0, 0, color.NRGBA{R: 10, G: 20, B: 30}}, {640, 400, color.NRGBA{R: 10, G: 20, B: 30}}, {1279, 799, color.NRGBA{R: 250, G: 150, B: 50}}} {
		got, err := xproto.GetImage(x, xproto.ImageFormatZPixmap, xproto.Drawable(root), at.x, at.y, 1, 1, 1<<32-1).Reply()
		must.OK(t, err)
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
