package layout

import (
	"fmt"
	"slices"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// legible is the least contrast of text in a theme, or in the one that its ink is of.
func legible(ink Role, t kiosk.Theme) float64 {
	if t == kiosk.ThemeLowGlare || ink == Ink.Of(kiosk.ThemeLowGlare) {
		return 4.5
	}
	return 7
}

// faint: text of too little contrast in one of the themes, also on a button that is
// pressed.
func faint(_ Panel, _ sample.View, s Screen) (found []string) {
	for t := range kiosk.Themes {
		for it := range texts(s) {
			if c := contrast(it.Ink, it.Paper, t); c < legible(it.Ink, t) {
				found = append(found, fmt.Sprintf("%s has a contrast of %.1f in the theme %s", it.what(), c, t))
			}
		}
		for _, it := range s.Items {
			for _, in := range it.Inside {
				if (it.Kind == Button || it.Kind == Key) && in.Kind == Line && contrast(in.Ink, it.Down, t) < legible(in.Ink, t) {
					found = append(found, fmt.Sprintf("%s cannot be read while pressed in the theme %s", it.what(), t))
				}
			}
		}
	}
	return found
}

// ornament reports whether a part of a drawing carries no meaning: outlines of sheets, what is printed
// on the card, whose own outline says that it is one, the face of the reader, the margin of a
// code, and what joins a part of its own colour.
func ornament(r, behind Role) bool {
	return r == None || r == Faint || r == behind || r == Bed && behind == Body || behind == Skin && (r == Sheet || r == Gold) || r == CodeLight
}

// dim: an outline that says what can be touched, or a part of a drawing, of less than 3:1
// to what it stands on in one of the themes.
func dim(_ Panel, _ sample.View, s Screen) (found []string) {
	for i, it := range s.Items {
		on := s.Paper
		for _, under := range s.Items[:i] {
			if under.Kind == Surface && under.Over == it.Over && under.holds(it.Rect) && under.Paper != Scrim {
				on = under.Paper
			}
		}
		if it.Kind == Button || it.Kind == Key || it.Kind == Cell {
			by := it.Edge
			if by == None {
				by = it.Paper
			}
			found = append(found, hardlySeen(it, on, by)...)
		}
		for k, in := range it.Inside {
			found = append(found, hardlySeen(in, it.behind(k, on), in.Ink, in.Paper, in.Edge)...)
		}
	}
	return found
}

// behind is what a part of an item stands on.
func (it Item) behind(k int, on Role) Role {
	if it.Paper != None {
		on = it.Paper
	}
	part := it.Inside[k].upright()
	for _, under := range it.Inside[:k] {
		if under.Kind != Stroke && under.Paper != None && under.holds(part) {
			on = under.Paper
		}
	}
	return on
}

// hardlySeen: neither the fill nor the outline of a drawing is seen.
func hardlySeen(it Item, on Role, by ...Role) (found []string) {
	if it.Kind != Button && it.Kind != Key && it.Kind != Cell {
		by = slices.DeleteFunc(by, func(r Role) bool { return ornament(r, on) })
	}
	if len(by) == 0 || it.Kind == Line || it.Kind == Glyph {
		return nil
	}
	for t := range kiosk.Themes {
		best := 0.0
		for _, r := range by {
			best = max(best, contrast(r, on, t))
		}
		if best < 3 {
			found = append(found, fmt.Sprintf("%s in %d on %d is hardly seen, with %.1f, in the theme %s", it.what(), by, on, best, t))
		}
	}
	return found
}

// contrast is Contrast, computed once.
func contrast(a, b Role, t kiosk.Theme) float64 {
	pair := [3]uint8{uint8(a), uint8(b), uint8(t)}
	c, ok := contrasts[pair]
	if !ok {
		c = Contrast(a, b, t)
		contrasts[pair] = c
	}
	return c
}

var contrasts = map[[3]uint8]float64{}

// What is said, where it stands and what can be pressed is the same in every theme.
func TestThemesDifferInTheirColoursAlone(t *testing.T) {
	for l := range kiosk.Langs {
		for _, v := range sample.Views(l, kiosk.SizeNormal) {
			want := Lay(v.View, Panel10, Fill{v.Typed, v.Form})
			for v.Theme = range kiosk.Themes {
				got := Lay(v.View, Panel10, Fill{v.Typed, v.Form})
				if got.Theme != v.Theme {
					t.Errorf("%s in theme %s is laid out in theme %s", v.Name, v.Theme, got.Theme)
				}
				if v.Choosing != kiosk.ChoiceTheme && (got.String() != want.String() || len(got.Items) != len(want.Items)) {
					t.Errorf("%s is another screen in the theme %s", v.Name, v.Theme)
				}
			}
		}
	}
}

// Every role has a colour in every theme, and the strict promises of two of them are kept.
func TestThemesKeepTheirPromises(t *testing.T) {
	for theme := range kiosk.Themes {
		for r := Page; r < roles; r++ {
			if r.Colour(theme).A == 0 || r.Of(theme).Colour(kiosk.ThemeLight) != r.Colour(theme) || r.Of(kiosk.ThemeLight).Of(theme) != r.Of(theme) {
				t.Errorf("role %d in the theme %s", r, theme)
			}
			if r != Scrim && r.Colour(theme).A != 0xff {
				t.Errorf("role %d in the theme %s is not opaque", r, theme)
			}
		}
		if (None.Colour(theme).A | roles.Colour(theme).A | None.Of(theme).Colour(theme).A) != 0 {
			t.Errorf("what is not drawn has a colour in the theme %s", theme)
		}
	}
	if Page.Colour(kiosk.Themes).A != 0 {
		t.Error("a theme that there is not has colours")
	}
	for _, theme := range []kiosk.Theme{kiosk.ThemeContrastLight, kiosk.ThemeContrastDark} {
		if c := Contrast(Ink, Page, theme); c < 20.9 {
			t.Errorf("text has a contrast of %.1f in the theme %s", c, theme)
		}
	}
	for r := Page; r < roles; r++ {
		if luminance(r.Colour(kiosk.ThemeLowGlare)) > luminance(Ink.Colour(kiosk.ThemeLowGlare)) {
			t.Errorf("role %d is brighter than text in the theme without glare", r)
		}
	}
}
