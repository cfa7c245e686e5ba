package layout

import (
	"strconv"
	"strings"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A foot is what stands below the text: the buttons that decide. On a view of
// several pages they stand on the last one alone, and before it what turns the
// page.
type foot struct {
	x, w, bottom float32
	rows         []footRow // what is drawn
	decide       []footRow // what decides, from top to bottom
	buttons      []made    // the same where it is a row of buttons
	beside       float32   // how wide buttons at the right are, where nothing stands at their left
	away         *aButton  // stop or back, which may stand on the first page too
	out          []made    // what leads away from a page of any number: of maintenance, whose lists are long
}

// A footRow is a row of buttons, or one.
type footRow struct {
	h    float32
	draw func(Rect)
}

// height is that of rows with gaps between them.
func height(rows []footRow, gap float32) (h float32) {
	for i, r := range rows {
		if i > 0 {
			h += gap
		}
		h += r.h
	}
	return h
}

// aButton is a button that a screen wants at its foot.
type aButton struct {
	b     kiosk.Button
	look  look
	icon  icon
	label text.Key
	turn  int8 // turns the page and presses nothing
}

func (p *page) back() aButton {
	return aButton{b: kiosk.ButtonBack, look: aside, icon: iconBack, label: text.Back}
}

func (p *page) next(k text.Key) aButton {
	return aButton{b: kiosk.ButtonOK, look: main, icon: iconNext, label: k}
}

// foot puts buttons at the bottom of an area: the last one, the main one, at
// the right, the others at the left, and returns what is left above.
func (p *page) foot(area Rect, bs ...aButton) Rect {
	all := p.made(bs, area.W)
	area = p.footed(area, p.buttonRows(all, area.W)...)
	p.foot1.buttons = all
	if len(all) == 1 {
		p.foot1.beside = all[0].w
	}
	for _, b := range bs {
		if b.b == kiosk.ButtonStop || b.b == kiosk.ButtonBack {
			p.foot1.away = &b
		}
	}
	return area
}

// footed puts rows at the bottom of an area.
func (p *page) footed(area Rect, rows ...footRow) Rect {
	p.foot1 = &foot{x: area.X, w: area.W, bottom: area.Y + area.H, rows: rows, decide: rows}
	area.cutBottom(height(rows, p.gap) + p.gap)
	return area
}

// above puts one more button over those of the foot, at the right.
func (p *page) above(area Rect, b made) Rect {
	b.w = min(max(p.wish(b.look, b.icon, b.label), p.px(52)), area.W)
	return p.aboveRow(area, b.w, p.oneRow([]made{b}))
}

// aboveRow puts one more row over those of the foot, so wide from the right.
func (p *page) aboveRow(area Rect, w float32, row footRow) Rect {
	f := p.foot1
	if f.beside = max(w, f.beside); f.buttons != nil {
		f.beside = max(f.beside, f.buttons[0].w)
	}
	f.rows = append([]footRow{row}, f.rows...)
	f.decide, f.buttons = f.rows, nil
	area.cutBottom(row.h + p.gap)
	return area
}

// footOf is the foot of an area, made where the screen has no button.
func (p *page) footOf(area Rect) *foot {
	if p.foot1 == nil {
		p.foot1 = &foot{x: p.margin, w: p.sc.W - 2*p.margin, bottom: area.Y + area.H}
	}
	return p.foot1
}

// drawFoot draws the rows that the text decided on.
func (p *page) drawFoot() {
	f := p.foot1
	if f == nil {
		return
	}
	y := f.bottom - height(f.rows, p.gap)
	for _, r := range f.rows {
		r.draw(Rect{f.x, y, f.w, r.h})
		y += r.h + p.gap
	}
}

// turning is the foot of a page before the last one.
func (p *page) turning(f *foot, no, of int) []footRow {
	rows := p.turns(f, no, of)
	if len(f.out) > 0 {
		rows = append(rows, p.oneRow(f.out))
	}
	return rows
}

func (p *page) turns(f *foot, no, of int) []footRow {
	forward := made{label: p.say(text.PageNext), look: main, icon: iconNext, turn: +1}
	if no == 0 && f.away == nil {
		return []footRow{p.ends(nil, forward, no, of, f.w)}
	}
	left := made{label: p.say(text.PageBack), look: aside, icon: iconBack, turn: -1}
	if no == 0 {
		left = made{label: p.say(f.away.label), look: aside, icon: f.away.icon, press: f.away.b}
	}
	return []footRow{p.ends(&left, forward, no, of, f.w)}
}

// ending is the foot of the last page of several.
func (p *page) ending(f *foot) []footRow {
	left := made{label: p.say(text.PageBack), look: aside, icon: iconBack, turn: -1}
	left.w = min(p.wish(left.look, left.icon, left.label), f.w)
	if f.buttons != nil {
		if rows := p.buttonRows(append([]made{left}, f.buttons...), f.w); len(rows) == 1 {
			return rows
		}
		var decide []made
		for _, b := range f.buttons {
			if b.press != kiosk.ButtonBack { // it stands on the first page
				decide = append(decide, b)
			}
		}
		return p.buttonRows(append([]made{left}, decide...), f.w)
	}
	return append([]footRow{p.oneRow([]made{left})}, f.decide...)
}

// ends is a row with a button at each end, and between them which page it is.
func (p *page) ends(left *made, right made, no, of int, w float32) footRow {
	wr, wl := p.wish(right.look, right.icon, right.label), float32(0)
	if left != nil {
		wl = p.wish(left.look, left.icon, left.label)
	}
	if wl+wr+p.gap > w {
		wl, wr = min(wl, (w-p.gap)/2), min(wr, (w-p.gap)/2)
	}
	wr = max(wr, min(p.px(52), w-wl-p.gap))
	h := p.tallest(right, wr)
	if left != nil {
		h = max(h, p.tallest(*left, wl))
	}
	return footRow{h, func(r Rect) {
		if left != nil {
			p.put(r.cutLeft(wl), *left)
		}
		p.put(r.cutRight(wr), right)
		s := strconv.Itoa(no+1) + "/" + strconv.Itoa(of)
		st := p.quiet().centred()
		st.tight = true
		if p.paper == Red || p.paper == Amber {
			st.ink = Sheet
		}
		if r = r.inset(p.gap, 0); Width(s, st.px, st.bold) <= r.W {
			p.within(s, r, st)
		}
	}}
}

// buttonRows sets buttons in one row where they fit, or one above another with
// the main one at the bottom.
func (p *page) buttonRows(all []made, w float32) (rows []footRow) {
	var sum float32
	for _, b := range all {
		sum += b.w
	}
	if len(all) == 0 {
		return nil
	}
	if sum+p.gap*float32(len(all)-1) <= w {
		return []footRow{p.oneRow(all)}
	}
	for i := range all {
		rows = append(rows, p.oneRow(all[i:i+1]))
	}
	return rows
}

func (p *page) made(bs []aButton, w float32) []made {
	all := make([]made, len(bs))
	for i, b := range bs {
		all[i] = made{label: p.say(b.label), look: b.look, icon: b.icon, press: b.b}
		wish := p.wish(b.look, b.icon, all[i].label)
		if b.look == main {
			wish = max(wish, p.px(52))
		}
		all[i].w = min(wish, w)
	}
	return all
}

func (p *page) oneRow(all []made) footRow {
	var h float32
	for _, b := range all {
		h = max(h, p.tallest(b, b.w))
	}
	return footRow{h, func(r Rect) {
		for i, b := range all {
			if i == len(all)-1 && b.look != aside {
				p.put(r.cutRight(b.w), b)
				return
			}
			p.put(r.cutLeft(b.w), b)
			r.cutLeft(p.gap)
		}
	}}
}

// drawBar draws the controls of an upright panel's last row.
func (p *page) drawBar() {
	if len(p.bar) == 0 {
		return
	}
	rows := p.barRows(p.sc.W - 2*p.margin)
	y := p.sc.H - p.margin*0.8 - height(rows, p.gap)
	for _, r := range rows {
		r.draw(Rect{p.margin, y, p.sc.W - 2*p.margin, r.h})
		y += r.h + p.gap
	}
}

// barRows is the bar, in as many rows as it needs, from the right.
func (p *page) barRows(w float32) (rows []footRow) {
	var row []made
	var sum float32
	flush := func() {
		these := row
		rows = append(rows, footRow{p.target, func(r Rect) {
			for i := len(these) - 1; i >= 0; i-- {
				p.put(r.cutRight(these[i].w), these[i])
				r.cutRight(p.gap)
			}
		}})
		row, sum = nil, 0
	}
	for _, b := range p.settled(p.bar, w) {
		if sum > 0 && sum+b.w > w {
			flush()
		}
		row, sum = append(row, b), sum+b.w+p.gap
	}
	if len(row) > 0 {
		flush()
	}
	return rows
}

// notesBeside sets what may be noted down at the left of the button, in two
// lines or three; false where it has no room there. More is how much higher the
// row gets.
func (p *page) notesBeside() (beside []string, more float32, ok bool) {
	f := p.foot1
	if f == nil || f.beside == 0 || len(p.notes) == 0 {
		return nil, 0, false
	}
	st := p.quiet()
	st.tight = true
	for _, beside := range [][]string{{p.notes[0], strings.Join(p.notes[1:], "   ")}, p.notes} {
		more = max(float32(len(beside))*st.line()-height(f.rows, p.gap), 0)
		if wide(beside, st) <= f.w-f.beside-p.px(4) && more <= p.px(9) {
			return beside, more, true
		}
	}
	return nil, 0, false
}

func (p *page) drawNotes(beside []string, more float32) {
	st := p.quiet()
	st.tight = true
	f := p.foot1
	rows := f.rows
	p.noted = more
	f.rows = []footRow{{height(rows, p.gap) + more, func(r Rect) {
		at := r.Y + (r.H-float32(len(beside))*st.line())/2
		for _, s := range beside {
			p.write(s, Rect{r.X, at, r.W - f.beside - p.px(3), st.line()}, st)
			at += st.line()
		}
		r.cut(more)
		for _, row := range rows {
			row.draw(r.cut(row.h))
			r.cut(p.gap)
		}
	}}}
}
