// Package turns decides whether a head was turned as it was asked to: call [New], ask for
// [Course.Wanted], and give each frame to [Course.See]. It is pure: no picture comes here,
// only how far a head is turned and whether it is still the first frame's person.
//
// A course is look ahead, turn, look ahead, turn, look ahead; which way each turn is was
// drawn by the authority. Each needs two frames behind each other. A frame between two
// (neither ahead nor turned) counts for nothing. What it stops is a photo that is held up
// or turned by hand. It does not stop a film of the person who made these very turns, a
// mask, a face that a program draws, or a camera that is a program.
package turns

import "errors"

// Way is where a head looks to.
type Way int8

// Ways. Left and Right are the person's own: a head that is turned to its left has its
// nose further to the right of an unmirrored picture.
const (
	Between Way = iota // neither ahead nor turned
	Ahead
	Left
	Right
)

// Ours, in parts of the distance between the eyes (Face.Turn).
const (
	ahead  = 0.06 // at most, looking ahead
	turned = 0.12 // at least, turned
)

// WayOf is where a head with that turn looks to.
func WayOf(turn float64) Way {
	switch {
	case turn >= turned:
		return Left
	case turn <= -turned:
		return Right
	case turn <= ahead && turn >= -ahead:
		return Ahead
	}
	return Between // also of no number
}

// Why a course failed; each has a sentence of its own on the page.
var (
	ErrAnother = errors.New("turns: another person than in the first frame")
	ErrWrong   = errors.New("turns: the head was turned the other way")
	ErrLong    = errors.New("turns: it took too many frames")
)

// most is how many frames a course has: a minute at two frames a second.
const most = 120

// inRow is how many frames behind each other a step needs.
const inRow = 2

// A Course is one person before the camera, once. The zero Course is over.
type Course struct {
	Steps   [5]Way
	Step    int8 // the one that is asked for; len(Steps): all were done
	Row     int8 // frames behind each other that did it
	Against int8 // frames behind each other that were turned the other way
	Frames  int16
	Err     error
}

// New is a course with these two turns, which have to be drawn where no person before the
// camera knows them.
func New(first, second Way) Course {
	return Course{Steps: [5]Way{Ahead, first, Ahead, second, Ahead}}
}

// Done: every step was done, by one person.
func (c Course) Done() bool {
	return c.Err == nil && c.Steps[0] == Ahead && int(c.Step) == len(c.Steps)
}

// Over: no frame changes it any more.
func (c Course) Over() bool {
	return c.Err != nil || c.Steps[0] != Ahead || int(c.Step) == len(c.Steps)
}

// Wanted is what the person is asked for now; Between where the course is over.
func (c Course) Wanted() Way {
	if c.Over() {
		return Between
	}
	return c.Steps[c.Step]
}

// See is the course behind one more frame: where the head looks to, and whether it is the
// person of the first frame.
func (c Course) See(way Way, same bool) Course {
	if c.Over() {
		return c
	}
	if !same {
		c.Err = ErrAnother
		return c
	}
	c.Frames++
	switch want := c.Wanted(); {
	case way == want:
		c.Row, c.Against = c.Row+1, 0
	case want != Ahead && (way == Left || way == Right):
		c.Row, c.Against = 0, c.Against+1
	default: // on the way there, or still on the way back
		c.Row, c.Against = 0, 0
	}
	switch {
	case c.Against == inRow:
		c.Err = ErrWrong
	case c.Row == inRow:
		c.Step, c.Row, c.Against = c.Step+1, 0, 0
	}
	if c.Frames == most && !c.Over() {
		c.Err = ErrLong
	}
	return c
}

// Completes: a frame that looks there does the step that is asked for. The identity is
// compared before it is seen.
func (c Course) Completes(way Way) bool {
	return !c.Over() && way == c.Wanted() && c.Row == inRow-1
}
