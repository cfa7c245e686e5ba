package face

import (
	"errors"
	"fmt"
	"math"
)

// The photo of a card is 240×300, grey, of at most so many bytes. Ours (package cardface).
const portraitWidth, portraitHeight, portraitMax = 240, 300, 3000

// Where the middle between the eyes is in it, and how far they are apart: a head as photos of
// documents have it.
const eyesX, eyesY, eyesApart = 120, 130, 62

// Portrait makes the photo of a card of a picture with one face: what the municipal office
// does with a photo that was taken there.
func (n *Networks) Portrait(p Picture) ([]byte, error) {
	f, err := n.Look(p)
	if err != nil {
		return nil, err
	}
	defer f.Zero()
	e := f.five()
	scale := f.eyes() / eyesApart
	w := warp{a: scale}
	w.c, w.d = (e[0][0]+e[1][0])/2-scale*eyesX, (e[0][1]+e[1][1])/2-scale*eyesY
	return compress(p.grey(w, portraitWidth, portraitHeight))
}

// grey is a part of the picture as a PGM.
//
//go:norace
func (p Picture) grey(w warp, width, height int) []byte {
	out := fmt.Appendf(nil, "P5\n%d %d\n255\n", width, height)
	at := len(out)
	out = append(out, make([]byte, width*height)...)
	var v [3]float32
	for y := range height {
		for x := range width {
			ox, oy := w.at(float64(x)+0.5, float64(y)+0.5)
			p.between(ox-0.5, oy-0.5, v[:])
			out[at+y*width+x] = byte(math.Round(float64(0.299*v[0] + 0.587*v[1] + 0.114*v[2])))
		}
	}
	return out
}

// compress makes JPEG2000 of it, as large as a card takes, and zeroes it.
func compress(pgm []byte) ([]byte, error) {
	defer clear(pgm)
	for rate := 25; rate < 60; rate += 3 { // the program meets a rate but for its headers
		out, err := convert("opj_compress", pgm, ".pgm", ".jp2", "-r", fmt.Sprint(rate))
		if err != nil {
			return nil, err
		}
		if len(out) <= portraitMax {
			return out, nil
		}
		clear(out)
	}
	return nil, errors.Join(ErrPhoto, fmt.Errorf("face: it has more than %d bytes", portraitMax))
}
