package ui

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// The usual paper is the window's own, and costs no rectangle; another paper covers it
// all, and goes with its screen.
func TestPaperIsDrawnOnlyWhereItIsAnother(t *testing.T) {
	f, _ := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	loud := kiosk.View{Place: kiosk.TakeCard, Message: kiosk.MsgTimeout, Loud: true, Card: true, Tries: -1}
	for i, v := range []kiosk.View{{Place: kiosk.Idle, Tries: -1}, loud, {Place: kiosk.Thanks, Tries: -1}} {
		f.Show(v)
		want := []layout.Role{layout.Page, layout.Amber, layout.Page}[i]
		r, g, b, _ := f.win.Canvas().Capture().At(3, layout.Panel10.H-3).RGBA()
		if wr, wg, wb, _ := want.Colour().RGBA(); r != wr || g != wg || b != wb {
			t.Errorf("%s is on another paper", v.Place)
		}
		if f.paper.Visible() != (want != layout.Page) {
			t.Errorf("%s: a rectangle is drawn: %v", v.Place, f.paper.Visible())
		}
	}
}
