package layout

import (
	"slices"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 0: what this is, what it costs, what is needed, and one large button.
func attract(p *page) {
	p.sc.Paper, p.paper = Page, Page
	if p.v.Health != kiosk.NoMessage {
		p.outOfService(p.v.Health, true)
		return
	}
	area := p.top(p.settings()...)
	fill := func(c *column) {
		c.text(0, p.say(text.Service), p.heading())
		c.helpful(func() { c.text(p.px(2), p.say(text.ServiceSub), p.plain().in(Second)) })
		c.sheet(p.px(4), Sheet, Faint, p.px(3.5), func(c *column) {
			for i, k := range []text.Key{text.NeedCard, text.NeedReserve, text.NeedOther} {
				before := p.px(1.5)
				if i == 0 {
					before = 0
				}
				c.row(before, iconDot, p.say(k), p.plain())
			}
		})
	}
	begin := made{press: kiosk.ButtonOK, look: main, icon: iconNext, label: p.say(text.Begin)}
	under, look := area, made{press: kiosk.ButtonLook, look: other, label: p.say(text.Look)}
	large := max(p.target*1.6, p.tallest(begin, area.W))
	st := p.label(look.look)
	side := area.W*0.34 - around(st, noIcon)
	near := p.v.Looks && !p.tall && !torn(look.label, side, st) && st.height(look.label, side) < large // beside the large button
	asides := p.asides(area.W, !near)
	if back := p.oneRow([]made{{label: p.say(text.PageBack), look: aside, icon: iconBack, w: area.W}}); large+height(append(asides, back), p.gap)+p.gap > area.H {
		large = p.tallest(begin, area.W)
	}
	area = p.footed(area, append([]footRow{{large, func(r Rect) {
		if near {
			p.put(r.cutRight(r.W*0.34), look)
			r.cutRight(p.gap)
		} else if p.pages == 1 && !p.tall {
			r.W -= r.W*0.34 + p.px(7)
		}
		p.put(r, begin)
	}}}, asides...)...)
	column, picture := p.beneath(area, 0.34)
	if !p.tall && !near { // beside the large button too
		picture.H = under.Y + under.H - picture.Y - height(asides, p.gap) - p.gap
	}
	if c, ok := p.fits(column, fill); ok {
		c.place(column, 0)
		p.picture(picture, reader(picture.inset(0, picture.H*0.06), above, Primary))
		return
	}
	p.flow(area, 0, fill)
}

// top is the head of a screen outside a visit: the state of the service at
// the left, settings at the right.
func (p *page) top(bs ...aButton) Rect {
	row := p.headRow()
	p.controls(&row, bs, row.W-p.px(65))
	if p.v.Health == kiosk.NoMessage {
		s := p.say(text.OpenNow) + text.SettingOf(p.v.Lang).Then + p.say(text.Free)
		side := ceil(p.small)
		at := Rect{row.X, row.Y + (row.H-side)/2, side, side}
		row.cutLeft(side + p.px(2))
		st := style{lang: p.labelled(), px: p.small, bold: true, ink: Green, tight: true}
		for _, s := range []string{s, p.say(text.OpenNow), p.say(text.Free)} {
			if Width(s, st.px, true) <= row.W {
				p.picture(at, iconTick.draw(at, p.paper))
				p.within(s, row, st)
				break
			}
		}
	}
	return p.inner()
}

// asides are what can be done without a reservation, and the two pages that help to
// decide before a card is placed. look says whether the first has no other place.
func (p *page) asides(w float32, look bool) []footRow {
	all := []made{{press: kiosk.ButtonWhich, look: other, label: p.say(text.Which)}, {press: kiosk.ButtonNone, look: other, label: p.say(text.Neither)}}
	var doors []made
	if look && p.v.Looks {
		doors = append(doors, made{press: kiosk.ButtonLook, look: other, label: p.say(text.Look)})
	}
	if p.v.Looks {
		doors = append(doors, made{press: kiosk.ButtonConsents, look: other, label: p.say(text.Consents)})
	}
	if len(doors) == 1 {
		if three := append(doors, all...); p.share(three, w) {
			return []footRow{p.oneRow(three)}
		}
	}
	return append(p.across(doors, w), p.across(all, w)...)
}

// share gives buttons of one row the same width, or each what the longest phrase of its label needs
// and the same of what is left; false where a phrase would be broken.
func (p *page) share(all []made, w float32) bool {
	rest := w - p.gap*float32(len(all)-1)
	each := rest / float32(len(all))
	if p.unbroken(all, each) {
		for i := range all {
			all[i].w = each
		}
		return true
	}
	for i, b := range all {
		st := p.label(b.look)
		all[i].w = wide(phrases(b.label, st.lang), st) + around(st, noIcon) + 1
		rest -= all[i].w
	}
	for i := range all {
		all[i].w += floor(rest / float32(len(all)))
	}
	return rest >= 0
}

// across sets buttons in one row, or one above another where their labels would be broken.
func (p *page) across(all []made, w float32) (rows []footRow) {
	if len(all) == 0 {
		return nil
	}
	each := (w - p.gap*float32(len(all)-1)) / float32(len(all))
	beside := slices.Clone(all)
	for i := range all {
		beside[i].w, all[i].w = each, w
		rows = append(rows, p.oneRow(all[i:i+1]))
	}
	if row := p.oneRow(beside); p.unbroken(beside, each) && row.h <= height(rows, p.gap) {
		return []footRow{row}
	}
	return rows
}

// unbroken reports whether each label has room in a button of that width.
func (p *page) unbroken(all []made, w float32) bool {
	for _, b := range all {
		if st := p.label(b.look); torn(b.label, w-around(st, noIcon), st) {
			return false
		}
	}
	return true
}

// outOfService says why no visit can begin, where else to go, and the code
// that staff wants to hear.
func (p *page) outOfService(w kiosk.Message, pages bool) {
	bs := p.settings()
	if !pages {
		bs = nil
	}
	area := p.top(bs...)
	if pages {
		area = p.footed(area, p.asides(area.W, true)...)
	}
	t := text.Tell(p.v, w)
	p.flow(area, 0.4, func(c *column) {
		c.row(0, iconPause, p.say(text.Closed), p.heading())
		c.sheet(p.px(5), Sheet, Faint, p.px(5), func(c *column) {
			c.text(0, t.What, p.strong())
			c.text(p.px(3), t.Do, p.plain())
			c.row(p.px(3), iconNext, t.Where, p.plain())
		})
		if !pages { // no button changes the language here
			o := p.other()
			c.text(p.px(4), text.Say(o, text.Closed, -1), p.strong().as(o.Lang))
			c.text(p.px(1), text.Tell(o, w).What, p.plain().as(o.Lang))
			c.text(p.px(1), text.Tell(o, w).Do, p.plain().as(o.Lang))
		}
		switch {
		case p.panel.Unready != "":
			c.text(p.px(4), p.panel.Unready, p.quiet().as(kiosk.Japanese))
		case w == kiosk.MsgReader && !pages && p.panel.Trouble != "": // says more than the code
			c.text(p.px(4), p.panel.Trouble, p.quiet().as(kiosk.Japanese))
		case t.Code != "":
			c.text(p.px(5), p.say(text.StaffCode)+"  "+t.Code, p.quiet())
		}
		if p.panel.Staff && p.v.Place.TakesStaff() && !pages { // for the clerk who looks at it at night
			c.text(p.px(2), text.Of(kiosk.Japanese, text.StaffHint), p.quiet().as(kiosk.Japanese))
		}
	})
}

// other is the view in the other of Japanese and English.
func (p *page) other() kiosk.View {
	v := p.v
	if v.Lang = kiosk.Japanese; p.v.Lang == kiosk.Japanese {
		v.Lang = kiosk.English
	}
	return v
}

func closed(p *page) {
	w := p.v.Message
	if w.Code() == "" {
		w = p.v.Health
	}
	switch {
	case p.panel.Unready != "":
		w = kiosk.MsgOffRepair
	case w.Code() == "":
		w = kiosk.MsgReader
	}
	p.v.Health = w
	p.outOfService(w, false)
}

func starting(p *page) {
	p.calm(noIcon, p.say(text.Service), p.say(text.Preparing), true, p.v.Lang)
}

func maintenance(p *page) {
	o := p.other()
	p.calm(iconPause, p.say(text.StaffTitle), p.say(text.StaffWhat), false, o.Lang, text.Say(o, text.StaffTitle, -1), text.Say(o, text.StaffWhat, -1))
}

// calm is a screen with nothing to do: one sentence in the middle, and what more
// is to be said under it, in which language.
func (p *page) calm(ic icon, title, what string, busy bool, in kiosk.Lang, more ...string) {
	area := Rect{p.margin, p.margin, p.sc.W - 2*p.margin, p.sc.H - 2*p.margin}
	p.alone = true
	p.flow(area, 0.5, func(c *column) {
		if ic != noIcon {
			side := p.px(20)
			c.block(0, side, func(r Rect) {
				at := r.square(side)
				p.picture(at, ic.draw(at, p.paper))
			})
		}
		c.text(p.px(6), title, p.heading().centred())
		c.text(p.px(4), what, p.plain().in(Second).centred())
		for _, s := range more {
			c.text(p.px(4), s, p.plain().in(Second).centred().as(in))
		}
		if busy {
			p.busy(c)
		}
	})
}

// busy keeps room for a sign of life.
func (p *page) busy(c *column) {
	c.block(p.px(6), p.px(3), func(r Rect) {
		w := min(r.W, p.px(60))
		p.sc.Busy = Rect{r.X + (r.W-w)/2, r.Y, w, r.H}
	})
}
