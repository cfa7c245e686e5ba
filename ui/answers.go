package ui

import (
	"sync/atomic"
	"time"
)

// soon is how long the screen's thread waits for what a press makes of the screen.
// Most presses are answered within a millisecond; one that is recorded first, or
// asked of the authority, is drawn when its answer comes.
const soon = 10 * time.Millisecond

// answers let the answer to a press be drawn in the frame in which its button is let
// go. The toolkit draws a frame as soon as a touch was delivered: without this the
// button alone would be drawn, and the answer would wait for that frame to be done
// and for the next one, 33 ms later.
type answers struct {
	awaited atomic.Bool
	drawn   chan func()
}

// await posts a press and draws its answer, if it comes soon. It is called on the
// screen's thread.
func (a *answers) await(post func()) {
	a.awaited.Store(true)
	defer a.awaited.Store(false)
	post()
	t := time.NewTimer(soon)
	defer t.Stop()
	select {
	case draw := <-a.drawn:
		draw()
	case <-t.C:
	}
}

// take hands a view to the press that waits for it; false where none does, or no
// more.
func (a *answers) take(draw func()) bool {
	if !a.awaited.Load() {
		return false
	}
	t := time.NewTimer(soon)
	defer t.Stop()
	select {
	case a.drawn <- draw:
		return true
	case <-t.C:
		return false
	}
}
