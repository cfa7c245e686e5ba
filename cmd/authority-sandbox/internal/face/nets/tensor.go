// Package nets runs the neural networks of the face step: call [ReadTFLite] once and
// [Graph.Run] for each picture. What runs here are the operators that these networks
// have, of 32-bit floating point, one picture at a time; everything else is refused when
// the file is read. The results are those of TensorFlow Lite to a millionth
// (testdata has its own).
package nets

// The innermost loops are left to one goroutine, and are not instrumented by the race detector
// (go:norace): a frame would take its tests ten times as long.

// A Tensor is a picture or what a network makes of it: rows, columns and channels, the
// channels of a place beside each other. A vector is one place.
type Tensor struct {
	H, W, C int
	V       []float32 // H×W×C values
}

// NewTensor is one of zeros.
func NewTensor(h, w, c int) Tensor { return Tensor{h, w, c, make([]float32, h*w*c)} }

// A kernel is the weights of a convolution: by output channel, row, column, input
// channel; of a depthwise one by row, column, channel.
type kernel struct {
	h, w     int
	weights  []float32
	bias     []float32
	stride   int
	same     bool // as much is added around the picture as keeps its size (divided by the stride)
	channels int  // of the output
}

// out is the size of a side of the output, and how many places were added before the first.
func (k kernel) out(side, of int) (size, before int) {
	if !k.same {
		return (side-of)/k.stride + 1, 0
	}
	size = (side + k.stride - 1) / k.stride
	return size, max((size-1)*k.stride+of-side, 0) / 2
}

// conv is a two-dimensional convolution.
//
//go:norace
func conv(x Tensor, k kernel, y Tensor) {
	_, top := k.out(x.H, k.h)
	_, left := k.out(x.W, k.w)
	row := k.w * x.C
	for oy := range y.H {
		for ox := range y.W {
			to := y.V[(oy*y.W+ox)*y.C:][:y.C]
			copy(to, k.bias)
			for ky := range k.h {
				iy := oy*k.stride - top + ky
				if iy < 0 || iy >= x.H {
					continue
				}
				from, until := ox*k.stride-left, ox*k.stride-left+k.w
				first := max(from, 0)
				n := (min(until, x.W) - first) * x.C
				in := x.V[(iy*x.W+first)*x.C:][:n]
				skip := ky*row + (first-from)*x.C
				for o := range to {
					to[o] += dot(in, k.weights[o*k.h*row+skip:][:n])
				}
			}
		}
	}
}

// dot has four sums, so that the processor need not wait for one before it begins the next.
//
//go:norace
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

// depthwise is a convolution of each channel by itself.
//
//go:norace
func depthwise(x Tensor, k kernel, y Tensor) {
	_, top := k.out(x.H, k.h)
	_, left := k.out(x.W, k.w)
	for oy := range y.H {
		for ox := range y.W {
			to := y.V[(oy*y.W+ox)*y.C:][:y.C]
			copy(to, k.bias)
			for ky := range k.h {
				for kx := range k.w {
					iy, ix := oy*k.stride-top+ky, ox*k.stride-left+kx
					if iy < 0 || iy >= x.H || ix < 0 || ix >= x.W {
						continue
					}
					in, by := x.V[(iy*x.W+ix)*x.C:][:x.C], k.weights[(ky*k.w+kx)*x.C:][:x.C]
					for c := range to {
						to[c] += in[c] * by[c]
					}
				}
			}
		}
	}
}
