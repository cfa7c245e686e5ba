package nets

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/face/weights"
	"multicopy.example/kiosk/must"
)

// folder is where make weights lays the networks.
const folder = "../../../../../bin/weights"

func read(t testing.TB, name string) []byte {
	t.Helper()
	must.Need(t, "make weights")
	b, err := weights.Read(folder, name)
	must.OK(t, err)
	return b
}

// wave is a picture that needs no person: each value follows from its number.
func wave(side int) Tensor {
	x := NewTensor(side, side, 3)
	for i := range x.V {
		x.V[i] = float32(math.Sin(float64(i) * 0.37))
	}
	return x
}

// golden is what an official runtime made of the same.
func golden(t *testing.T, name string) (all []float32) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	must.OK(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		v, err := strconv.ParseFloat(lines.Text(), 32)
		must.OK(t, err)
		all = append(all, float32(v))
	}
	return all
}

// same compares two vectors by the length of their difference, in parts of that of the
// second: a runtime with another order of additions differs by some 1e-6.
func same(t *testing.T, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values, want %d", len(got), len(want))
	}
	var off, long float64
	for i := range got {
		off += math.Pow(float64(got[i]-want[i]), 2)
		long += math.Pow(float64(want[i]), 2)
	}
	off = math.Sqrt(off / long)
	t.Logf("%d values, off by %.1e", len(got), off)
	if !(off <= 1e-5) {
		t.Errorf("off by %g", off)
	}
}

// testdata/embedding.golden is of TensorFlow Lite's own runtime for browsers (@tensorflow/tfjs-tflite
// 0.0.1-alpha.10, one thread) in Chromium, of this picture twice: the file has a batch of two.
func TestEmbeddingIsThatOfTensorFlowLite(t *testing.T) {
	g, err := ReadTFLite(read(t, weights.Embedding))
	must.OK(t, err)
	x := wave(112)
	for range 2 { // a second run finds nothing of the first
		y, err := g.Run(x)
		must.OK(t, err)
		same(t, y.V, golden(t, "embedding.golden"))
	}
	if x.V[1] != wave(112).V[1] {
		t.Error("the picture was changed")
	}
	if _, err := g.Run(wave(100)); err == nil {
		t.Error("a picture of another size was taken")
	}
}

func TestADamagedModelIsAnErrorAndNoPanic(t *testing.T) {
	file := read(t, weights.Embedding)
	for _, n := range []int{0, 7, 8, 40, 1000, len(file) / 2} {
		if _, err := ReadTFLite(file[:n]); err == nil {
			t.Errorf("%d bytes of it are a network", n)
		}
	}
}

// BenchmarkEmbedding is what one comparison costs twice.
func BenchmarkEmbedding(b *testing.B) {
	g, err := ReadTFLite(read(b, weights.Embedding))
	must.OK(b, err)
	x := wave(112)
	for b.Loop() {
		must.OK(b, must.Err(g.Run(x)))
	}
}
