// Package face looks at pictures of people for the authority: call [Load] once,
// [Networks.Look] for each picture, and [Distance] for two faces.
//
// A picture is looked at for one face (tiny face detector), 68 points of it (face-api),
// is turned and scaled by five of them to the 112×112 pixels that the comparing network
// (MobileFaceNet) was trained on, and becomes a vector of length 1. Two vectors are of
// one person where they are nearer than [Threshold]. How often that is wrong is measured
// by make bench-face. Nothing here is written down, and each picture is zeroed by Zero.
package face

import (
	"errors"
	"math"

	"multicopy.example/cmd/authority-sandbox/internal/face/nets"
	"multicopy.example/cmd/authority-sandbox/internal/face/weights"
)

// Threshold is the greatest distance, of 0 to 2, at which two faces are one person's.
const Threshold = 0.90

// What a picture can lack; each has a sentence of its own on the page.
var (
	ErrNoFace = errors.New("face: none in the picture")
	ErrTwo    = errors.New("face: more than one in the picture")
	ErrDark   = errors.New("face: the picture is too dark")
	ErrSmall  = errors.New("face: too small in the picture")
)

// darkest and smallest are the limits of ErrDark (of 255) and ErrSmall (pixels between
// the eyes). Ours.
const darkest, smallest = 35.0, 16.0

// Networks are the three, read from their folder.
type Networks struct {
	detector   *nets.Detector
	landmarks  *nets.Landmarker
	comparison *nets.Graph
}

// Load reads the networks from the folder that make weights fills.
func Load(folder string) (*Networks, error) {
	var n Networks
	named := func(manifest, data string) (nets.Named, error) {
		m, err := weights.Read(folder, manifest)
		if err != nil {
			return nil, err
		}
		d, err := weights.Read(folder, data)
		if err != nil {
			return nil, err
		}
		return nets.ReadManifest(m, d)
	}
	of, err := named(weights.DetectorManifest, weights.Detector)
	if err == nil {
		n.detector, err = nets.NewDetector(of)
	}
	if err != nil {
		return nil, err
	}
	if of, err = named(weights.LandmarkManifest, weights.Landmarks); err == nil {
		n.landmarks, err = nets.NewLandmarker(of)
	}
	if err != nil {
		return nil, err
	}
	file, err := weights.Read(folder, weights.Embedding)
	if err == nil {
		n.comparison, err = nets.ReadTFLite(file)
	}
	return &n, err
}

// A Face is one that was found.
type Face struct {
	Points [68][2]float64 // in pixels of the picture
	Vector []float32      // 192 values, of length 1
}

// Zero forgets the face.
func (f *Face) Zero() {
	clear(f.Vector)
	f.Points = [68][2]float64{}
}

// detectorSide is the side of the picture that the detector gets.
const detectorSide = 224

// room is how much of the picture's longer side is added on each side, in black, before a
// face is looked for: of a hundred that fill their picture (ORL) the detector misses one
// so, eleven at a quarter, and five where the picture's edge goes on instead of black.
const room = 0.5

// surest is how sure the detector has to be.
const surest = 0.4

// Look finds the one face of a picture, with its vector.
func (n *Networks) Look(p Picture) (f Face, err error) {
	if f, err = n.Points(p); err == nil {
		f.Vector, err = n.vector(p, f)
	}
	return f, err
}

// Points finds the one face of a picture, and compares it with nothing.
func (n *Networks) Points(p Picture) (f Face, err error) {
	if p.Light() < darkest {
		return f, ErrDark
	}
	box, err := n.find(p)
	if err != nil {
		return f, err
	}
	if f.Points, err = n.points(p, box); err != nil {
		return f, err
	}
	if f.small() {
		return f, ErrSmall
	}
	return f, nil
}

// square is a part of the picture, in its pixels.
type square struct{ x, y, side float64 }

