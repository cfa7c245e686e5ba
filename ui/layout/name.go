package layout

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"

	embedded "multicopy.example/assets/font"
	"multicopy.example/kiosk"
)

// Names of companies stand in the list that the view lends, and nowhere else: they are
// drawn a character at a time, and no string has two characters of one.

// unshown stands for a character that the font lacks.
const unshown = '〓'

// nameRune is character i of a name as it can be drawn; lacks says that another stands for it.
func (p *page) nameRune(of kiosk.NameOf, i int) (r rune, lacks, ok bool) {
	r, ok = kiosk.NameRune(p.v.List, p.v.Row, of, i)
	if ok && !drawable(r) {
		return unshown, true, true
	}
	return r, false, ok
}

// drawable reports whether the font has a glyph for it. Names are set in the Japanese Regular
// in every language, which has more than Bold.
func drawable(r rune) bool {
	has := japanese()
	return r >= ' ' && int(r) < len(has) && has[r]
}

var japanese = sync.OnceValue(func() *[1 << 16]bool {
	has, f := new([1 << 16]bool), parsed(embedded.Regular)
	var buf sfnt.Buffer
	for r := range has {
		g, err := f.GlyphIndex(&buf, rune(r))
		has[r] = err == nil && g != 0
	}
	return has
})

// name adds a name, broken into lines, and reports whether the font lacks some of it.
func (c *column) name(before float32, of kiosk.NameOf, st style) (lacks bool) {
	p := c.p
	st.bold = false
	ends, lacks := p.nameLines(of, c.w, st.px)
	c.add(block{before: before, h: float32(len(ends)) * st.line(), draw: func(r Rect) {
		from := 0
		for line, end := range ends {
			x := r.X
			for i := from; i < end; i++ {
				ch, _, _ := p.nameRune(of, i)
				w := regular().em(ch) * st.px
				if ch != ' ' && ch != '　' {
					p.add(Item{Kind: Glyph, Of: nameSaid(of), Rect: Rect{x, r.Y + float32(line)*st.line(), w, st.line()}, Text: alone(ch), Px: st.px, Ink: st.ink, Paper: p.paper})
				}
				x += w
			}
			from = end
		}
	}})
	return lacks
}

// nameLines is where each line of a name ends: behind a space, or wherever a word is wider
// than a line.
func (p *page) nameLines(of kiosk.NameOf, width, px float32) (ends []int, lacks bool) {
	var w float32
	from, word := 0, 0 // where the line begins, and its last word
	for i := 0; ; i++ {
		r, missing, ok := p.nameRune(of, i)
		if !ok {
			if i > from {
				ends = append(ends, i)
			}
			return ends, lacks
		}
		lacks = lacks || missing
		if w += regular().em(r) * px; w > width && i > from {
			if word <= from {
				word = i
			}
			ends, from, w = append(ends, word), word, 0
			for k := word; k <= i; k++ {
				c, _, _ := p.nameRune(of, k)
				w += regular().em(c) * px
			}
		}
		if r == ' ' || r == '　' || r > 0x2E7F { // Latin words stay whole
			word = i + 1
		}
	}
}

// alone is a string of one character whose bytes lie next to no other's: a row of them in
// the memory is no name.
func alone(r rune) string {
	var b [32]byte
	n := utf8.EncodeRune(b[:], r)
	return string(b[:])[:n]
}
