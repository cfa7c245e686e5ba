package ui

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2/theme"

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
		at := color.NRGBAModel.Convert(f.win.Canvas().Capture().At(3, layout.Panel10.H-3)).(color.NRGBA)
		if c := want.Colour(kiosk.ThemeLight); !near(at.R, c.R) || !near(at.G, c.G) || !near(at.B, c.B) {
			t.Errorf("%s is on %v, not on %v", v.Place, at, c)
		}
		if f.paper.Visible() != (want != layout.Page) {
			t.Errorf("%s: a rectangle is drawn: %v", v.Place, f.paper.Visible())
		}
	}
}

// near leaves room for how the software painter clears (theme.go).
func near(a, b uint8) bool { return max(a, b)-min(a, b) <= 2 }

// The window on the glass is cleared to the paper itself, by the arithmetic of the
// toolkit's painter (fyne v2.8.1, internal/painter/gl).
func TestWindowIsClearedToThePaperItself(t *testing.T) {
	var now tints
	c := layout.Page.Colour(kiosk.ThemeLight)
	r, g, b, a := newTheme(&now).Color(theme.ColorNameBackground, theme.VariantLight).RGBA()
	for i, pair := range [][2]uint32{{r, uint32(c.R)}, {g, uint32(c.G)}, {b, uint32(c.B)}, {a, 255}} {
		if got := float32(pair[0]) / (255 * 255) * 255; got < float32(pair[1])-0.01 || got > float32(pair[1])+0.01 {
			t.Errorf("channel %d is %v, not %d", i, got, pair[1])
		}
	}
}

// A bank's name stands between the words of a language that has a face of its own.
func TestNameIsDrawnInTheFaceThatHasItsCharacters(t *testing.T) {
	newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	all := runs(layout.Item{Kind: layout.Line, Text: "1  ●株式会社みなと銀行  주소", Px: 40, Lang: kiosk.Korean})
	said := ""
	for _, r := range all {
		said += r.text
		for _, c := range r.text {
			if (r.source != common.regular) != layout.Owns(kiosk.Korean, c) {
				t.Errorf("%q is drawn by the other face", c)
			}
		}
	}
	if said != "1  ●株式会社みなと銀行  주소" || len(all) < 3 {
		t.Errorf("%q", all)
	}
	if one := runs(layout.Item{Text: "1  ●株式会社", Lang: kiosk.Japanese}); len(one) != 1 || one[0].source != common.regular {
		t.Errorf("%q", one)
	}
}
