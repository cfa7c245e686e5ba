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
	on   pressed // what was pressed
	soon bool    // … less than twoTaps ago
	stop func()
}

// pressed is the page of a press: one of a place's pages, or that of the languages,
// which lies over it.
type pressed struct {
	place    kiosk.Place
	choosing bool
	page     int
}

func (f *Display) standsOn() pressed { return pressed{f.view.Place, f.view.Choosing, f.page} }

// touched begins the time in which a second tap may come.
func (f *Display) touched() {
	if f.taps.stop != nil {
		f.taps.stop()
	}
	f.taps.on, f.taps.soon = f.standsOn(), true
	f.taps.stop = f.hold.after(twoTaps, func() { f.taps.soon = false })
}

// second reports whether a touch is meant for the page before this one.
func (f *Display) second() bool { return f.taps.soon && f.standsOn() != f.taps.on }
