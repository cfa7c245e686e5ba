package layout

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	embedded "multicopy.example/assets/font"
	"multicopy.example/kiosk"
)

// A face measures text by the bare advances of its glyphs. Kerning only ever
// brings letters closer here, so a measure is the most a line can take.
type face [1 << 16]float32 // advance in em, by rune

// Those of the languages' own faces are as wide as the Japanese one's, which a test of
// assets/text/check sees; they add the characters that it lacks.
var regular, bold = parse(ofEach(embedded.Regular, func(f embedded.Face) []byte { return f.Regular })),
	parse(ofEach(embedded.Bold, func(f embedded.Face) []byte { return f.Bold }))

func ofEach(japanese []byte, weight func(embedded.Face) []byte) [][]byte {
	files := [][]byte{japanese}
	for _, f := range embedded.Own {
		files = append(files, weight(f))
	}
	return files
}

// parse reads every advance once, because a page asks for some ten thousand of
// them, and a table that no longer changes needs no lock.
func parse(files [][]byte) func() *face {
	return sync.OnceValue(func() *face {
		wide := new(face)
		for r := range wide {
			wide[r] = 1
		}
		known := new([1 << 16]bool)
		for _, file := range files {
			wide.take(parsed(file), known)
		}
		return wide
	})
}

// take reads the advances of the runes that no font before has.
func (f *face) take(from *sfnt.Font, known *[1 << 16]bool) {
	var buf sfnt.Buffer
	upem := fixed.Int26_6(from.UnitsPerEm())
	for r := range f {
		if known[r] {
			continue
		}
		if g, err := from.GlyphIndex(&buf, rune(r)); err == nil && g != 0 {
			if a, err := from.GlyphAdvance(&buf, g, upem<<6, font.HintingNone); err == nil {
				f[r], known[r] = float32(a)/float32(upem<<6), true
			}
		}
	}
}

// Owns reports whether a language has a face of its own that can draw a character.
func Owns(l kiosk.Lang, r rune) bool { return owned()[l][r] }

// owned are the characters of the languages' own faces.
var owned = sync.OnceValue(func() map[kiosk.Lang]map[rune]bool {
	all := map[kiosk.Lang]map[rune]bool{}
	for l := range kiosk.Langs {
		own, ok := embedded.Own[l.String()]
		if !ok {
			continue
		}
		f := parsed(own.Regular)
		var buf sfnt.Buffer
		all[l] = map[rune]bool{}
		for r := range rune(1 << 16) {
			if g, err := f.GlyphIndex(&buf, r); err == nil && g != 0 {
				all[l][r] = true
			}
		}
	}
	return all
})

func parsed(file []byte) *sfnt.Font {
	f, err := sfnt.Parse(file)
	if err != nil {
		panic("plan: an embedded font cannot be read: " + err.Error())
	}
	return f
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
