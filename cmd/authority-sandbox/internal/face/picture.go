package face

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"  // the page's frames
	_ "image/png" // a picture that a photo is made of
	"io"
	"math"

	"multicopy.example/cmd/authority-sandbox/internal/face/nets"
)

// maxSide and minSide are the sides of a picture that is looked at, in pixels.
const maxSide, minSide = 1920, 60

// A Picture is a picture of a person, in memory alone. Its values are 0 to 255.
type Picture struct {
	t     nets.Tensor
	black bool // around it; else what lies outside is as its edge
}

// Decode reads a JPEG or PNG of at most maxSide pixels a side. The size is looked at
// before anything is allocated for it.
func Decode(file []byte) (Picture, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err := within(c, err, maxSide); err != nil {
		return Picture{}, err
	}
	m, _, err := image.Decode(bytes.NewReader(file))
	return wiped(m, err)
}

// DecodeFrame is Decode of a JPEG of the camera, which leaves none of it behind: the decoder's
// buffer, which is not ours to zero, never holds more than a sip of it.
func DecodeFrame(file []byte) (Picture, error) {
	c, err := jpeg.DecodeConfig(&sips{file})
	if err := within(c, err, frameSide); err != nil {
		return Picture{}, err
	}
	m, err := jpeg.Decode(&sips{file})
	return wiped(m, err)
}

// sips hands bytes out a few at a time.
type sips struct{ rest []byte }

func (s *sips) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(16, len(b))], s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func within(c image.Config, err error, most int) error {
	if err != nil {
		return fmt.Errorf("face: not a picture: %w", err)
	}
	if c.Width > most || c.Height > most || c.Width < minSide || c.Height < minSide {
		return fmt.Errorf("face: a picture of %d×%d pixels; a side has %d to %d", c.Width, c.Height, minSide, most)
	}
	return nil
}

// wiped is the picture of what was decoded, which is zeroed.
func wiped(m image.Image, err error) (Picture, error) {
	if err != nil {
		return Picture{}, fmt.Errorf("face: not a picture: %w", err)
	}
	p := FromImage(m)
	blank(m)
	return p, nil
}

// FromImage copies a picture.
//
//go:norace
func FromImage(m image.Image) Picture {
	b := m.Bounds()
	p := Picture{t: nets.NewTensor(b.Dy(), b.Dx(), 3)}
	for y := range b.Dy() {
		for x := range b.Dx() {
			r, g, blue, _ := m.At(b.Min.X+x, b.Min.Y+y).RGBA()
			v := p.t.V[(y*b.Dx()+x)*3:][:3]
			v[0], v[1], v[2] = float32(r>>8), float32(g>>8), float32(blue>>8)
		}
	}
	return p
}

// blank zeroes the pixels that the decoder made.
func blank(m image.Image) {
	switch m := m.(type) {
	case *image.YCbCr:
		clear(m.Y)
		clear(m.Cb)
		clear(m.Cr)
	case *image.Gray:
		clear(m.Pix)
	case *image.RGBA:
		clear(m.Pix)
	case *image.NRGBA:
		clear(m.Pix)
	}
}

// Zero forgets the picture.
func (p Picture) Zero() { clear(p.t.V) }

// Light is the mean of the green channel, 0 to 255.
//
//go:norace
func (p Picture) Light() float64 {
	sum := 0.0
	for i := 1; i < len(p.t.V); i += 3 {
		sum += float64(p.t.V[i])
	}
	return sum / float64(len(p.t.V)/3)
}

// A warp says for each place of a new picture which place of the old one it shows: x of
// the old one is a·x − b·y + c, y is b·x + a·y + d. It turns, scales and moves, and never
// mirrors.
type warp struct{ a, b, c, d float64 }

func (w warp) at(x, y float64) (float64, float64) { return w.a*x - w.b*y + w.c, w.b*x + w.a*y + w.d }

// through is the new picture, side by side pixels, between the old one's pixels in
// proportion to how near they are. Each value v comes as (v − mean) / scale.
//
//go:norace
func (p Picture) through(w warp, side int, mean [3]float32, scale float32) nets.Tensor {
	out := nets.NewTensor(side, side, 3)
	for y := range side {
		for x := range side {
			ox, oy := w.at(float64(x)+0.5, float64(y)+0.5)
			if inside := ox >= 0 && oy >= 0 && ox <= float64(p.t.W) && oy <= float64(p.t.H); inside || !p.black {
				p.between(ox-0.5, oy-0.5, out.V[(y*side+x)*3:][:3])
			}
			for c := range 3 {
				v := &out.V[(y*side+x)*3+c]
				*v = (*v - mean[c]) / scale
			}
		}
	}
	return out
}

//go:norace
func (p Picture) between(x, y float64, to []float32) {
	x, y = min(max(x, 0), float64(p.t.W-1)), min(max(y, 0), float64(p.t.H-1))
	left, top := int(x), int(y)
	right, bottom := min(left+1, p.t.W-1), min(top+1, p.t.H-1)
	fx, fy := float32(x-float64(left)), float32(y-float64(top))
	for c := range 3 {
		upper := p.t.V[(top*p.t.W+left)*3+c]*(1-fx) + p.t.V[(top*p.t.W+right)*3+c]*fx
		lower := p.t.V[(bottom*p.t.W+left)*3+c]*(1-fx) + p.t.V[(bottom*p.t.W+right)*3+c]*fx
		to[c] = upper*(1-fy) + lower*fy
	}
}

// fit is the warp by which the points of the new picture come nearest, by least squares,
// to those of the old one.
func fit(from, to [][2]float64) (warp, error) {
	var mx, my, ux, uy float64
	n := float64(len(from))
	for i := range from {
		mx, my, ux, uy = mx+from[i][0]/n, my+from[i][1]/n, ux+to[i][0]/n, uy+to[i][1]/n
	}
	var same, turned, spread float64
	for i := range from {
		x, y, u, v := from[i][0]-mx, from[i][1]-my, to[i][0]-ux, to[i][1]-uy
		same, turned, spread = same+x*u+y*v, turned+x*v-y*u, spread+x*x+y*y
	}
	if spread == 0 || math.Hypot(same, turned) == 0 {
		return warp{}, errors.New("face: all points in one place")
	}
	w := warp{a: same / spread, b: turned / spread}
	w.c, w.d = ux-w.a*mx+w.b*my, uy-w.b*mx-w.a*my
	return w, nil
}
