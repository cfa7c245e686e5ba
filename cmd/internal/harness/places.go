package harness

import (
	"time"

	"multicopy.example/kiosk"
)

// Places is a display that tells where its kiosk is, for firmware in the test's own process. A place that
// finds no room is lost.
type Places chan kiosk.Place

// Show tells a place.
func (s Places) Show(v kiosk.View) {
	select {
	case s <- v.Place:
	default:
	}
}

// Until waits until a place is shown.
func (s Places) Until(t TB, p kiosk.Place) {
	t.Helper()
	for late := time.After(Patience); ; {
		select {
		case got := <-s:
			if got == p {
				return
			}
		case <-late:
			t.Fatalf("%v was not shown", p)
		}
	}
}
