package ui

import (
	"time"

	"fyne.io/fyne/v2"

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

	painted func(func()) (stop func()) // runs it when what was drawn is on the glass
	stop    func()                     // of the wait for that
	unseen  bool                       // the page was not on the glass yet
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
	return f.taps.unseen || f.standsOn() != f.taps.on && f.taps.now().Before(f.taps.until)
}

// appear begins a page. A touch that is handled before the page is on the glass was
// made on the one before it. The toolkit does not tell when a touch was made, and
// painting can take longer than twoTaps where no graphics hardware helps.
func (f *Display) appear() {
	if f.taps.stop != nil {
		f.taps.stop()
	}
	f.taps.unseen = true
	f.taps.stop = f.taps.painted(func() {
		f.taps.unseen = false
		f.tell()
	})
}

// tell says which view is on the glass.
func (f *Display) tell() {
	if v := f.view; !f.taps.unseen {
		f.standing.Store(&v)
	}
}

// afterPaint runs do on the screen's thread when what was drawn is painted, and the
// touches that came meanwhile were handled: the toolkit handles touches, ticks its
// animations and paints, in this order, so that it is the second tick.
func afterPaint(do func()) (stop func()) {
	a := fyne.NewAnimation(time.Hour, nil)
	ticks := 0
	a.Tick = func(float32) {
		if ticks++; ticks == 2 {
			a.Stop()
			do()
		}
	}
	a.RepeatCount = fyne.AnimationRepeatForever
	a.Start()
	return a.Stop
}
