package layout

import "multicopy.example/kiosk"

// A column is a stack of blocks with space between them. The space is the
// first to give way where a language or a text size needs more room; then the
// column is cut into pages.
type column struct {
	p      *page
	w      float32
	blocks []block
	torn   bool // a phrase is wider than the column
}

type block struct {
	before float32 // the space wished for above it
	h      float32
	draw   func(Rect)
	leads  bool // a heading: it does not end a page

	// cut splits the block so that the first part is at most h high; false where
	// it cannot be. whole says that it is higher than any page, so that even a
	// paragraph is cut.
	cut func(h float32, whole bool) (first, rest block, ok bool)
}

func (p *page) column(w float32) *column { return &column{p: p, w: w} }

func (c *column) block(before, h float32, draw func(Rect)) {
	c.add(block{before: before, h: h, draw: draw})
}

func (c *column) add(b block) {
	if len(c.blocks) == 0 {
		b.before = 0
	}
	c.blocks = append(c.blocks, b)
}

func (c *column) text(before float32, s string, st style) {
	if s == "" {
		return
	}
	c.torn = c.torn || torn(s, c.w, st)
	if c.p.paged && st.px <= c.p.body { // a page ends with a sentence
		for i, part := range sentences(s) {
			broken := wrap(part, c.w, st)
			b := c.p.named(c.p.paragraph(broken, s, st), broken, c.p.means(part), c.w, st)
			if b.before = before; i > 0 {
				b.before = 0
			}
			c.add(b)
		}
		return
	}
	broken := wrap(s, c.w, st)
	b := c.p.named(c.p.paragraph(broken, s, st), broken, c.p.means(s), c.w, st)
	b.before, b.leads = before, st.px >= c.p.title && st.bold && st.px > c.p.body
	c.add(b)
}

// paragraph is a block of lines that are broken already.
func (p *page) paragraph(broken []string, of string, st style) block {
	return block{
		h: float32(len(broken)) * st.line(),
		draw: func(r Rect) {
			for _, it := range set(broken, of, r, st, p.paper) {
				p.add(it)
			}
		},
		cut: func(h float32, whole bool) (first, rest block, ok bool) {
			n := int(h / st.line())
			if !whole || n < 1 || n >= len(broken) {
				return first, rest, false
			}
			return p.paragraph(broken[:n], of, st), p.paragraph(broken[n:], of, st), true
		},
	}
}

// row is a text with an icon before its first line.
func (c *column) row(before float32, ic icon, s string, st style, more ...kiosk.Pad) {
	side := ceil(st.px * 0.95)
	indent := side + ceil(st.px*0.5)
	c.torn = c.torn || torn(s, c.w-indent, st)
	broken := wrap(s, c.w-indent, st)
	text := c.p.named(c.p.paragraph(broken, s, st), broken, append(c.p.means(s), more...), c.w-indent, st)
	c.add(c.p.beforeLine(ic, side, indent, st, text, before))
}

// beforeLine puts an icon, or none, before the first line of a paragraph.
func (p *page) beforeLine(ic icon, side, indent float32, st style, text block, before float32) block {
	b := block{before: before, h: max(text.h, side), leads: st.px >= p.title && st.bold && st.px > p.body}
	b.draw = func(r Rect) {
		first := Rect{r.X, r.Y + (st.line()-side)/2, side, side}
		p.picture(first, ic.draw(first, p.paper))
		text.draw(Rect{r.X + indent, r.Y, r.W - indent, r.H})
	}
	b.cut = func(h float32, whole bool) (first, rest block, ok bool) {
		one, two, ok := text.cut(h, whole)
		if !ok {
			return first, rest, false
		}
		return p.beforeLine(ic, side, indent, st, one, before), p.beforeLine(noIcon, side, indent, st, two, before), true
	}
	return b
}

// sheet is a coloured surface with its own column inside.
func (c *column) sheet(before float32, paper, edge Role, pad float32, fill func(*column)) {
	p := c.p
	was := p.paper
	p.paper = paper
	inside := p.column(c.w - 2*pad)
	fill(inside)
	p.paper = was
	c.add(p.sheeted(before, paper, edge, pad, inside))
}

func (p *page) sheeted(before float32, paper, edge Role, pad float32, inside *column) block {
	tall, upright := inside.height(), pad
	if p.level >= tighter || p.paged {
		tall, upright = inside.tightest(), pad*0.7
	}
	b := block{before: before, h: tall + 2*upright}
	b.draw = func(r Rect) {
		p.add(Item{Kind: Surface, Rect: r, Paper: paper, Edge: edge, Thick: 2, Radius: p.px(2.2)})
		was := p.paper
		p.paper = paper
		inside.place(r.inset(pad, upright), 0)
		p.paper = was
	}
	b.cut = func(h float32, whole bool) (first, rest block, ok bool) {
		one, two := inside.split(h-2*upright, whole)
		if one == nil || two == nil {
			return first, rest, false
		}
		return p.sheeted(before, paper, edge, pad, one), p.sheeted(before, paper, edge, pad, two), true
	}
	return b
}

func (c *column) height() (h float32) {
	for _, b := range c.blocks {
		h += b.before + b.h
	}
	return h
}

// leastSpace is what remains of the wished space when there is no room.
const leastSpace = 0.4

// tightest is the height of the column with the least space in it.
func (c *column) tightest() (h float32) {
	for _, b := range c.blocks {
		h += b.before*leastSpace + b.h
	}
	return h
}

// place draws the column into a rectangle; at is where spare room goes: 0
// below the column, 0.5 around it. Space shrinks before anything runs over.
func (c *column) place(r Rect, at float32) {
	var fixed, space float32
	for _, b := range c.blocks {
		fixed, space = fixed+b.h, space+b.before
	}
	shrink := float32(1)
	if spare := r.H - fixed; space > 0 && spare < space {
		shrink = max(spare/space, leastSpace)
	}
	y := r.Y + max(r.H-fixed-space*shrink, 0)*at
	for _, b := range c.blocks {
		y += b.before * shrink
		b.draw(Rect{r.X, y, c.w, b.h})
		y += b.h
	}
}

// split cuts a column where at most h is used; nil for a part that would be
// empty. A heading goes with what it leads; a paragraph stays whole where a
// page can hold it.
func (c *column) split(h float32, whole bool) (first, rest *column) {
	one, two := c.p.column(c.w), c.p.column(c.w)
	used := float32(0)
	for i, b := range c.blocks {
		before := b.before * leastSpace
		if i == 0 {
			before = 0
		}
		if used+before+b.h <= h {
			one.add(b)
			used += before + b.h
			continue
		}
		if b.cut != nil {
			if head, tail, ok := b.cut(h-used-before, whole && i == 0); ok {
				one.add(head)
				two.add(tail)
				i++
			}
		}
		for _, b := range c.blocks[i:] {
			two.add(b)
		}
		break
	}
	for n := len(one.blocks); len(two.blocks) > 0 && n > 1 && one.blocks[n-1].leads; n = len(one.blocks) {
		two.blocks = append([]block{one.blocks[n-1]}, two.blocks...)
		one.blocks = one.blocks[:n-1]
	}
	if len(one.blocks) == 0 {
		one = nil
	}
	if len(two.blocks) == 0 {
		two = nil
	}
	return one, two
}
