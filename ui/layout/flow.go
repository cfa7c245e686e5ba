package layout

// How text that does not fit becomes pages.

// How hard a column is squeezed: not, its title and spaces smaller, without what
// is only helpful.
const (
	asWished = iota
	tighter
	barest
)

// flow fills a column and places it; at is where spare room goes. Where the
// text needs more room than there is, the space in it gives way first, then the
// title, down to little more than the running text. After that it is cut into
// pages, and of those the one that is wanted is placed.
func (p *page) flow(area Rect, at float32, fill func(*column)) {
	if c, ok := p.fits(area, fill); ok {
		area.H -= p.noted
		c.place(area, at)
		return
	}
	if p.alone {
		p.pages = 1
		p.filled(area.W, fill).place(area, at) // it runs over, which a test sees
		return
	}
	p.level, p.paged = asWished, true
	c := p.filled(area.W, fill)
	if len(p.notes) > 0 {
		p.note(c)
	}
	p.turn(area, at, c.pages(p.heights(area)))
}

// fits tries the ways to show it all on one page.
func (p *page) fits(area Rect, fill func(*column)) (*column, bool) {
	last := tighter
	if p.alone || p.v.Size <= 0 {
		last = barest
	}
	notes, more, beside := p.notesBeside()
	if beside {
		area.H -= more
	}
	for level := asWished; level <= last; level++ {
		p.level = level
		c := p.filled(area.W, fill)
		if len(p.notes) > 0 && !beside {
			p.note(c)
		}
		if c.tightest() <= area.H {
			if beside {
				p.drawNotes(notes, more)
			}
			p.pages = 1
			return c, true
		}
	}
	return nil, false
}

// filled is the column at the level at which the page is squeezed.
func (p *page) filled(w float32, fill func(*column)) *column {
	title := p.title
	if p.level >= tighter {
		p.title = ceil(max(p.body, min(p.title, p.body*1.08)))
	}
	c := p.column(w)
	fill(c)
	p.title = title
	return c
}

// helpful runs the part of a column that can be left out.
func (c *column) helpful(part func()) {
	if c.p.level < barest {
		part()
	}
}

// note appends what may be noted down to a column.
func (p *page) note(c *column) {
	for i, s := range p.notes {
		before := p.px(1)
		if i == 0 {
			before = p.px(5)
		}
		c.text(before, s, p.quiet())
	}
}

// heights are how much room there is for text on the pages before the last one
// and on the last.
func (p *page) heights(area Rect) (others, last float32) {
	f := p.footOf(area)
	room := func(rows []footRow) float32 { return f.bottom - height(rows, p.gap) - p.gap - area.Y }
	return min(room(p.turning(f, 0, 3)), room(p.turning(f, 1, 3))), room(p.ending(f))
}

// pages cuts a column. The last page has what decides below it, and some text
// that leads to it.
func (c *column) pages(others, last float32) (all []*column) {
	for rest := c; rest != nil; {
		if len(all) > 0 && rest.tightest() <= last {
			return append(all, rest)
		}
		first, tail := rest.split(others, false)
		if first == nil { // higher than a page
			first, tail = rest.split(others, true)
		}
		if first == nil {
			return append(all, rest) // it runs over, which a test sees
		}
		if tail == nil { // the text ends here, and what decides has no room
			if first, tail = rest.split(last, false); first == nil || tail == nil {
				first, tail = rest.split(last, true)
			}
			if first == nil || tail == nil { // what decides needs the whole page
				return append(all, rest, c.p.column(c.w))
			}
		}
		all, rest = append(all, first), tail
	}
	return all
}

// cut cuts a column into pages of one height.
func (c *column) cut(h float32) (all []*column) {
	for rest := c; rest != nil; {
		first, tail := rest.split(h, false)
		if first == nil {
			first, tail = rest.split(h, true)
		}
		if first == nil {
			return append(all, rest) // it runs over, which a test sees
		}
		all, rest = append(all, first), tail
	}
	return all
}

// turn places the page that is wanted.
func (p *page) turn(area Rect, at float32, all []*column) {
	f := p.footOf(area)
	p.pages = len(all)
	p.no = max(min(p.no, p.pages-1), 0)
	if f.rows = p.turning(f, p.no, p.pages); p.no == p.pages-1 {
		f.rows = p.ending(f)
	}
	area.H = f.bottom - height(f.rows, p.gap) - p.gap - area.Y
	all[p.no].place(area, at*0.5)
}
