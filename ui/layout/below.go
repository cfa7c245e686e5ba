package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// below is the column of what is typed and what is said of it.
func (d desk) below(p *page) *column {
	c := p.column(d.rest.W)
	c.block(0, 0, func(Rect) {}) // the title, which stands above
	notice := text.Notice(p.v) != "" && !d.second
	letters := p.v.Pad == kiosk.PadLetters
	inLine := letters && !p.tall // said in the line between cells and keys
	if d.helpful && !notice && !inLine {
		c.text(p.px(3), d.help, p.quiet())
	}
	if notice && !inLine {
		c.notice(p.px(3))
	}
	if letters {
		beside := !p.tall && p.okBeside(c.w)
		rows := float32(1)
		if !beside {
			rows = float32(p.cellRows(c.w))
		}
		c.block(p.gap/leastSpace, rows*(p.cellRow()+p.gap)-p.gap, func(r Rect) {
			if beside {
				ok := r.cutRight(p.okWidth())
				r.cutRight(p.px(4))
				p.ok(ok)
			}
			p.cells(r)
		})
		if inLine || d.rules || d.left != "" {
			before := p.px(3)
			if d.second { // the way back is there, under the button at the end
				before = p.gap / leastSpace
			}
			if !p.tall && !beside {
				c.block(before, p.endHeight(d, c.w), func(r Rect) { p.end(r, d) })
				return c
			}
			c.block(before, p.stateHeight(d, c.w), func(r Rect) { p.state(r, d) })
		}
		return c
	}
	c.block(p.px(5), p.px(17), func(r Rect) {
		r.W = min(r.W, p.px(120))
		p.cells(r)
	})
	p.besideShow(c, d)
	if d.rules {
		st := p.quiet()
		st.tight = true
		warning := text.WarnWeak
		if d.second {
			warning = text.WeakShort
		}
		c.block(p.px(2), st.height(p.say(warning), c.w-st.px-p.px(2)), p.weak)
	}
	return c
}

// end is the line between the cells and the keys where the cells need the whole row above:
// what is said of the entry, and the button at the end. A checklist gives its
// room to the button when nothing is left to do.
func (p *page) end(r Rect, d desk) {
	ok := r
	ok.X, ok.W = r.X+r.W-p.okWidth(), p.okWidth()
	ending := d.compact && p.v.Warn && !p.v.Stay
	if !p.checked(d) && !ending || !p.f.Form.Bad() {
		p.ok(ok)
		r.W -= ok.W + p.px(4)
	}
	p.live = ending
	p.state(r, d)
	p.live = false
}

// checked reports whether the line is the checklist, which follows the entry.
func (p *page) checked(d desk) bool {
	return d.rules && (d.second || text.Notice(p.v) == "" || p.v.Message == kiosk.MsgForm) && !(d.compact && p.v.Warn && !p.v.Stay)
}

func (p *page) endHeight(d desk, w float32) float32 {
	if !p.checked(d) {
		w -= p.okWidth() + p.px(4)
	}
	return max(p.stateHeight(d, w), p.cellRow(), p.target)
}

// besideShow is the row under the cells: the key that shows what was typed, the
// way back to the page before, and how many tries are left.
func (p *page) besideShow(c *column, d desk) {
	if p.tall { // the key is among the others
		if d.rules || d.left != "" {
			c.block(p.px(4), p.stateHeight(d, c.w), func(r Rect) { p.say1(r, d) })
		}
		return
	}
	show := p.wish(aside, iconEye, p.say(p.showKey()))
	row := func(r Rect) Rect {
		p.act(r.cutLeft(min(show, r.W)), CapShow)
		r.cutLeft(p.px(4))
		return r
	}
	if p.v.Shows == kiosk.ShowsClear {
		show, row = -p.px(4), func(r Rect) Rect { return r }
	}
	want := p.leftWidth(d)
	switch help := p.wish(aside, iconBack, p.say(text.PageHelp)); {
	case d.second:
		back := made{turn: -1, look: aside, icon: iconBack, label: p.say(text.PageHelp)}
		if show+p.px(4)+help <= c.w {
			c.block(p.px(4), p.target, func(r Rect) {
				rest := row(r)
				p.put(rest.cutLeft(help), back)
			})
			break
		}
		c.block(p.px(4), p.target, func(r Rect) { row(r) })
		c.block(p.gap/leastSpace, p.target, func(r Rect) { p.put(r.cutLeft(help), back) })
	case p.v.Warn && !p.v.Stay && d.compact, show+p.px(4)+want > c.w:
		if p.v.Shows != kiosk.ShowsClear {
			c.block(p.px(4), p.target, func(r Rect) { row(r) })
		}
	default:
		c.block(p.px(4), p.target, func(r Rect) { p.say1(row(r), d) })
		return
	}
	if d.rules || d.left != "" || p.v.Warn {
		c.block(p.px(2), p.stateHeight(d, c.w), func(r Rect) { p.say1(r, d) })
	}
}

// leftWidth is how wide what is said beside the key would be.
func (p *page) leftWidth(d desk) float32 {
	if d.rules {
		return p.rulesWidth(p.rules(), p.body)
	}
	return Width(d.left, p.body, true) + p.body*2
}

// say1 is the checklist, or how many tries are left, or that the visit ends
// soon where there is no header to say it.
func (p *page) say1(r Rect, d desk) {
	switch {
	case d.compact && p.v.Warn && !p.v.Stay:
		p.soon(r)
	case d.rules:
		p.checklist(r)
	default:
		p.left(r, d.left)
	}
}

