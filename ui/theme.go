package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"multicopy.example/assets/font"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// look is the theme: our two faces; a language with a face of its own has it beside the theme. Sizes and colours come from
// the layout with every object; the window alone is cleared in a colour that the toolkit asks for
// with each frame, so that a change of colours needs no other theme of the toolkit.
type look struct {
	fyne.Theme
	tints *tints
}

func newTheme(now *tints) fyne.Theme { return look{theme.DefaultTheme(), now} }

// common is the face of every language that has none of its own. Each text is given its face: for one that has none the toolkit reads
// its own faces too, and every font of the machine, before it draws the first.
var common = faces{fyne.NewStaticResource("regular.otf", font.Regular), fyne.NewStaticResource("bold.otf", font.Bold)}

// faces are one face in two weights.
type faces struct{ regular, bold fyne.Resource }

func (f faces) of(bold bool) fyne.Resource {
	if bold {
		return f.bold
	}
	return f.regular
}

func (l look) Font(s fyne.TextStyle) fyne.Resource { return common.of(s.Bold) }

// own are the faces of the languages that have one.
var own = func() map[kiosk.Lang]faces {
	own := map[kiosk.Lang]faces{}
	for l := range kiosk.Langs {
		if f, ok := font.Own[l.String()]; ok {
			own[l] = faces{fyne.NewStaticResource(l.String()+".otf", f.Regular), fyne.NewStaticResource(l.String()+"-bold.otf", f.Bold)}
		}
	}
	return own
}()

// A run is a part of a line that one face draws.
type run struct {
	text   string
	source fyne.Resource
}

// runs cuts a line where its face changes. A language's own face has the characters of
// the catalogue; a company's name beside them is drawn with the common one.
func runs(it layout.Item) (cut []run) {
	face, ok := own[it.Lang]
	if !ok {
		return []run{{it.Text, common.of(it.Bold)}}
	}
	for _, r := range it.Text {
		source := face.of(it.Bold)
		if !layout.Owns(it.Lang, r) {
			source = common.of(it.Bold)
		}
		if n := len(cut); n > 0 && cut[n-1].source == source {
			cut[n-1].text += string(r)
		} else {
			cut = append(cut, run{string(r), source})
		}
	}
	return cut
}

func (l look) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if n == theme.ColorNameBackground {
		return cleared(l.tints.of(layout.Page))
	}
	return l.Theme.Color(n, v)
}

// cleared is an opaque colour for the toolkit to clear a window to. Its painter takes
// 255·255, and not 65535, for the most that a channel can be, and clears to
// a lighter one otherwise; its painter in software clears to a darker one for this, by
// 1 of 255, which tests alone see.
type cleared color.NRGBA

// RGBA is color.Color's.
func (c cleared) RGBA() (r, g, b, a uint32) {
	return uint32(c.R) * 255, uint32(c.G) * 255, uint32(c.B) * 255, 255 * 255
}
