package layout

// A column is a stack of blocks with space between them. The space is the
// first to give way where a language or a text size needs more room.
type column struct {
	p      *page
	w      float32
	blocks []block
}

type block struct {
	before float32 // the space wished for above it
	h      float32
	draw   func(Rect)
}

func (p *page) column(w float32) *column { return &column{p: p, w: w} }

func (c *column) block(before, h float32, draw func(Rect)) {
	if len(c.blocks) == 0 {
		before = 0
	}
	c.blocks = append(c.blocks, block{before, h, draw})
}

func (c *column) text(before float32, s string, st style) {
	if s == "" {
		return
	}
	c.block(before, st.height(s, c.w), func(r Rect) { c.p.write(s, r, st) })
}

// row is a text with an icon before its first line.
func (c *column) row(before float32, ic icon, s string, st style) {
	side := ceil(st.px * 0.95)
	indent := side + ceil(st.px*0.5)
	c.block(before, max(st.height(s, c.w-indent), side), func(r Rect) {
		first := Rect{r.X, r.Y + (st.line()-side)/2, side, side}
		c.p.picture(first, ic.draw(first, c.p.paper))
		c.p.write(s, Rect{r.X + indent, r.Y, r.W - indent, r.H}, st)
	})
}

// sheet is a coloured surface with its own column inside.
func (c *column) sheet(before float32, paper, edge Role, pad float32, fill func(*column)) {
	p := c.p
	inside := p.column(c.w - 2*pad)
	fill(inside)
	tall := inside.height()
	if p.level >= 2 {
		tall = inside.tightest()
		pad *= 0.7
	}
	c.block(before, tall+2*pad, func(r Rect) {
		p.add(Item{Kind: Surface, Rect: r, Paper: paper, Edge: edge, Thick: 2, Radius: p.px(2.2)})
		was := p.paper
		p.paper = paper
		inside.place(r.inset(pad, pad), 0)
		p.paper = was
	})
}

func (c *column) height() (h float32) {
	for _, b := range c.blocks {
		h += b.before + b.h
	}
	return h
}

// leastSpace is what remains of the wished space when there is no room.
const leastSpace = 0.4

// place draws the column into a rectangle; at is where spare room goes: 0
// below the column, 0.5 around it. Space shrinks to a third before anything
// runs over.
func (c *column) place(r Rect, at float32) Rect {
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
	return Rect{r.X, y, r.W, r.Y + r.H - y}
}

// squeezes is how many times a column may be made smaller.
const squeezes = 6

// flow fills a column and places it. Where a language and a text size need
// more room than there is, first the space gives way, then the title, then
// what is only helpful, and the running text last: it never gets smaller than
// that of the normal size.
func (p *page) flow(area Rect, at float32, fill func(*column)) {
	p.flows(at, []Rect{area}, []func(*column){fill})
}

// flows fills columns that stand beside each other and are squeezed alike.
func (p *page) flows(at float32, areas []Rect, fills []func(*column)) {
	body, title, small := p.body, p.title, p.small
	defer func() { p.body, p.title, p.small, p.level = body, title, small, 0 }()
	least := ceil(4.8 * p.grow * p.mm / capital)
	for p.level = 0; ; p.level++ {
		if p.level >= 1 {
			p.title = ceil(max(body*1.08, title*0.88))
		}
		if p.level >= 2 {
			p.small = ceil(max(p.least, small*0.85))
		}
		if p.level >= 5 {
			p.small = ceil(max(p.least, small*0.78))
		}
		if p.level >= 4 {
			p.body = ceil(max(least, body*(1-0.08*float32(p.level-3))))
			p.title = ceil(p.body * 1.08)
		}
		fit := true
		cs := make([]*column, len(fills))
		for i, fill := range fills {
			cs[i] = p.column(areas[i].W)
			fill(cs[i])
			fit = fit && cs[i].tightest() <= areas[i].H
		}
		if fit || p.level == squeezes {
			p.sc.Squeezed = max(p.sc.Squeezed, p.level)
			for i, c := range cs {
				c.place(areas[i], at)
			}
			return
		}
	}
}

// tightest is the height of the column with the least space in it.
func (c *column) tightest() (h float32) {
	for _, b := range c.blocks {
		h += b.before*leastSpace + b.h
	}
	return h
}

// helpful runs the part of a column that can be left out.
func (c *column) helpful(part func()) {
	if c.p.level < 3 {
		part()
	}
}
