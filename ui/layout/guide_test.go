package layout

import (
	"fmt"
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// lays reports whether a page asks for a card to be laid or taken, by its screen.
func lays(v sample.View) bool {
	if v.Choosing != kiosk.NoChoice { // the page of languages stands over it
		return false
	}
	switch v.Place.Screen() {
	case kiosk.ScreenPlaceCard, kiosk.ScreenDoubtCard:
		return true
	case kiosk.ScreenWrongCard, kiosk.ScreenTakeCard, kiosk.ScreenTelling:
		return v.Card
	}
	return false
}

// On every panel, with the reader at each of its sides, in every language and size: the
// pages that ask for a card point to that edge of the glass and say which it is, and no
// other page does; and the arithmetic finds nothing wrong with them.
func TestArrowPointsToTheReader(t *testing.T) {
	arrows := 0
	for name, panel := range panels {
		for side := Right; side <= Above; side++ {
			panel.Reader = Reader{Side: side, MM: 150}
			for _, l := range spoken(name) {
				for _, z := range kiosk.Sizes() {
					for _, v := range sample.Views(l, z) {
						if v.Flow == kiosk.FlowU || !lays(v) && (panel.W != Panel10.W || l > kiosk.English) {
							continue // as long as the others, and drawn without a look at the reader
						}
						said := ""
						for no, s := range pagesOf(v, panel) {
							t := report{t, fmt.Sprintf("%s/side %d/%d", viewName(name, l, z, v), side, no)}
							arrows += pointing(t, panel, v, s)
							for _, it := range s.Items {
								said += it.Of + "\n"
							}
							if lays(v) {
								for _, fault := range faults(panel, v, s) {
									t.Error(fault)
								}
							}
						}
						where := strings.Contains(said, text.Of(l, sideTexts[side])) && strings.Contains(said, text.Say(v.View, text.ReaderFar, 15))
						if want := lays(v) && (v.Place != kiosk.Telling || v.Message.Code() == "" && v.Result == kiosk.Done); want != where && (want || v.Place != kiosk.Telling) {
							t.Errorf("%s, side %d: where the reader is is said: %v", viewName(name, l, z, v), side, where)
						}
					}
				}
			}
		}
	}
	if arrows < 2000 {
		t.Errorf("only %d arrows", arrows)
	}
}

// pointing looks at the arrows of a page.
func pointing(t report, panel Panel, v sample.View, s Screen) (n int) {
	side := panel.Reader.Side
	for _, it := range s.Items {
		if it.Side == Nowhere {
			continue
		}
		n++
		if it.Side != side {
			t.Errorf("points to %d", it.Side)
		}
		if w, h := it.W/panel.mm(), it.H/panel.mm(); min(w, h) < 7 {
			t.Errorf("an arrow of %.1f by %.1f mm", w, h)
		}
		tip := it.Inside[len(it.Inside)-1]
		x, y := tip.middle()
		cx, cy := it.middle()
		far := map[Side]bool{Right: x > cx && y == cy, Left: x < cx && y == cy, Below: y > cy && x == cx, Above: y < cy && x == cx}[side]
		if !far {
			t.Errorf("the tip is at %.0f, %.0f of %.0f", x, y, it.Rect)
		}
		if toward := map[Side]bool{Right: x > s.W/2, Left: x < s.W/2, Below: y > s.H/2, Above: y < s.H/2}[side]; !toward && v.Place != kiosk.Telling {
			t.Errorf("the arrow to %d stands at %.0f, %.0f", side, x, y)
		}
	}
	if want := count(lays(v)); n != want {
		t.Errorf("%d arrows", n)
	}
	return n
}

// Without the keys of the configuration nothing points anywhere, and nothing is said.
func TestNothingIsSaidOfAReaderThatIsNotConfigured(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		for _, it := range s.Items {
			for side := Right; side <= Above; side++ {
				if it.Side != Nowhere || strings.Contains(it.Of, text.Of(v.Lang, sideTexts[side])) {
					t.Errorf("%s", it.what())
				}
			}
		}
	})
}

// A card that is seen is confirmed at once, in the picture or beside the words.
func TestCardInPlaceIsSeen(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		said, ticks := false, 0
		for _, it := range s.Items {
			said = said || it.Of == text.Of(v.Lang, text.CheckPlaced)
			for _, in := range it.Inside {
				if screen := v.Place.Screen(); screen == kiosk.ScreenDoubtReading && in.Paper == Green {
					t.Error("a card in doubt has the sign of one that was changed")
				}
				ticks += count(it.Kind == Picture && in.Kind == Round && in.Paper == Primary && in.Edge == Sheet)
			}
		}
		screen := v.Place.Screen()
		want := screen == kiosk.ScreenChecking || screen == kiosk.ScreenDoubtReading
		if want && (!said || ticks == 0 && v.Size < kiosk.SizeLarge) || !want && (said || ticks > 0) {
			t.Errorf("said %v, %d ticks", said, ticks)
		}
	})
}

// At the usual size on the smallest panel a page that points to the reader is one.
func TestPagesThatPointAreOneAtTheUsualSize(t *testing.T) {
	panel := Panel10
	for side := Right; side <= Above; side++ {
		panel.Reader = Reader{Side: side, MM: 150}
		for _, l := range onePage[:2] {
			for _, v := range sample.Views(l, kiosk.SizeNormal) {
				if s := Lay(v.View, panel, Fill{v.Typed, v.Form}); s.Pages != 1 && !doubtWithSlip(v) && v.Rows <= 4 {
					t.Errorf("side %d, %d/%s has %d pages", side, l, v.Name, s.Pages)
				}
			}
		}
	}
}

// The arrow at a result stands with its sentence, with a code for staff too.
func TestResultSaysThatTheCardIsToBeTaken(t *testing.T) {
	n := 0
	for name := range panels {
		for _, l := range spoken(name) {
			for _, z := range kiosk.Sizes() {
				for _, v := range sample.Views(l, z) {
					if v.Place != kiosk.Telling {
						continue
					}
					n++
					said := false
					for _, s := range laidPages(name, l, z, v) {
						for _, it := range s.Items {
							said = said || strings.HasPrefix(it.Of, text.Of(l, text.TakeAfter))
						}
					}
					if said != v.Card {
						t.Errorf("%s: it says that the card is to be taken: %v", viewName(name, l, z, v), said)
					}
				}
			}
		}
	}
	if n == 0 {
		t.Error("no result was looked at")
	}
}
