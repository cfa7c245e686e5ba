package nets

import (
	"fmt"
	"math"
	"slices"
)

// A Detector finds faces: the tiny face detector of face-api (a Tiny YOLO v2 of separable
// convolutions).
type Detector struct {
	first kernel
	inner []separable
	last  kernel
}

// NewDetector is the detector of these weights.
func NewDetector(n Named) (*Detector, error) {
	l := layers{Named: n}
	d := &Detector{first: l.conv("conv0/filters", "conv0/bias", 1, false), last: l.conv("conv8/filters", "conv8/bias", 1, false)}
	for i := 1; i <= 5; i++ {
		d.inner = append(d.inner, l.separable(fmt.Sprintf("conv%d", i), 1))
	}
	return d, l.err
}

// A Box is where a face is, in parts of the picture's side, and how sure it is, 0 to 1.
type Box struct{ X, Y, W, H, Score float64 }

// anchors are the sizes of the five faces that each cell looks for, in cells.
var anchors = [5][2]float64{{1.603231, 2.094468}, {6.041143, 7.080126}, {2.882459, 3.518061}, {4.266906, 5.178857}, {9.041765, 10.66308}}

// DetectorMean is the mean of the channels red, green, blue: a value v of 0 to 255 comes
// into the network as (v − mean) / 255.
var DetectorMean = [3]float32{117.001, 114.697, 97.404}

// Find answers the faces of a square picture whose side is a multiple of 32, the surest
// first. Of boxes of which two have more than two fifths in common the surer one is kept.
func (d *Detector) Find(x Tensor, least float64) []Box {
	raw := d.run(x)
	defer clear(raw.V)
	var all []Box
	cells := float64(raw.W)
	for row := range raw.H {
		for column := range raw.W {
			for i, a := range anchors {
				v := raw.V[(row*raw.W+column)*raw.C+5*i:][:5]
				b := Box{W: math.Exp(float64(v[2])) * a[0] / cells, H: math.Exp(float64(v[3])) * a[1] / cells, Score: sigmoid(v[4])}
				b.X, b.Y = (float64(column)+sigmoid(v[0]))/cells-b.W/2, (float64(row)+sigmoid(v[1]))/cells-b.H/2
				if b.Score > least {
					all = append(all, b)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Box) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	var kept []Box
	for _, b := range all {
		if !slices.ContainsFunc(kept, func(k Box) bool { return k.shares(b) > 0.4 }) {
			kept = append(kept, b)
		}
	}
	return kept
}

// shares is what two boxes have in common, in parts of what they cover together.
func (b Box) shares(o Box) float64 {
	w, h := min(b.X+b.W, o.X+o.W)-max(b.X, o.X), min(b.Y+b.H, o.Y+o.H)-max(b.Y, o.Y)
	both := max(w, 0) * max(h, 0)
	return both / (b.W*b.H + o.W*o.H - both)
}

func sigmoid(v float32) float64 { return 1 / (1 + math.Exp(-float64(v))) }

// run answers five values for each of five boxes of each cell.
func (d *Detector) run(x Tensor) Tensor {
	y := pooled(leaky(d.first.on(x, conv)), 2)
	for i, s := range d.inner {
		next := leaky(s.on(y))
		clear(y.V)
		stride := 2
		if i == len(d.inner)-1 {
			stride = 1
		}
		y = pooled(next, stride)
	}
	defer clear(y.V)
	return d.last.on(y, conv)
}

// leaky keeps a tenth of what is below zero.
//
//go:norace
func leaky(x Tensor) Tensor {
	for i, v := range x.V {
		if v < 0 {
			x.V[i] = v * 0.1
		}
	}
	return x
}

// pooled is the greatest of each two by two places, and zeroes what it was made of.
//
//go:norace
func pooled(x Tensor, stride int) Tensor {
	defer clear(x.V)
	y := NewTensor((x.H+stride-1)/stride, (x.W+stride-1)/stride, x.C)
	for oy := range y.H {
		for ox := range y.W {
			to := y.V[(oy*y.W+ox)*y.C:][:y.C]
			copy(to, x.V[(oy*stride*x.W+ox*stride)*x.C:][:x.C])
			for _, at := range [][2]int{{0, 1}, {1, 0}, {1, 1}} {
				iy, ix := oy*stride+at[0], ox*stride+at[1]
				if iy >= x.H || ix >= x.W {
					continue
				}
				for c, v := range x.V[(iy*x.W+ix)*x.C:][:x.C] {
					to[c] = max(to[c], v)
				}
			}
		}
	}
	return y
}
