package nets

import (
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/face/weights"
	"multicopy.example/kiosk/must"
)

func named(t testing.TB, manifest, data string) Named {
	t.Helper()
	n, err := ReadManifest(read(t, manifest), read(t, data))
	must.OK(t, err)
	return n
}

func detector(t testing.TB) *Detector {
	t.Helper()
	d, err := NewDetector(named(t, weights.DetectorManifest, weights.Detector))
	must.OK(t, err)
	return d
}

func landmarker(t testing.TB) *Landmarker {
	t.Helper()
	m, err := NewLandmarker(named(t, weights.LandmarkManifest, weights.Landmarks))
	must.OK(t, err)
	return m
}

// testdata/detector.golden and landmarks.golden are of face-api 1.7.15 itself, on
// TensorFlow.js' own processor backend in Chromium, of the same waves.
func TestDetectorIsThatOfFaceAPI(t *testing.T) {
	same(t, detector(t).run(wave(224)).V, golden(t, "detector.golden"))
}

func TestLandmarksAreThoseOfFaceAPI(t *testing.T) {
	points, err := landmarker(t).Find(wave(LandmarkSide))
	must.OK(t, err)
	var got []float32
	for _, p := range points {
		got = append(got, p[:]...)
	}
	same(t, got, golden(t, "landmarks.golden"))
	if _, err := landmarker(t).Find(wave(100)); err == nil {
		t.Error("a picture of another size was taken")
	}
}

// Nothing is a face; each box that is found would be one by itself, and none shares most
// of its place with a surer one.
func TestBoxesAreSortedAndApart(t *testing.T) {
	all := detector(t).Find(wave(224), 0.001)
	for i, b := range all {
		for _, a := range all[:i] {
			if a.Score < b.Score || a.shares(b) > 0.4 {
				t.Errorf("%+v comes before %+v", a, b)
			}
		}
	}
	if len(all) < 2 || len(detector(t).Find(wave(224), 0.5)) != 0 {
		t.Errorf("%d boxes of next to no certainty", len(all))
	}
	if s := (Box{X: 0, Y: 0, W: 2, H: 1}).shares(Box{X: 1, Y: 0, W: 2, H: 1}); s < 0.333 || s > 0.334 {
		t.Errorf("two boxes share %g", s)
	}
}

func TestDamagedWeightsAreAnErrorAndNoPanic(t *testing.T) {
	manifest, data := read(t, weights.DetectorManifest), read(t, weights.Detector)
	if _, err := ReadManifest(manifest, data[1:]); err == nil {
		t.Error("a file that is too short")
	}
	if _, err := ReadManifest(manifest, append(data[:len(data):len(data)], 0)); err == nil {
		t.Error("a file that is too long")
	}
	if _, err := ReadManifest([]byte(`[{"weights":[{"name":"a","shape":[-1],"dtype":"float32"}]}]`), nil); err == nil {
		t.Error("a shape below zero")
	}
	if _, err := NewDetector(named(t, weights.LandmarkManifest, weights.Landmarks)); err == nil {
		t.Error("another network's weights")
	}
	if _, err := NewLandmarker(named(t, weights.DetectorManifest, weights.Detector)); err == nil {
		t.Error("another network's weights")
	}
}

func BenchmarkDetector(b *testing.B) {
	d, x := detector(b), wave(224)
	for b.Loop() {
		d.run(x)
	}
}

func BenchmarkLandmarks(b *testing.B) {
	m, x := landmarker(b), wave(LandmarkSide)
	for b.Loop() {
		must.OK(b, must.Err(m.Find(x)))
	}
}
