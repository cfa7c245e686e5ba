package nets

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
)

// Named are the weights of a network of TensorFlow.js, by their name in its manifest.
type Named map[string]weight

type weight struct {
	shape []int
	v     []float32
}

// ReadManifest reads a manifest and the one file of its weights. The files have to be
// those that are known by their hash.
func ReadManifest(manifest, data []byte) (Named, error) {
	var groups []struct {
		Weights []struct {
			Name         string
			Shape        []int
			DType        string
			Quantization *struct {
				DType      string
				Scale, Min float64
			}
		}
	}
	if err := json.Unmarshal(manifest, &groups); err != nil {
		return nil, fmt.Errorf("nets: manifest: %w", err)
	}
	all := Named{}
	for _, g := range groups {
		for _, w := range g.Weights {
			n, size := 1, 4
			for _, s := range w.Shape {
				n *= s
			}
			q := w.Quantization
			if q != nil {
				size = 1
			}
			if n < 0 || w.DType != "float32" || q != nil && q.DType != "uint8" || n > len(data)/size {
				return nil, fmt.Errorf("nets: %s: of another kind, or longer than the file", w.Name)
			}
			v := make([]float32, n)
			for i := range v {
				if q != nil {
					v[i] = float32(float64(data[i])*q.Scale + q.Min)
				} else {
					v[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
				}
			}
			all[w.Name], data = weight{w.Shape, v}, data[n*size:]
		}
	}
	if len(data) != 0 {
		return nil, fmt.Errorf("nets: %d bytes are no weights", len(data))
	}
	return all, nil
}

// layers makes layers of weights and keeps the first thing that was missing.
type layers struct {
	Named
	err error
}

func (l *layers) take(name string, dimensions int) weight {
	w, ok := l.Named[name]
	if (!ok || len(w.shape) != dimensions) && l.err == nil {
		l.err = fmt.Errorf("nets: %s is missing or has not %d dimensions", name, dimensions)
	}
	if !ok || len(w.shape) != dimensions {
		return weight{make([]int, dimensions), nil}
	}
	return w
}

// conv is a convolution whose filters stand by row, column, input, output.
func (l *layers) conv(filters, bias string, stride int, same bool) kernel {
	w, b := l.take(filters, 4), l.take(bias, 1)
	h, wide, in, out := w.shape[0], w.shape[1], w.shape[2], w.shape[3]
	k := kernel{h: h, w: wide, weights: make([]float32, len(w.v)), bias: b.v, stride: stride, same: same, channels: out}
	for place := range h * wide {
		for i := range in {
			for o := range out {
				k.weights[(o*h*wide+place)*in+i] = w.v[(place*in+i)*out+o]
			}
		}
	}
	if len(b.v) != out && l.err == nil {
		l.err = fmt.Errorf("nets: %s has %d values for %d channels", bias, len(b.v), out)
	}
	return k
}

// A separable convolution is one of each channel by itself and one of each place by itself.
type separable struct{ each, across kernel }

func (l *layers) separable(name string, stride int) separable {
	w := l.take(name+"/depthwise_filter", 4)
	each := kernel{h: w.shape[0], w: w.shape[1], weights: w.v, bias: make([]float32, w.shape[2]), stride: stride, same: true, channels: w.shape[2]}
	return separable{each, l.conv(name+"/pointwise_filter", name+"/bias", 1, true)}
}

func (k kernel) on(x Tensor, f func(Tensor, kernel, Tensor)) Tensor {
	h, _ := k.out(x.H, k.h)
	w, _ := k.out(x.W, k.w)
	y := NewTensor(h, w, k.channels)
	f(x, k, y)
	return y
}

func (s separable) on(x Tensor) Tensor {
	between := s.each.on(x, depthwise)
	defer clear(between.V)
	return s.across.on(between, conv)
}