func (s square) warp(side int) warp { return warp{a: s.side / float64(side), c: s.x, d: s.y} }

// find answers the square around the one face.
func (n *Networks) find(p Picture) (square, error) {
	long := float64(max(p.t.W, p.t.H))
	all := square{float64(p.t.W)/2 - long*(0.5+room), float64(p.t.H)/2 - long*(0.5+room), long * (1 + 2*room)}
	x := Picture{p.t, true}.through(all.warp(detectorSide), detectorSide, nets.DetectorMean, 255)
	defer clear(x.V)
	boxes := n.detector.Find(x, surest)
	switch {
	case len(boxes) == 0:
		return square{}, ErrNoFace
	case len(boxes) > 1 && boxes[1].W*boxes[1].H > boxes[0].W*boxes[0].H/4: // not one on a wall far behind
		return square{}, ErrTwo
	}
	b := boxes[0]
	side := max(b.W, b.H) * all.side
	return square{all.x + (b.X+b.W/2)*all.side - side/2, all.y + (b.Y+b.H/2)*all.side - side/2, side}, nil
}

func (n *Networks) points(p Picture, in square) (points [68][2]float64, err error) {
	x := p.through(in.warp(nets.LandmarkSide), nets.LandmarkSide, nets.LandmarkMean, 255)
	defer clear(x.V)
	found, err := n.landmarks.Find(x)
	for i, q := range found {
		points[i] = [2]float64{in.x + float64(q[0])*in.side, in.y + float64(q[1])*in.side}
	}
	return points, err
}

// template is where the eyes, the nose's tip and the corners of the mouth are in the
// pictures that the comparing network was trained on (ArcFace, 112×112).
var template = [][2]float64{{38.2946, 51.6963}, {73.5318, 51.5014}, {56.0252, 71.7366}, {41.5493, 92.3655}, {70.7299, 92.2041}}

const comparisonSide = 112

func (f Face) five() [][2]float64 {
	mean := func(from, to int) (m [2]float64) {
		for _, q := range f.Points[from:to] {
			m[0] += q[0] / float64(to-from)
			m[1] += q[1] / float64(to-from)
		}
		return m
	}
	return [][2]float64{mean(36, 42), mean(42, 48), f.Points[30], f.Points[48], f.Points[54]}
}

// eyes is the distance between them, in pixels.
func (f Face) eyes() float64 {
	e := f.five()
	return math.Hypot(e[1][0]-e[0][0], e[1][1]-e[0][1])
}

func (f Face) small() bool { return f.eyes() < smallest }

// Turn is how far the head is turned: where the nose's tip is along the line through the
// eyes, from the middle between them, in parts of their distance. Above zero is to the
// right of the picture.
func (f Face) Turn() float64 {
	e := f.five()
	dx, dy := e[1][0]-e[0][0], e[1][1]-e[0][1]
	mx, my := (e[0][0]+e[1][0])/2, (e[0][1]+e[1][1])/2
	return ((e[2][0]-mx)*dx + (e[2][1]-my)*dy) / (dx*dx + dy*dy)
}

func (n *Networks) vector(p Picture, f Face) ([]float32, error) {
	w, err := fit(template, f.five())
	if err != nil {
		return nil, err
	}
	x := p.through(w, comparisonSide, [3]float32{127.5, 127.5, 127.5}, 128)
	defer clear(x.V)
	y, err := n.comparison.Run(x)
	if err != nil {
		return nil, err
	}
	long := 0.0
	for _, v := range y.V {
		long += float64(v) * float64(v)
	}
	for i := range y.V {
		y.V[i] /= float32(math.Sqrt(long))
	}
	return y.V, nil
}

// Distance of two faces, 0 to 2.
func Distance(a, b Face) float64 {
	sum := 0.0
	for i := range a.Vector {
		d := float64(a.Vector[i] - b.Vector[i])
		sum += d * d
	}
	return math.Sqrt(sum)
}
