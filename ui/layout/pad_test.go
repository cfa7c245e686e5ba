package layout

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// A shuffled pad has the same keys in the same places, each once, and what is printed of it does not tell
// which stands where.
func TestShuffledPadHasEachDigitOnceAndPrintsNoPlace(t *testing.T) {
	d := kiosk.Digits{'4', '0', '9', '1', '7', '3', '8', '2', '6', '5'}
	pads := 0
	for _, panel := range []Panel{Panel10, PanelPortrait} {
		for _, v := range sample.Views(kiosk.English, kiosk.SizeNormal) {
			usual := Lay(v.View, panel, Fill{v.Typed, v.Form})
			if v.Shuffle, v.Digits = true, d; v.Pad != kiosk.PadPIN {
				continue
			}
			pads++
			s := Lay(v.View, panel, Fill{v.Typed, v.Form})
			if s.String() != usual.String() {
				t.Errorf("%s prints another screen", v.Name)
			}
			were, are := map[Rect]bool{}, map[byte]Rect{}
			for _, it := range usual.Items {
				were[it.Rect] = were[it.Rect] || it.Cap == CapChar
			}
			for _, it := range s.Items {
				if it.Cap != CapChar {
					continue
				}
				if _, twice := are[it.Char]; twice || !were[it.Rect] || it.Text != string(it.Char) {
					t.Errorf("%s: %q stands at %v", v.Name, it.Char, it.Rect)
				}
				were[it.Rect], are[it.Char] = false, it.Rect
			}
			if len(are) != 10 || !above4(are) {
				t.Errorf("%s: %v", v.Name, are)
			}
		}
	}
	if pads < 10 {
		t.Errorf("%d pads", pads)
	}
}

// above4: 4, 0 and 9 stand in the first row and 5 in the last.
func above4(at map[byte]Rect) bool {
	return at['4'].Y == at['0'].Y && at['0'].Y == at['9'].Y && at['4'].X < at['0'].X && at['0'].X < at['9'].X && at['5'].Y > at['6'].Y
}
