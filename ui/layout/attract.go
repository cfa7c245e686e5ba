package layout

import (
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
	foot := area.cutBottom(p.target * 1.12)
	area.cutBottom(p.gap)
	p.asides(foot)

	right := area.cutRight(area.W * 0.34)
	area.cutRight(p.px(7))
	p.picture(right, reader(right.inset(0, right.H*0.06), above, Primary))

	begin := area.cutBottom(p.target * 1.6)
	area.cutBottom(p.gap)
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.Service), p.heading())
		c.helpful(func() { c.text(p.px(2), p.say(text.ServiceSub), p.plain().in(Second)) })
		rows := []text.Key{text.NeedCard, text.NeedReserve, text.NeedOther}
		c.sheet(p.px(4), White, Faint, p.px(3.5), func(c *column) {
			for i, k := range rows {
				before := p.px(1.5)
				if i == 0 {
					before = 0
				}
				c.row(before, iconDot, p.say(k), p.plain())
			}
		})
	})
	p.button(begin, kiosk.ButtonOK, main, iconNext, p.say(text.Begin))
}

// top is the head of a screen outside a visit: the state of the service at
// the left, settings at the right.
func (p *page) top(bs ...aButton) Rect {
	row := Rect{p.margin, p.margin * 0.7, p.sc.W - 2*p.margin, p.target}
	p.right(&row, bs...)
	row.W -= p.gap
	if p.v.Health == kiosk.NoMessage {
		s := p.say(text.OpenNow) + "　" + p.say(text.Free)
		if p.v.Lang != kiosk.Japanese {
			s = p.say(text.OpenNow) + ". " + p.say(text.Free)
		}
		side := ceil(p.small)
		at := Rect{row.X, row.Y + (row.H-side)/2, side, side}
		p.picture(at, iconTick.draw(at, p.paper))
		row.cutLeft(side + p.px(2))
		p.within(s, row, style{px: p.small, bold: true, ink: Green, tight: true})
	}
	return p.inner()
}

// asides are the two pages that help to decide before a card is placed.
func (p *page) asides(row Rect) {
	w := (row.W - p.gap) / 2
	p.button(row.cutLeft(w), kiosk.ButtonWhich, other, noIcon, p.say(text.Which))
	row.cutLeft(p.gap)
	p.button(row, kiosk.ButtonNone, other, noIcon, p.say(text.Neither))
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
		p.asides(area.cutBottom(p.target * 1.12))
		area.cutBottom(p.gap)
	}
	t := text.Tell(p.v, w)
	p.flow(area, 0.4, func(c *column) {
		c.row(0, iconPause, p.say(text.Closed), p.heading())
		c.sheet(p.px(5), White, Faint, p.px(5), func(c *column) {
			c.text(0, t.What, p.strong())
			c.text(p.px(3), t.Do, p.plain())
			c.row(p.px(3), iconNext, t.Where, p.plain())
		})
		if t.Code != "" {
			c.text(p.px(5), p.say(text.StaffCode)+"  "+t.Code, p.quiet())
		}
	})
}

func closed(p *page) {
	w := p.v.Message
	if w.Code() == "" {
		w = p.v.Health
	}
	if w.Code() == "" {
		w = kiosk.MsgReader
	}
	p.v.Health = w
	p.outOfService(w, false)
}

func starting(p *page) {
	p.calm(noIcon, p.say(text.Service), p.say(text.Preparing), true)
}

func staff(p *page) {
	p.calm(iconPause, p.say(text.StaffTitle), p.say(text.StaffWhat), false)
}

// calm is a screen with nothing to do: one sentence in the middle.
func (p *page) calm(ic icon, title, what string, busy bool) {
	area := Rect{p.margin, p.margin, p.sc.W - 2*p.margin, p.sc.H - 2*p.margin}
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
