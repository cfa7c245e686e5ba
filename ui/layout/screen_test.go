package layout

import (
	"testing"

	"multicopy.example/kiosk"
)

// A place whose screen is not drawn would show the closed kiosk.
func TestEveryScreenIsDrawn(t *testing.T) {
	for s := kiosk.Screen(1); s < kiosk.Screens; s++ {
		if screens[s] == nil {
			t.Errorf("screen %d has no drawing", s)
		}
	}
}
