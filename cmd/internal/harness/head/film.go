package head

import (
	"bufio"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"os"
	"strings"

	ximage "golang.org/x/image/draw"
)

// Film is a Y4M of so many frames of a picture, as Chromium's camera of tests reads it again
// and again: frames that are written over in the file are what it sees next.
func Film(m image.Image, frames int) []byte {
	film := []byte("YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
	for range frames {
		film = append(append(film, "FRAME\n"...), I420(m)...)
	}
	return film
}

// I420 are the bytes of one frame.
func I420(m image.Image) []byte {
	const w, h = 640, 480
	out := make([]byte, w*h*3/2)
	for y := range h {
		for x := range w {
			r, g, b, _ := m.At(x, y).RGBA()
			Y, cb, cr := color.RGBToYCbCr(uint8(r>>8), uint8(g>>8), uint8(b>>8))
			out[y*w+x] = Y
			if x%2 == 0 && y%2 == 0 {
				at := w*h + y/2*w/2 + x/2
				out[at], out[at+w*h/4] = cb, cr
			}
		}
	}
	return out
}

// Dark is a picture in which too little light is.
func Dark() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.RGBA{12, 12, 12, 255}), image.Point{}, draw.Src)
	return m
}

// Person is a picture of a labelled set (a binary PGM) in a frame's middle.
func Person(file string) (image.Image, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	var lines []string
	for len(lines) < 3 {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	var w, h, most int
	if n, err := fmt.Sscanf(strings.Join(lines, ""), "P5\n%d %d\n%d\n", &w, &h, &most); n != 3 || err != nil || most != 255 || w < 1 || h < 1 || w > 2000 || h > 2000 {
		return nil, fmt.Errorf("%s: not a PGM of 255 shades: %v", file, err)
	}
	grey := image.NewGray(image.Rect(0, 0, w, h))
	if _, err := io.ReadFull(in, grey.Pix); err != nil {
		return nil, err
	}
	m := Frame(Ahead)
	wide := 440 * w / h
	ximage.BiLinear.Scale(m, image.Rect(320-wide/2, 20, 320+wide/2, 460), grey, grey.Bounds(), draw.Src, nil)
	return m, nil
}
