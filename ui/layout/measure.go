package layout

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	embedded "multicopy.example/assets/font"
)

// A face measures text by the bare advances of its glyphs. Kerning only ever
// brings letters closer here, so a measure is the most a line can take.
type face [1 << 16]float32 // advance in em, by rune

var regular, bold = parse(embedded.Regular), parse(embedded.Bold)

// parse reads every advance once, because a page asks for some ten thousand of
// them, and a table that no longer changes needs no lock.
func parse(file []byte) func() *face {
	return sync.OnceValue(func() *face {
		f, err := sfnt.Parse(file)
		if err != nil {
			panic("plan: the embedded font cannot be read: " + err.Error())
		}
		var buf sfnt.Buffer
		upem := fixed.Int26_6(f.UnitsPerEm())
		wide := new(face)
		for r := range wide {
			wide[r] = 1
			if g, err := f.GlyphIndex(&buf, rune(r)); err == nil && g != 0 {
				if a, err := f.GlyphAdvance(&buf, g, upem<<6, font.HintingNone); err == nil {
					wide[r] = float32(a) / float32(upem<<6)
				}
			}
		}
		return wide
	})
}

// em is the advance of a rune. One that the font lacks, and each beyond the
// Basic Multilingual Plane, is as wide as a kanji.
func (f *face) em(r rune) float32 {
	if int(r) >= len(f) {
		return 1
	}
	return f[r]
}

// Width is the width in pixels of a text on one line.
func Width(s string, px float32, heavy bool) float32 {
	f := regular()
	if heavy {
		f = bold()
	}
	var w float32
	for _, r := range s {
		w += f.em(r)
	}
	return w * px
}
