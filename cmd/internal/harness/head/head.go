// Package head draws heads of no person for tests of the face step. The networks take them for
// faces, tell which way they are turned, and tell two of them apart, so that the step is walked
// from end to end without the picture of a person. Nothing about people follows from them.
package head

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// A Head looks like this; the zero one is drawn as [Anne].
type Head struct {
	wide, tall  float64 // half axes, in 480ths of the picture
	eyes, nose  float64 // from the middle; half its width
	mouth, brow float64 // half its width; how high above the eyes
	skin, hair  color.RGBA
	beard       bool
}

// Two heads that are told apart.
var (
	Anne  = Head{95, 128, 36, 1, 24, 22, color.RGBA{215, 165, 140, 255}, color.RGBA{45, 35, 30, 255}, false}
	Boris = Head{108, 120, 46, 1.8, 40, 13, color.RGBA{150, 100, 75, 255}, color.RGBA{200, 200, 195, 255}, true}
)

// Turns of a head, in radians: to its own left is to the right of the picture.
const (
	Ahead = 0.0
	Left  = 0.36
	Right = -0.36
)

// Wall is what is behind it.
var Wall = color.RGBA{150, 160, 170, 255}

// Frame is a picture of 640×480 with one head in its middle, or two side by side, turned so far.
func Frame(turn float64, heads ...Head) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	draw.Draw(m, m.Bounds(), image.NewUniform(Wall), image.Point{}, draw.Src)
	switch len(heads) {
	case 1:
		heads[0].draw(m, 320, 1, turn)
	case 2:
		heads[0].draw(m, 165, 0.9, turn)
		heads[1].draw(m, 475, 0.9, turn)
	}
	return m
}

// draw puts the head there, so large.
//
//go:norace
func (h Head) draw(m *image.RGBA, at, size, turn float64) {
	s, c := math.Sincos(turn)
	deep := h.wide * 1.1
	half := int(240 * size)
	for py := range m.Bounds().Dy() {
		for px := max(0, int(at)-half); px < min(m.Bounds().Dx(), int(at)+half); px++ {
			x, y := (float64(px)+0.5-at)/size, (float64(py)+0.5-240)/size
			if of, ok := h.behind(x, y); ok {
				m.SetRGBA(px, py, of)
			}
			// The ellipsoid of the head, turned about its upright axis: where the line of sight meets it.
			qa := s*s/(h.wide*h.wide) + c*c/(deep*deep)
			qb := 2 * s * c * x * (1/(deep*deep) - 1/(h.wide*h.wide))
			qc := c*c*x*x/(h.wide*h.wide) + s*s*x*x/(deep*deep) + y*y/(h.tall*h.tall) - 1
			if d := qb*qb - 4*qa*qc; d > 0 {
				z := (-qb + math.Sqrt(d)) / (2 * qa)
				m.SetRGBA(px, py, h.surface(c*x-s*z, y, s*x+c*z, deep, turn))
			}
		}
	}
}

// behind is what is seen beside the head: hair, neck and shoulders.
//
//go:norace
func (h Head) behind(x, y float64) (color.RGBA, bool) {
	wide, tall := h.wide+13, h.tall+7
	switch {
	case y < 40 && x*x/(wide*wide)+(y+18)*(y+18)/(tall*tall) < 1:
		return h.hair, true
	case y > 170 && math.Abs(x) < 60+(y-170)*3:
		return color.RGBA{60, 70, 110, 255}, true
	case y > 90 && math.Abs(x) < 50:
		return shade(h.skin, 0.8), true
	}
	return color.RGBA{}, false
}

//go:norace
func shade(c color.RGBA, by float64) color.RGBA {
	of := func(v uint8) uint8 { return uint8(max(0, min(255, float64(v)*by))) }
	return color.RGBA{of(c.R), of(c.G), of(c.B), 255}
}

// bump is a hill of height 1 at a place.
//
//go:norace
func bump(x, y, atX, atY, wide, tall float64) float64 {
	return math.Exp(-(x-atX)*(x-atX)/(2*wide*wide) - (y-atY)*(y-atY)/(2*tall*tall))
}

// surface is the colour of a place of the head, in the head's own axes.
//
//go:norace
func (h Head) surface(x, y, z, deep, turn float64) color.RGBA {
	s, c := math.Sincos(turn)
	nx, ny, nz := x/(h.wide*h.wide), y/(h.tall*h.tall), z/(deep*deep)
	long := math.Sqrt(nx*nx + ny*ny + nz*nz)
	light := 0.45 + 0.6*max(0, (0.85*(c*nz-s*nx)-0.3*ny+0.15*(c*nx+s*nz))/long)
	if z <= 0 {
		return shade(h.skin, light)
	}
	if y < -88-8*math.Cos(x/25) {
		return h.hair
	}
	n := h.nose
	light += 0.16*bump(x, y, 0, 5, 5*n, 28) - 0.22*bump(x, y, 14*n, 12, 6, 26) - 0.10*bump(x, y, -16*n, 14, 6, 20) + 0.12*bump(x, y, 0, 26, 9*n, 8)
	dark := 0.75*(bump(x, y, -8*n, 36, 4.5, 3)+bump(x, y, 8*n, 36, 4.5, 3)) + 0.3*bump(x, y, 0, 41, 14*n, 3)
	dark += 0.55*bump(x, y, 0, 65, h.mouth, 1.8) + 0.12*bump(x, y, 0, 80, 16, 4)
	if h.beard {
		dark += 0.7 * (1 - bump(x, y, 0, 64, h.mouth, 7)) / (1 + math.Exp(-(y-52-x*x/400)/4))
	}
	skin := h.skin
	for _, side := range []float64{-1, 1} {
		ex := side * h.eyes
		light += 0.05*bump(x, y, side*45, 25, 18, 18) - 0.16*bump(x, y, ex, -18, 19, 13)
		line := y + 16 + h.brow - (x-ex)*(x-ex)/90
		dark += 0.85 * math.Exp(-line*line/18-math.Pow((x-ex)/20, 6))
		u, v := (x-ex)/15, (y+16)/7
		dark += 0.6 * math.Exp(-math.Pow((math.Hypot(u, v)-1.05)/0.14, 2))
		switch pupil := (x-ex)*(x-ex) + (y+16)*(y+16); {
		case u*u+v*v >= 1:
		case pupil < 42:
			return color.RGBA{40, 30, 25, 255}
		default:
			skin, light = color.RGBA{225, 225, 225, 255}, 1
		}
	}
	red := bump(x, y, 0, 66, h.mouth, 6.5)
	out := shade(skin, light*(1-min(0.93, dark)))
	out.G, out.B = uint8(float64(out.G)*(1-0.25*red)), uint8(float64(out.B)*(1-0.18*red))
	return out
}
