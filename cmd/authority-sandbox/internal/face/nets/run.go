package nets

import (
	"fmt"
	"math"
)

// Run gives a picture to the network and answers what it makes of it. What it needed
// meanwhile is zeroed: nothing of the picture is left but the answer.
func (g *Graph) Run(x Tensor) (Tensor, error) {
	if want := g.tensors[g.input]; x.H != want.h || x.W != want.w || x.C != want.c || len(x.V) != x.H*x.W*x.C {
		return Tensor{}, fmt.Errorf("nets: a picture of %d×%d×%d, not %d×%d×%d", x.H, x.W, x.C, want.h, want.w, want.c)
	}
	r := run{g: g, at: make([]Tensor, len(g.tensors)), free: map[int][][]float32{}}
	defer r.zero()
	r.at[g.input] = x
	for i, t := range g.tensors {
		if t.constant != nil {
			r.at[i] = Tensor{t.h, t.w, t.c, t.constant}
		}
	}
	for i, n := range g.nodes {
		out := g.tensors[n.output]
		y := r.take(out.h, out.w, out.c)
		if err := r.do(n, y); err != nil {
			return Tensor{}, fmt.Errorf("nets: operator %d: %w", i, err)
		}
		r.at[n.output] = y
		for _, in := range n.inputs {
			if t := g.tensors[in]; t.lastUse == i && t.constant == nil && in != g.input {
				r.free[len(r.at[in].V)] = append(r.free[len(r.at[in].V)], r.at[in].V)
			}
		}
	}
	y := r.at[g.output]
	return Tensor{y.H, y.W, y.C, append([]float32(nil), y.V...)}, nil
}

// run is one picture on its way.
type run struct {
	g    *Graph
	at   []Tensor            // by tensor
	free map[int][][]float32 // by length: of tensors that are not needed any more
	all  [][]float32
}

func (r *run) take(h, w, c int) Tensor {
	n := h * w * c
	if f := r.free[n]; len(f) > 0 {
		r.free[n] = f[:len(f)-1]
		return Tensor{h, w, c, f[len(f)-1]}
	}
	t := NewTensor(h, w, c)
	r.all = append(r.all, t.V)
	return t
}

func (r *run) zero() {
	for _, v := range r.all {
		clear(v)
	}
}

func (r *run) do(n node, y Tensor) error {
	x := r.at[n.inputs[0]]
	switch n.op {
	case opConv, opDepthwise:
		h, _ := n.kernel.out(x.H, n.kernel.h)
		w, _ := n.kernel.out(x.W, n.kernel.w)
		if h != y.H || w != y.W || n.kernel.channels != y.C {
			return fmt.Errorf("makes %d×%d×%d, not %d×%d×%d", h, w, n.kernel.channels, y.H, y.W, y.C)
		}
		if n.op == opConv {
			conv(x, n.kernel, y)
		} else {
			depthwise(x, n.kernel, y)
		}
	case opReLU:
		for i, v := range x.V {
			y.V[i] = max(v, 0)
		}
	case opAbs:
		for i, v := range x.V {
			y.V[i] = float32(math.Abs(float64(v)))
		}
	case opReshape:
		copy(y.V, x.V)
	default:
		return pairwise(n.op, x, r.at[n.inputs[1]], y)
	}
	return nil
}

// pairwise adds, multiplies or subtracts; one of the two may be a value for each channel.
//
//go:norace
func pairwise(op int, a, b, y Tensor) error {
	for _, t := range []Tensor{a, b} {
		if len(t.V) != len(y.V) && len(t.V) != y.C {
			return fmt.Errorf("%d values for %d", len(t.V), len(y.V))
		}
	}
	for from := 0; from < len(y.V); from += y.C { // a place
		to := y.V[from:][:y.C]
		p, q := a.place(from, y.C), b.place(from, y.C)
		switch op {
		case opAdd:
			for c := range to {
				to[c] = p[c] + q[c]
			}
		case opMul:
			for c := range to {
				to[c] = p[c] * q[c]
			}
		case opSub:
			for c := range to {
				to[c] = p[c] - q[c]
			}
		}
	}
	return nil
}

// place are the channels of one place; of a vector, which is the same for all, the vector.
func (t Tensor) place(from, c int) []float32 {
	if len(t.V) == c {
		return t.V
	}
	return t.V[from:][:c]
}
