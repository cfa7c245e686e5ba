package main

import (
	"errors"
	"fmt"
	"image"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// hang makes the picture the background of a display of the window system, which begins with a dark one. It stands until
// the kiosk's window has drawn its first page, which takes seconds where a processor does the work of a graphics card.
func hang(display, from string) error {
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		return fmt.Errorf("display %s: %w", display, err)
	}
	defer x.Close()
	setup := xproto.Setup(x)
	screen := setup.DefaultScreen(x)
	f := frame{w: int(screen.WidthInPixels), h: int(screen.HeightInPixels), stride: 4 * int(screen.WidthInPixels)}
	if screen.RootDepth != 24 || setup.ImageByteOrder != xproto.ImageOrderLSBFirst || f.w == 0 || f.h == 0 || f.w > maxSide || f.h > maxSide {
		return fmt.Errorf("a display of %dx%d with %d bits, byte order %d", f.w, f.h, screen.RootDepth, setup.ImageByteOrder)
	}
	p, err := pick(from, f)
	if err != nil || p == nil {
		return err
	}
	return background(x, screen, f, p, int(setup.MaximumRequestLength)*4)
}

// background sends the picture in as many requests as the server's longest asks for. The server keeps it for its window.
func background(x *xgb.Conn, screen *xproto.ScreenInfo, f frame, p image.Image, longest int) error {
	const header = 24 // of PutImage
	rows := (longest - header) / f.stride
	if rows < 1 {
		return errors.New("a line is longer than a request may be")
	}
	pixmap, err := xproto.NewPixmapId(x)
	if err != nil {
		return err
	}
	gc, err := xproto.NewGcontextId(x)
	if err != nil {
		return err
	}
	w, h := uint16(f.w), uint16(f.h)
	sent := []interface{ Check() error }{
		xproto.CreatePixmapChecked(x, screen.RootDepth, pixmap, xproto.Drawable(screen.Root), w, h),
		xproto.CreateGCChecked(x, gc, xproto.Drawable(pixmap), 0, nil),
	}
	pixels := lay(p, f)
	for y := 0; y < f.h; y += rows {
		n := min(rows, f.h-y)
		sent = append(sent, xproto.PutImageChecked(x, xproto.ImageFormatZPixmap, xproto.Drawable(pixmap), gc, w, uint16(n), 0, int16(y), 0, screen.RootDepth, pixels[y*f.stride:(y+n)*f.stride]))
	}
	sent = append(sent,
		xproto.ChangeWindowAttributesChecked(x, screen.Root, xproto.CwBackPixmap, []uint32{uint32(pixmap)}),
		xproto.ClearAreaChecked(x, false, screen.Root, 0, 0, 0, 0))
	for _, s := range sent {
		err = errors.Join(err, s.Check())
	}
	return err
}
