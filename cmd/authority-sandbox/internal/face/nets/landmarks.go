package nets

import "fmt"

// A Landmarker finds 68 points of a face: the net of face-api (four blocks of separable
// convolutions, each of which adds up what came before).
type Landmarker struct {
	first   kernel
	inner   [4][4]separable // the first of the first block is not there
	weights [][]float32     // of each of the 136 values
	bias    []float32
}

// LandmarkSide is the side of the square picture of a face.
const LandmarkSide = 112

// LandmarkMean is as DetectorMean.
var LandmarkMean = [3]float32{122.782, 117.001, 104.298}

// NewLandmarker is the net of these weights.
func NewLandmarker(n Named) (*Landmarker, error) {
	l := layers{Named: n}
	m := &Landmarker{first: l.conv("dense0/conv0/filters", "dense0/conv0/bias", 2, true), bias: l.take("fc/bias", 1).v}
	for block := range m.inner {
		for i := range m.inner[block] {
			stride := 1
			if i == 0 {
				stride = 2
			}
			if block > 0 || i > 0 {
				m.inner[block][i] = l.separable(fmt.Sprintf("dense%d/conv%d", block, i), stride)
			}
		}
	}
	fc := l.take("fc/weights", 2)
	for o := range fc.shape[1] {
		var row []float32
		for i := range fc.shape[0] {
			row = append(row, fc.v[i*fc.shape[1]+o])
		}
		m.weights = append(m.weights, row)
	}
	if l.err == nil && (len(m.bias) != 136 || len(m.weights) != 136) {
		l.err = fmt.Errorf("nets: %d values of 68 points", len(m.weights))
	}
	return m, l.err
}

// Find answers x and y of each point, in parts of the picture's side.
func (m *Landmarker) Find(x Tensor) (points [68][2]float32, err error) {
	if x.H != LandmarkSide || x.W != LandmarkSide || x.C != 3 {
		return points, fmt.Errorf("nets: a picture of %d×%d×%d", x.H, x.W, x.C)
	}
	y := x
	for block := range m.inner {
		next := m.block(block, y)
		if block > 0 {
			clear(y.V)
		}
		y = next
	}
	defer clear(y.V)
	// The mean of all seven by seven places.
	mean := make([]float32, y.C)
	defer clear(mean)
	for i, v := range y.V {
		mean[i%y.C] += v / float32(y.H*y.W)
	}
	if y.H != 7 || y.W != 7 || len(mean) != len(m.weights[0]) {
		return points, fmt.Errorf("nets: %d×%d×%d before the last layer", y.H, y.W, y.C)
	}
	for i := range points {
		for axis := range 2 {
			points[i][axis] = dot(mean, m.weights[2*i+axis]) + m.bias[2*i+axis]
		}
	}
	return points, nil
}

func (m *Landmarker) block(n int, x Tensor) Tensor {
	var sum Tensor
	if n == 0 {
		sum = m.first.on(x, conv)
	} else {
		sum = m.inner[n][0].on(x)
	}
	positive(sum)
	// What comes into each layer is the positive part of all before it; what is added is
	// what came out, which may be negative.
	for i := 1; i < 4; i++ {
		in := Tensor{sum.H, sum.W, sum.C, append([]float32(nil), sum.V...)}
		if i > 1 {
			positive(in)
		}
		out := m.inner[n][i].on(in)
		for k, v := range out.V {
			sum.V[k] += v
		}
		clear(in.V)
		clear(out.V)
	}
	positive(sum)
	return sum
}

//go:norace
func positive(x Tensor) {
	for i, v := range x.V {
		x.V[i] = max(v, 0)
	}
}
