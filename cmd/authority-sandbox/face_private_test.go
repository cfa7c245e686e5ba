package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/face"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/head"
	"multicopy.example/cmd/internal/memscan"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk/must"
)

// canary is a frame whose pixels, as a JPEG and as it is decoded, no other picture has.
func canary(t *testing.T, dice *rand.Rand, turn float64) (jpg []byte, patterns []secretscan.Pattern) {
	t.Helper()
	m := head.Frame(turn, head.Anne)
	for y := 4; y < 60; y++ { // noise beside the head
		for x := 4; x < 120; x++ {
			m.Set(x, y, color.RGBA{uint8(dice.IntN(256)), uint8(dice.IntN(256)), uint8(dice.IntN(256)), 255})
		}
	}
	var b bytes.Buffer
	must.OK(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 85}))
	jpg = b.Bytes()
	decoded, err := jpeg.Decode(bytes.NewReader(jpg))
	must.OK(t, err)
	planes := decoded.(*image.YCbCr)
	text := base64.StdEncoding.EncodeToString(jpg)
	add := func(shape string, b []byte) {
		patterns = append(patterns, secretscan.Pattern{Secret: "frame", Shape: shape, Bytes: bytes.Clone(b)})
	}
	for _, part := range []int{3, 5, 7} { // of the whole length, in eighths
		add("JPEG", jpg[len(jpg)*part/8:][:24])
		add("base64", []byte(text[len(text)*part/8:][:32]))
		add("pixels", planes.Y[planes.YStride*part*5+40:][:24])
		var values []byte
		for x := 40; x < 46; x++ {
			r, g, blue, _ := decoded.At(x, part*5).RGBA()
			for _, v := range []uint32{r, g, blue} {
				values = binary.LittleEndian.AppendUint32(values, math.Float32bits(float32(v>>8)))
			}
		}
		add("values", values)
	}
	return jpg, patterns
}

// TestNothingOfAFaceIsLeft: frames, photo and vectors are looked for in every file and log of
// an authority whose person was matched, and in its memory.
func TestNothingOfAFaceIsLeft(t *testing.T) {
	must.Need(t, "make weights and another process")
	weights, err := filepath.Abs("../../bin/weights")
	must.OK(t, err)
	networks, err := face.Load(weights)
	must.OK(t, err)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	b := &bench{TB: t, dir: newFolder(t, sqlite), clock: &clock{}}
	logs := t.TempDir()
	program := filepath.Join(t.TempDir(), "authority-sandbox") // as it is used: this one may be built with the race detector
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	a := harness.NewAuthority(harness.Programs{Sandbox: program}, b.dir, logs, "--weights", weights)
	must.OK(t, a.Start(t.Context()))
	t.Cleanup(func() { a.Kill() }) //nolint:errcheck // the test is over
	b.app = a.App()

	frames, patterns := map[string][]byte{}, []secretscan.Pattern{}
	for _, of := range []struct { // in this order: what the dice say is repeated by the seed
		way  string
		turn float64
	}{{appclient.FaceAhead, head.Ahead}, {appclient.FaceLeft, head.Left}, {appclient.FaceRight, head.Right}} {
		jpg, marks := canary(t, dice, of.turn)
		for more := 20; !hasFace(t, networks, jpg) && more > 0; more-- { // noise can hide it
			jpg, marks = canary(t, dice, of.turn)
		}
		frames[of.way], patterns = jpg, append(patterns, marks...)
		patterns = append(patterns, vectorOf(t, networks, "the vector of "+of.way, jpg)...)
	}
	p, err := face.Decode(frames[appclient.FaceAhead])
	must.OK(t, err)
	photo, err := networks.Portrait(p)
	must.OK(t, err)
	for _, part := range []int{3, 5, 7} {
		patterns = append(patterns, secretscan.Pattern{Secret: "photo", Shape: "JPEG2000", Bytes: photo[len(photo)*part/8:][:24]})
	}
	printed, err := fixture.Rephoto(b.dir, "hanako", photo)
	must.OK(t, err)
	text := base64.StdEncoding.EncodeToString(printed)
	patterns = append(patterns, secretscan.Pattern{Secret: "photo", Shape: "base64", Bytes: []byte(text[len(text)/3:][:32])})
	r, err := b.begins(func(m *appclient.FaceRequest) { m.Card = printed })
	must.OK(t, err)
	for n := 1; r.Wanted != ""; n++ {
		if r, err = b.app.Frame(t.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: bytes.Clone(frames[r.Wanted])}); err != nil || r.Hint != "" {
			t.Fatalf("frame %d: %+v, %v", n, r, err)
		}
	}
	if r.Made == nil {
		t.Fatalf("%+v", r)
	}
	report, err := memscan.Scan(t.Context(), a.PID(), patterns)
	must.OK(t, err)
	for _, c := range report.Copies {
		t.Errorf("memory: %s", c)
	}
	searched := 0
	for _, where := range []string{b.dir, logs} {
		files, err := secretscan.Folder(where, patterns, func(string) bool { return false })
		must.OK(t, err)
		searched += files.Files
		for _, f := range files.Places {
			t.Errorf("file: %s", f)
		}
	}
	t.Logf("%d patterns, %d MB of memory, %d files", len(patterns), report.Bytes>>20, searched)
	if report.Bytes < 10<<20 || searched < 20 {
		t.Error("too little was searched")
	}
	must.OK(t, os.WriteFile(filepath.Join(logs, "planted"), patterns[0].Bytes, 0o600))
	if files, err := secretscan.Folder(logs, patterns, func(string) bool { return false }); err != nil || len(files.Places) == 0 {
		t.Errorf("a frame that was planted is not found: %v", err)
	}
}

// hasFace reports whether a face is found in a picture.
func hasFace(t *testing.T, n *face.Networks, jpg []byte) bool {
	t.Helper()
	p, err := face.Decode(jpg)
	must.OK(t, err)
	f, err := n.Look(p)
	if err == nil {
		f.Zero()
	}
	return err == nil
}

// vectorOf is what comparing a frame makes, as its bytes and as a log would print it.
func vectorOf(t *testing.T, n *face.Networks, name string, jpg []byte) (patterns []secretscan.Pattern) {
	t.Helper()
	p, err := face.Decode(jpg)
	must.OK(t, err)
	f, err := n.Look(p)
	must.OK(t, err)
	var b []byte
	for _, v := range f.Vector {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	patterns = append(patterns, secretscan.Pattern{Secret: name, Shape: "float32", Bytes: b[40:72]}, secretscan.Pattern{Secret: name, Shape: "float32", Bytes: b[400:432]})
	return append(patterns, secretscan.Pattern{Secret: name, Shape: "text", Bytes: fmt.Append(nil, f.Vector[10])})
}
