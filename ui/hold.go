package ui

import (
	"time"

	"multicopy.example/kiosk"
)

// stands is how long a page that says what the machine does is on the glass at
// least. A check that takes no time would flicker, and who cannot see that it was
// made does not believe it.
const stands = 700 * time.Millisecond

// A hold keeps such a page standing. The loop is not held: what it shows meanwhile
// waits here, and a later view takes the place of one that waits.
type hold struct {
	after   func(time.Duration, func()) (stop func()) // runs on the screen's thread
	stop    func()
	stands  bool
	waiting bool
	next    kiosk.View
}

// holds reports whether a view has to wait for the page that stands.
func (f *Display) holds(v kiosk.View) bool {
	h := &f.hold
	lifted := f.view.Card && !v.Card // seen within half a second, whatever stands
	if !h.stands || v.Place == f.view.Place || lifted {
		h.waiting = false
		return false
	}
	h.waiting, h.next = true, v
	return true
}

// stand begins the time of a page that was drawn.
func (f *Display) stand(drawn bool) {
	h := &f.hold
	if !drawn {
		return
	}
	if h.stop != nil {
		h.stop()
		h.stop = nil
	}
	if h.stands = f.view.Place.InVisit() && !f.view.Place.WaitsForPerson(); h.stands {
		h.stop = h.after(stands, func() {
			if h.stands = false; h.waiting {
				h.waiting = false
				f.draw(h.next)
			}
		})
	}
}

// onceLater is the clock of a display that is not a test's. A timer that was
// stopped when it had fired already does nothing.
func (f *Display) onceLater(d time.Duration, do func()) func() {
	stopped := false // the screen's thread alone
	t := time.AfterFunc(d, func() {
		f.onScreenThread(func() {
			if !stopped {
				do()
			}
		})
	})
	return func() { stopped = true; t.Stop() }
}