// stateHeight is the height of what is said of the entry. After a page that has
// said it in full it is a line.
func (p *page) stateHeight(d desk, w float32) float32 {
	st := p.strong().as(p.labelled())
	st.tight = true
	h := st.line() + ceil(1.2*p.mm)
	if d.second {
		return max(st.line()+2, ceil(12.8*p.mm))
	}
	if s := text.Notice(p.v); s != "" && p.v.Pad == kiosk.PadLetters && !p.tall && (!d.rules || p.v.Message != kiosk.MsgForm) {
		pad := 3*ceil(st.px*0.4) + ceil(st.px)
		if d.left != "" {
			w = max(w*0.62, w-p.px(4)-Width(d.left, st.px, true)-pad)
		}
		return max(h, st.height(s, w-pad)+ceil(st.px*0.7))
	}
	switch {
	case d.rules:
	case d.left != "":
		h = max(h, p.leftHeight(d.left, w))
	case p.v.Pad == kiosk.PadLetters && !p.tall:
		h = max(h, st.height(d.help, w)+ceil(1.2*p.mm))
	}
	return h
}

func (p *page) cellRow() float32 { return max(p.px(13), ceil(p.body*1.2)+2) }

// type1 draws the page with the pad.
func (p *page) type1(d desk) {
	if d.compact {
		row := p.compactRow()
		p.edge(row)
		p.controls(&row, d.controls, compactRoom)
	} else {
		p.head(d.controls...)
	}
	if d.help == "" {
		d.helpful = true
	}
	title := lines(d.ask.title, d.head, d.title, p.paper)
	if d.compact && p.v.Pad == kiosk.PadLetters { // in the middle of the line it shares with the controls
		down := (d.head.H - d.title.height(d.ask.title, d.head.W)) / 2
		for i := range title {
			title[i].Y += down
		}
	}
	for _, it := range title {
		p.add(it)
	}
	c := d.below(p)
	c.place(d.rest, 0)
	if p.v.Pad == kiosk.PadLetters {
		p.letters(d.keys)
	} else {
		p.digits(d.keys)
	}
	if d.ok.W > 0 {
		p.ok(d.ok)
	}
}

// state is the one line between the cells and the keys: what was wrong, the
// checklist, or how many tries are left.
func (p *page) state(r Rect, d desk) {
	if d.second && !p.tall {
		help := p.wish(aside, iconBack, p.say(text.PageHelp))
		p.put(r.cutLeft(help), made{turn: -1, look: aside, icon: iconBack, label: p.say(text.PageHelp)})
		r.cutLeft(p.px(4))
	}
	if d.compact && p.v.Warn && !p.v.Stay {
		p.soon(r)
		return
	}
	if s := text.Notice(p.v); s != "" && !d.second && !p.tall && (!d.rules || p.v.Message != kiosk.MsgForm) {
		px := p.small
		pad := 3*ceil(px*0.4) + ceil(px)
		w := min(Width(s, px, true)+pad+4, r.W)
		if d.left != "" {
			w = min(w, max(r.W*0.62, r.W-p.px(4)-Width(d.left, px, true)-pad))
		}
		p.noticed(r.cutLeft(ceil(w)), s, px)
		if r.cutLeft(p.px(4)); d.left != "" {
			p.left(r, d.left)
		}
		return
	}
	switch {
	case d.rules:
		p.checklist(r)
	case d.left != "":
		p.left(r, d.left)
	case !d.second && !p.tall:
		p.within(d.help, r, style{lang: p.labelled(), px: p.body, ink: Second, tight: true})
	}
}

// lastOne reports whether one try, or one entry, is left.
func (p *page) lastOne() bool {
	return p.v.Place == kiosk.Proof && p.v.Tries == 1 || p.v.Pad == kiosk.PadCode && p.v.Codes == 1
}

// left is how many tries remain; the last one is said in red, with a sign. Where
// it has no room a page before has said it in full.
func (p *page) left(r Rect, s string) {
	if s == "" {
		return
	}
	n := p.v.Tries
	if p.v.Pad == kiosk.PadCode {
		n = p.v.Codes
	}
	for _, s := range []string{s, text.Say(p.v, text.LeftShort, n)} {
		if n < 0 && s != p.say(text.TriesUnknown) || p.leftHeight(s, r.W) > r.H {
			continue
		}
		switch {
		case p.lastOne() && p.v.Pad == kiosk.PadCode: // a wrong one locks no card
			p.banner(r, AmberSoft, Amber, iconBang, s, p.small)
		case p.lastOne():
			p.banner(r, RedSoft, Red, iconStop, s, p.small)
		default:
			p.within(s, r, style{lang: p.labelled(), px: p.body, bold: true, ink: Ink, tight: true})
		}
		return
	}
}

// leftHeight is what left needs in that width.
func (p *page) leftHeight(s string, w float32) float32 {
	st := style{lang: p.labelled(), px: p.body, bold: true, tight: true}
	if p.lastOne() {
		w -= 3*ceil(st.px*0.4) + ceil(st.px)
	}
	if s != "" && torn(s, w, st) {
		return p.sc.H
	}
	return st.height(s, w) + ceil(1.2*p.mm)
}

// weak warns of a PIN that is easily guessed, and of nothing worse.
func (p *page) weak(r Rect) {
	p.live = true
	defer func() { p.live = false }()
	if p.v.Pad == kiosk.PadPIN && p.f.Form == kiosk.FormWeak {
		side := ceil(p.small)
		at := Rect{r.X, r.Y + (r.H-side)/2, side, side}
		p.picture(at, iconBang.draw(at, p.paper))
		r.cutLeft(side + p.px(2))
		st := style{lang: p.labelled(), px: p.small, bold: true, ink: Amber, tight: true}
		s := p.say(text.WarnWeak)
		if st.height(s, r.W) > r.H {
			s = p.say(text.WeakShort)
		}
		p.within(s, r, st)
	}
}
