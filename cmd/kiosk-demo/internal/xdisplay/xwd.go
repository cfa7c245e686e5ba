package xdisplay

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
)

// Bounds of what [Decode] takes.
const (
	maxSide   = 8192    // pixels
	maxHeader = 4 << 10 // bytes, the window's name included
	maxColors = 4096    // entries of the colour map
)

// errXWD is wrapped by every error of Decode.
var errXWD = errors.New("not a picture of ours in the X window dump format")

// The fields of the header, 32 bits each, in this order (X11/XWDFile.h,
// version 7). Xvfb writes them most significant byte first.
const (
	fHeaderSize = iota
	fVersion
	fFormat
	fDepth
	fWidth
	fHeight
	fXOffset
	fByteOrder
	fBitmapUnit
	fBitmapBitOrder
	fBitmapPad
	fBitsPerPixel
	fBytesPerLine
	fVisualClass
	fRedMask
	fGreenMask
	fBlueMask
	fBitsPerRGB
	fColormapEntries
	fNColors
	fields = 25
)

const colorSize = 12 // bytes of an XWDColor

// An xwd is where the pixels of a frame buffer file are.
type xwd struct {
	width, height int
	pixels, line  int // where the first one is, and bytes a line
	order         binary.ByteOrder
}

// at is the pixel in the file b.
func (f xwd) at(b []byte, x, y int) uint32 { return f.order.Uint32(b[f.pixels+y*f.line+4*x:]) }

// head reads the header of the frame buffer file of an Xvfb: X window dump version
// 7, ZPixmap, 32 bits a pixel, red 0xFF0000, green 0xFF00, blue 0xFF. Anything else
// is an error; every pixel of what it returns is in b.
func head(b []byte) (xwd, error) {
	var h [fields]uint32
	if len(b) < 4*fields {
		return xwd{}, fmt.Errorf("%w: %d bytes", errXWD, len(b))
	}
	for i := range h {
		h[i] = binary.BigEndian.Uint32(b[4*i:])
	}
	switch {
	case h[fVersion] != 7 || h[fFormat] != 2:
		return xwd{}, fmt.Errorf("%w: version %d, format %d", errXWD, h[fVersion], h[fFormat])
	case h[fBitsPerPixel] != 32 || h[fRedMask] != 0xFF0000 || h[fGreenMask] != 0xFF00 || h[fBlueMask] != 0xFF:
		return xwd{}, fmt.Errorf("%w: %d bits a pixel, masks %06x %06x %06x", errXWD,
			h[fBitsPerPixel], h[fRedMask], h[fGreenMask], h[fBlueMask])
	case h[fHeaderSize] < 4*fields || h[fHeaderSize] > maxHeader || h[fNColors] > maxColors:
		return xwd{}, fmt.Errorf("%w: header of %d bytes, %d colours", errXWD, h[fHeaderSize], h[fNColors])
	case h[fWidth] == 0 || h[fHeight] == 0 || h[fWidth] > maxSide || h[fHeight] > maxSide:
		return xwd{}, fmt.Errorf("%w: %d by %d pixels", errXWD, h[fWidth], h[fHeight])
	case h[fBytesPerLine] < 4*h[fWidth] || h[fBytesPerLine] > 8*maxSide || h[fByteOrder] > 1:
		return xwd{}, fmt.Errorf("%w: lines of %d bytes, byte order %d", errXWD, h[fBytesPerLine], h[fByteOrder])
	}
	f := xwd{width: int(h[fWidth]), height: int(h[fHeight]), line: int(h[fBytesPerLine]), order: binary.LittleEndian}
	f.pixels = int(h[fHeaderSize]) + colorSize*int(h[fNColors])
	if len(b) < f.pixels+f.line*f.height {
		return xwd{}, fmt.Errorf("%w: cut short", errXWD)
	}
	if h[fByteOrder] == 1 {
		f.order = binary.BigEndian
	}
	return f, nil
}

// Decode reads the frame buffer file of an Xvfb. Anything else is an error; nothing
// is allocated before the sizes are checked against len(b).
func Decode(b []byte) (*image.RGBA, error) {
	f, err := head(b)
	if err != nil {
		return nil, err
	}
	m := image.NewRGBA(image.Rect(0, 0, f.width, f.height))
	for y := range f.height {
		for x := range f.width {
			p := f.at(b, x, y)
			copy(m.Pix[m.PixOffset(x, y):], []byte{byte(p >> 16), byte(p >> 8), byte(p), 0xFF})
		}
	}
	return m, nil
}
