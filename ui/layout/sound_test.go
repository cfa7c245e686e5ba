package layout

import (
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// For who uses keys each page has one target more, the last one, as large as any other; it takes no room from
// what is there, and is no target of a question, nor where a screen begins.
func TestPageOfSoundIsReachedByKeysFromEveryPage(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		x := v.View
		x.Sound = true
		heard := LayPage(x, panel, Fill{v.Typed, v.Form}, s.Page)
		if len(heard.Items) != len(s.Items) {
			t.Errorf("%d items, %d without", len(heard.Items), len(s.Items))
		}
		before, all := s.Stops(), heard.Stops()
		if v.Warn {
			if len(all) != len(before) {
				t.Errorf("it is offered beside a warning")
			}
			return
		}
		it := all[len(all)-1]
		mm := panel.WMM / float32(panel.W)
		if len(all) != len(before)+1 || it.Press != kiosk.ButtonSound || it.Text == "" || min(it.W, it.H)*mm < 12.69 ||
			it.X < 0 || it.Y < 0 || it.X+it.W > s.W || it.Y+it.H > s.H {
			t.Errorf("%d of %d targets, %s", len(all), len(before), it.what())
		}
		if begun(heard, v.Place).At != begun(s, v.Place).At {
			t.Errorf("the screen begins at %v", begun(heard, v.Place).At)
		}
	})
}

func TestPageOfSoundSaysTheVolumeAndHowTheScreenComesBack(t *testing.T) {
	for l := range kiosk.Langs {
		for _, v := range sample.Views(l, kiosk.SizeNormal) {
			if v.Choosing != kiosk.ChoiceSound || v.Warn {
				continue
			}
			said := strings.Join(Aloud(v.View, Panel10, Fill{}, 0, true), "|")
			stops := Lay(v.View, Panel10, Fill{}).Stops()
			i := slices.IndexFunc(stops, func(it Item) bool { return it.Press == kiosk.ButtonDark })
			if i < 0 || !strings.Contains(said, "3") {
				t.Errorf("%s: %q, %v", v.Name, said, stops)
				continue
			}
			if label := sayable(stops[i]); v.Darkened && !strings.Contains(said, label) && l != kiosk.Japanese {
				t.Errorf("%s: %q is said of %q", v.Name, said, label)
			}
		}
	}
}
