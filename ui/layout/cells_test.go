package layout

import (
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// A wrong entry is marked where it was typed, beside the notice, until something is
// typed again: by colour, by a thicker line and by a stroke.
func TestPlacesOfAWrongEntryAreMarked(t *testing.T) {
	marked := map[kiosk.Message]int{}
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		wrong := v.Message == kiosk.MsgWrongCode || v.Message == kiosk.MsgWrongProof || v.Message == kiosk.MsgMismatch
		for _, it := range s.Items {
			if it.Kind != Cell {
				continue
			}
			if want := wrong && v.Typed == 0; it.Wrong != want || want && (it.Edge != Amber || it.Thick < 4) {
				t.Errorf("cell %d is marked: %v", it.At, it.Wrong)
			}
			marked[v.Message] += count(it.Wrong)
		}
		if wrong && v.Pad != kiosk.NoPad && s.Page+1 == s.Pages {
			for _, it := range LayPage(v.View, panel, Fill{Typed: 1, Form: kiosk.FormShort}, s.Page).Items {
				if it.Wrong {
					t.Error("the first character does not take the mark away")
				}
			}
		}
	})
	if len(marked) < 4 || marked[kiosk.MsgWrongCode] == 0 || marked[kiosk.MsgWrongProof] == 0 || marked[kiosk.MsgMismatch] == 0 {
		t.Errorf("marked: %v", marked)
	}
}

// Where the last try is about to be typed, its page says so once.
func TestLastTryIsSaidOnceOnAPage(t *testing.T) {
	seen := 0
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		if v.Message != kiosk.MsgLastTry || v.Pad == kiosk.NoPad || v.Choosing {
			return
		}
		said, before := 0, ""
		for _, it := range s.Items {
			about := it.Of == text.Tell(v.View, kiosk.MsgLastTry).What || it.Of == text.Say(v.View, text.TriesLeft, 1) || it.Of == text.Say(v.View, text.LeftShort, 1)
			said += count(it.Kind == Line && about && it.Of != before)
			before = it.Of
		}
		if seen++; said > 1 || said == 0 && s.Pages == 1 {
			t.Errorf("said %d times", said)
		}
	})
	if seen == 0 {
		t.Error("no page was looked at")
	}
}
