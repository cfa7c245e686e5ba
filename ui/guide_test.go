package ui

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// What is painted reaches the edge at which the reader lies, and no other: the tip of
// the arrow is nearer to the glass's edge than anything else may stand.
func TestArrowIsPaintedAtTheEdgeOfTheReader(t *testing.T) {
	for side := layout.Nowhere; side <= layout.Left; side++ {
		for _, panel := range []layout.Panel{layout.Panel10, layout.PanelPortrait} {
			panel.Reader = layout.Reader{Side: side, MM: 150}
			f, _ := newDisplay(t, panel, func(kiosk.Event) {})
			f.Show(kiosk.View{Place: kiosk.PlaceCard, Tries: -1})
			shot := f.win.Canvas().Capture()
			near := 4 * panel.W / int(panel.WMM) // mm
			seen := map[layout.Side]bool{}
			r, g, b, _ := layout.Primary.Colour(kiosk.ThemeLight).RGBA()
			for y := range panel.H {
				for x := range near {
					for at, x := range map[layout.Side]int{layout.Left: x, layout.Right: panel.W - 1 - x} {
						if cr, cg, cb, _ := shot.At(x, y).RGBA(); cr == r && cg == g && cb == b {
							seen[at] = true
						}
					}
				}
			}
			if seen[layout.Left] != (side == layout.Left) || seen[layout.Right] != (side == layout.Right) {
				t.Errorf("%d by %d, reader at side %d: an arrow at %v", panel.W, panel.H, side, seen)
			}
		}
	}
}
