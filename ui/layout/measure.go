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
type face struct {
	mu   sync.Mutex
	font *sfnt.Font
	buf  sfnt.Buffer
	wide map[rune]float32 // in em
}

var regular, bold = parse(embedded.Regular), parse(embedded.Bold)

func parse(file []byte) func() *face {
	return sync.OnceValue(func() *face {
		f, err := sfnt.Parse(file)
		if err != nil {
			panic("plan: the embedded font cannot be read: " + err.Error())
		}
		return &face{font: f, wide: map[rune]float32{}}
	})
}

// em is the advance of a rune. One that the font lacks is as wide as a kanji.
func (f *face) em(r rune) float32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w, ok := f.wide[r]; ok {
		return w
	}
	w := float32(1)
	if g, err := f.font.GlyphIndex(&f.buf, r); err == nil && g != 0 {
		upem := fixed.Int26_6(f.font.UnitsPerEm())
		if a, err := f.font.GlyphAdvance(&f.buf, g, upem<<6, font.HintingNone); err == nil {
			w = float32(a) / float32(upem<<6)
		}
	}
	f.wide[r] = w
	return w
}

// Width is the width in pixels of a text on one line.
func Width(s string, px float32, heavy bool) float32 {
	f := regular
	if heavy {
		f = bold
	}
	var w float32
	for _, r := range s {
		w += f().em(r)
	}
	return w * px
}
