package face

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/face/weights"
	"multicopy.example/kiosk/must"
)

func load(t testing.TB) *Networks {
	t.Helper()
	must.Need(t, "make weights")
	n, err := Load(networks)
	must.OK(t, err)
	return n
}

// painted is a picture of the same colour but for a slope, which is no face.
func painted(w, h int, shade uint8) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{shade, shade + uint8(x%8), shade, 255})
		}
	}
	return m
}

func TestAPictureWithoutAFaceSaysSo(t *testing.T) {
	n := load(t)
	if _, err := n.Look(FromImage(painted(320, 240, 120))); !errors.Is(err, ErrNoFace) {
		t.Errorf("%v", err)
	}
	if _, err := n.Look(FromImage(painted(320, 240, 5))); !errors.Is(err, ErrDark) {
		t.Errorf("%v", err)
	}
}

func TestWithoutWeightsThereIsNoNetwork(t *testing.T) {
	if _, err := Load(t.TempDir()); !errors.Is(err, weights.ErrAbsent) {
		t.Errorf("%v", err)
	}
}

func TestAPictureIsBoundedBeforeItIsDecoded(t *testing.T) {
	encode := func(w, h int) []byte {
		var b bytes.Buffer
		must.OK(t, jpeg.Encode(&b, painted(w, h, 90), nil))
		return b.Bytes()
	}
	p, err := Decode(encode(64, 80))
	if err != nil || p.t.W != 64 || p.t.H != 80 || math.Abs(p.Light()-93) > 3 {
		t.Errorf("%v, %d×%d, light %g", err, p.t.W, p.t.H, p.Light())
	}
	if p.Zero(); p.Light() != 0 {
		t.Error("a picture that was zeroed has light")
	}
	// A PNG that says it is 60,000 pixels wide, and holds nothing.
	var small bytes.Buffer
	must.OK(t, png.Encode(&small, painted(64, 64, 90)))
	wide := bytes.Clone(small.Bytes())
	binary.BigEndian.PutUint32(wide[16:], 60000)
	binary.BigEndian.PutUint32(wide[29:], crc32.ChecksumIEEE(wide[12:29]))
	for why, file := range map[string][]byte{"nothing": nil, "no picture": []byte("GIF89a"), "half": encode(64, 80)[:200], "too small": encode(20, 20), "too large": wide} {
		if _, err := Decode(file); err == nil || !strings.HasPrefix(err.Error(), "face: ") {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, encode := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return jpeg.Encode(b, painted(64, 64, 90), nil) },
		func(b *bytes.Buffer) error { return png.Encode(b, painted(64, 64, 90)) },
	} {
		var b bytes.Buffer
		must.OK(f, encode(&b))
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if p, err := DecodeFrame(file); err == nil && (len(p.t.V) != p.t.H*p.t.W*3 || max(p.t.W, p.t.H) > frameSide) {
			t.Errorf("a frame of %d×%d with %d values", p.t.W, p.t.H, len(p.t.V))
		}
		if p, err := Decode(file); err == nil && (len(p.t.V) != p.t.H*p.t.W*3 || max(p.t.W, p.t.H) > maxSide) {
			t.Errorf("%d×%d with %d values", p.t.W, p.t.H, len(p.t.V))
		}
	})
}

func TestFitFindsHowAPictureWasTurnedScaledAndMoved(t *testing.T) {
	want := warp{a: 1.5 * math.Cos(0.3), b: 1.5 * math.Sin(0.3), c: 12, d: -7}
	var to [][2]float64
	for _, p := range template {
		x, y := want.at(p[0], p[1])
		to = append(to, [2]float64{x, y})
	}
	got, err := fit(template, to)
	if err != nil || math.Abs(got.a-want.a)+math.Abs(got.b-want.b)+math.Abs(got.c-want.c)+math.Abs(got.d-want.d) > 1e-9 {
		t.Errorf("%+v, want %+v, %v", got, want, err)
	}
	if _, err := fit([][2]float64{{1, 1}, {1, 1}}, [][2]float64{{1, 1}, {2, 2}}); err == nil {
		t.Error("one place can be turned")
	}
}

// A turn is told from where the nose is, however the head is tilted.
func TestTurnIsOfTheNoseAlongTheEyes(t *testing.T) {
	for _, tilt := range []float64{0, 0.5, -0.5, math.Pi} {
		for _, turn := range []float64{-0.3, 0, 0.3} {
			var f Face
			at := func(x, y float64) [2]float64 {
				return [2]float64{200 + x*math.Cos(tilt) - y*math.Sin(tilt), 150 + x*math.Sin(tilt) + y*math.Cos(tilt)}
			}
			for i := 36; i < 42; i++ {
				f.Points[i], f.Points[i+6] = at(-30, 0), at(30, 0)
			}
			f.Points[30] = at(60*turn, 35)
			if got := f.Turn(); math.Abs(got-turn) > 1e-9 {
				t.Errorf("tilted by %g: %g, want %g", tilt, got, turn)
			}
		}
	}
	f := Face{Vector: []float32{1, 2}, Points: [68][2]float64{{1, 1}}}
	if f.Zero(); f.Vector[1] != 0 || f.Points[0][0] != 0 {
		t.Error("a face that was zeroed is there")
	}
}
