package layout

import (
	"strconv"
	"strings"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// mostRows of a list stand on one page.
const mostRows = 4

// 11, flow C: what the person has agreed to, a row each, its name covered. The rows are
// buttons, and stand where those of a foot do.
func listed(p *page) {
	area := p.head(p.leaving()...)
	area = p.foot(area, p.next(text.Finish))
	f := p.foot1
	bottom := f.bottom - max(height(p.turning(f, 0, 3), p.gap), height(p.turning(f, 1, 3), p.gap), height(p.ending(f), p.gap)) - p.gap
	top, h := area.Y, p.rowHeight(area.W)
	if p.shortRows = h > p.target*1.9; p.shortRows {
		h = max(p.rowHeight(area.W), ceil(p.target*1.9))
	}
	if p.tall { // within reach
		top = max(top, p.sc.H/2)
	}
	fill := func(c *column) {
		c.text(0, p.say(text.ListTitle), p.heading())
		c.text(p.px(2), p.say(text.ListTouch), p.plain())
	}
	var c *column
	n := 0
	for level := asWished; level <= tighter && n < min(mostRows, int(p.v.Rows)); level++ {
		p.level = level
		c = p.filled(area.W, fill)
		n = 1
		for n < mostRows && float32(n+1)*(h+p.gap) <= min(bottom-top, bottom-area.Y-c.tightest()) {
			n++
		}
	}
	p.pages = max((int(p.v.Rows)+n-1)/n, 1)
	p.no = max(min(p.no, p.pages-1), 0)
	switch ways := f.rows; {
	case p.pages == 1:
		f.rows = append(p.rows(p.no*n, n, h), ways...)
	case p.no == p.pages-1:
		f.rows = append(p.rows(p.no*n, n, h), p.ending(f)...)
	default:
		f.rows = append(p.rows(p.no*n, n, h), p.turning(f, p.no, p.pages)...)
	}
	area.H = f.bottom - height(f.rows, p.gap) - p.gap - area.Y
	c.place(area, 0)
}

// rows are n rows of the list from one on.
func (p *page) rows(from, n int, h float32) (all []footRow) {
	for i := from; i < min(from+n, int(p.v.Rows)); i++ {
		b := made{press: kiosk.ButtonPick, row: int8(i), look: other, label: p.rowLabel(i)}
		all = append(all, footRow{h, func(r Rect) { p.put(r, b) }})
	}
	return all
}

// rowLabel is what a row says without its names.
func (p *page) rowLabel(i int) string {
	one, _ := kiosk.ConsentIn(p.v.List, int8(i))
	label := strconv.Itoa(i+1) + "  " + p.say(text.ListCovered)
	if p.shortRows { // the row's own page says the rest
		return label
	}
	label += "  " + p.items(one.Items)
	day := text.Day(p.v.Lang, one.From)
	switch {
	case day == "":
		return label
	case text.SettingOf(p.v.Lang).After:
		return label + "  " + day + p.say(text.ListFrom)
	}
	return label + ", " + p.say(text.ListFrom) + " " + day
}

// rowHeight is that of the highest row, so that each page has as many.
func (p *page) rowHeight(w float32) (h float32) {
	for i := range int(p.v.Rows) {
		h = max(h, p.tallest(made{look: other, label: p.rowLabel(i)}, w))
	}
	return h
}

// items are the words of a sum of items.
func (p *page) items(sum int8) string {
	var words []string
	for i, k := range []text.Key{text.MayName, text.MayAddress, text.MayBirth, text.MaySex} {
		if sum>>i&1 == 1 {
			words = append(words, p.say(k))
		}
	}
	return strings.Join(words, text.SettingOf(p.v.Lang).Comma)
}

// names are company and service of the row that was touched.
func (c *column) names(before float32) {
	p := c.p
	lacks := c.name(before, kiosk.NameOfCompany, p.heading())
	if c.name(p.px(1), kiosk.NameOfService, p.plain()) || lacks {
		c.text(p.px(1), p.say(text.ListLacks), p.quiet())
	}
}

// 11, flow C: one consent, its names shown.
func oneConsent(p *page) {
	area := p.head(p.leaving()...)
	back := aButton{b: kiosk.ButtonBack, look: main, icon: iconBack, label: text.ToList}
	if p.v.Found == kiosk.FoundConsents {
		area = p.foot(area, aButton{b: kiosk.ButtonEnd, look: other, label: text.WithdrawOne}, back)
	} else {
		area = p.foot(area, back)
	}
	one, _ := kiosk.ConsentIn(p.v.List, p.v.Row)
	p.flow(area, 0, func(c *column) {
		c.notice(0)
		c.names(p.px(2))
		c.sheet(p.px(4), Sheet, Faint, p.px(3.5), func(c *column) {
			c.text(0, p.joined(p.say(text.ListMay), p.items(one.Items)), p.plain())
			if day := text.Day(p.v.Lang, one.Until); day != "" {
				c.text(p.px(1.5), p.joined(p.say(text.ListUntil), day), p.plain())
			}
			if day := text.Day(p.v.Lang, one.Last); day != "" {
				c.text(p.px(1.5), p.joined(p.say(text.ListLast), day), p.plain())
			} else {
				c.text(p.px(1.5), p.say(text.ListNever), p.plain())
			}
		})
	})
}

// 11, flow C: what ends, and what does not.
func withdrawAsk(p *page) {
	area := p.head(p.leaving()...)
	area = p.foot(area, p.back(), p.next(text.WithdrawNow))
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.WithdrawTitle), p.heading())
		c.sheet(p.px(3), Sheet, Faint, p.px(3.5), func(c *column) {
			c.name(0, kiosk.NameOfCompany, p.strong())
			c.text(p.px(2), p.say(text.WithdrawWhat), p.plain())
			c.row(p.px(2), iconSame, p.say(text.WithdrawStays), p.strong())
			c.row(p.px(2), iconBack, p.say(text.WithdrawAnew), p.plain())
		})
	})
}
