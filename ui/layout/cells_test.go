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
		if v.Message != kiosk.MsgLastTry || v.Pad == kiosk.NoPad || v.Choosing != kiosk.NoChoice {
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

// What is shown of an entry is as large as any other text of its size, and stands in its
// place: on every panel, in every language and size, the widest character too.
func TestShownCharacterKeepsTheFloorOfItsSize(t *testing.T) {
	seen, two := 0, 0
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		wide := "0"
		if v.Pad == kiosk.PadLetters {
			wide = "W"
		}
		tops := map[float32]int{}
		for _, it := range s.Items {
			if it.Kind != Cell {
				continue
			}
			seen++
			tops[it.Y]++
			if mm, least := it.Px*capital/panel.mm(), floors[v.Size-kiosk.SizeSmall]; mm < least {
				t.Errorf("cell %d shows capitals of %.1f mm, not %.1f", it.At, mm, least)
			}
			if w := Width(wide, it.Px, true); w > it.W || it.Px > it.H {
				t.Errorf("cell %d of %.0f by %.0f holds a %s of %.0f by %.0f", it.At, it.W, it.H, wide, w, it.Px)
			}
		}
		for _, n := range tops {
			if _, most := v.Pad.Length(); n != most && n != 8 {
				t.Errorf("%d places in a row", n)
			}
		}
		two += count(len(tops) == 2)
	})
	if seen < 10000 || two == 0 {
		t.Errorf("%d places, %d pages with two rows", seen, two)
	}
}
