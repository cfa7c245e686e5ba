package ui

import (
	"time"

	"multicopy.example/kiosk"
)

// twoTaps is how long after a press a touch on another page counts as the second of
// two that were made as one. A trembling hand taps twice, and the page has changed
// under the second: it would type a digit, or stop the visit.
const twoTaps = 400 * time.Millisecond

// taps is what a second tap is known by.
type taps struct {
	on    pressed   // what was pressed
	until time.Time // … and when a touch is one of its own again
	now   func() time.Time
}

// pressed is the page of a press: one of a place's pages, or one of choices,
// which lies over it.
type pressed struct {
	place    kiosk.Place
	choosing kiosk.Choice
	page     int
}

func (f *Display) standsOn() pressed { return pressed{f.view.Place, f.view.Choosing, f.page} }

// touched begins the time in which a second tap may come.
func (f *Display) touched() {
	f.taps.on, f.taps.until = f.standsOn(), f.taps.now().Add(twoTaps)
}

// second reports whether a touch is meant for the page before this one.
// A timer would be late where the screen's thread is, and a touch of its own be lost.
func (f *Display) second() bool {
	return f.standsOn() != f.taps.on && f.taps.now().Before(f.taps.until)
}
