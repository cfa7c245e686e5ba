package face

import (
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/face/turns"
)

// A Matcher compares the photo of a card with what a camera sees: Compare(photo, frames) →
// live, score, where the frames come one by one, because the person is told between them
// what to do. An authority in earnest fills it with a matcher of its own, and brings what
// ours cannot: figures for its own people, and a test of presentation attacks by ISO/IEC 30107-3.
//
// A matcher keeps nothing of a photo or a frame behind Zero, writes none of it anywhere, and
// tells of them nothing but what Seen has.
type Matcher interface {
	// Begin takes a photo, JPEG2000, of a card that was believed, and in which order the head is
	// to be turned. ErrPhoto; ErrNoFace, ErrTwo, ErrDark, ErrSmall of the photo.
	Begin(photo []byte, first, second turns.Way) (Comparison, error)
}

// A Comparison is of one photo with one camera, once.
type Comparison interface {
	// See takes the next frame, a JPEG of at most FrameMax bytes. Before the first of them is
	// compared with the photo it calls count, which writes down that a try was made; where
	// count fails nothing is compared and its error is answered. ErrNoFace, ErrTwo, ErrDark,
	// ErrSmall and ErrUnclear say what a frame lacks; another one may follow.
	See(frame []byte, count func() error) (Seen, error)
	// Zero forgets everything.
	Zero()
}

// Seen is how far a comparison is.
type Seen struct {
	Wanted turns.Way // what the person is to do now
	Step   int       // of Steps: done
	Ended  bool      // there is a verdict: Live, Match and Score are to be used
	Live   bool
	Match  bool
	Score  float64 // distance, 0 to 2
}

// Steps is how many a comparison has.
const Steps = len(turns.Course{}.Steps)

// Bounds of a frame, before anything is decoded.
const (
	FrameMax  = 96 << 10
	frameSide = 800
)

// ErrUnclear: a frame is no picture within the bounds.
var ErrUnclear = errors.New("face: no picture within the bounds")

// apart is the greatest distance of one person's faces of one camera, one of them turned:
// farther than Threshold, because it only tells that another came before the camera: of ORL 0
// of 275 pairs of one person are farther, and 22 of 15,538 of two are nearer.
const apart = 1.0

// Begin is of Matcher.
func (n *Networks) Begin(photo []byte, first, second turns.Way) (Comparison, error) {
	p, err := DecodePhoto(photo)
	if err != nil {
		return nil, err
	}
	defer p.Zero()
	f, err := n.Look(p)
	if err != nil {
		return nil, err
	}
	return &comparison{networks: n, photo: f, course: turns.New(first, second)}, nil
}

// comparison is ours: the head is turned twice and looks ahead before, between and behind.
// At each step's end the face is compared with the first one of the camera, and where it
// looks ahead with the photo; what counts is the mean of these three.
type comparison struct {
	networks *Networks
	photo    Face
	first    Face
	course   turns.Course
	counted  bool
	sum      float64
}

func (c *comparison) See(frame []byte, count func() error) (Seen, error) {
	if len(frame) > FrameMax {
		return c.seen(), ErrUnclear
	}
	p, err := DecodeFrame(frame)
	if err != nil {
		return c.seen(), ErrUnclear
	}
	defer p.Zero()
	f, err := c.networks.Points(p)
	if err != nil {
		return c.seen(), err
	}
	defer f.Zero()
	way, same := turns.WayOf(f.Turn()), true
	if c.course.Completes(way) {
		if !c.counted {
			if err := count(); err != nil {
				return c.seen(), err
			}
			c.counted = true
		}
		if same, err = c.compare(p, f, way); err != nil {
			return c.seen(), err
		}
	}
	c.course = c.course.See(way, same)
	return c.seen(), nil
}

// compare says whether the face is the camera's first, and adds how far it is from the photo.
func (c *comparison) compare(p Picture, f Face, way turns.Way) (same bool, err error) {
	if f.Vector, err = c.networks.vector(p, f); err != nil {
		return false, err
	}
	if c.first.Vector == nil {
		c.first.Vector = append([]float32(nil), f.Vector...)
	}
	if way == turns.Ahead {
		c.sum += Distance(f, c.photo)
	}
	same = Distance(f, c.first) < apart
	f.Zero()
	return same, nil
}

func (c *comparison) seen() Seen {
	s := Seen{Wanted: c.course.Wanted(), Step: int(c.course.Step), Ended: c.course.Over(), Live: c.course.Done()}
	if s.Live {
		s.Score = c.sum / 3 // as often as it looks ahead
		s.Match = s.Score < Threshold
	}
	return s
}

func (c *comparison) Zero() {
	c.photo.Zero()
	c.first.Zero()
	c.course, c.sum = turns.Course{}, 0
}
