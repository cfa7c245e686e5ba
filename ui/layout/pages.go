package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// Which secret is which: two sheets, side by side where they fit, the same
// questions answered in the same order.
func which(p *page) {
	area := p.top(p.settings()...)
	area = p.foot(area, p.back())
	title := func(c *column) { c.text(0, p.say(text.WhichTitle), p.heading()) }
	sheets := []func(*column){
		func(c *column) { c.explain(text.NamePIN, text.PINUse, text.PINLooks, text.PINTries) },
		func(c *column) {
			c.explain(text.NamePassword, text.PasswordUse, text.PasswordLooks, text.PasswordTries)
		},
	}
	sheet := func(c *column, before float32, fill func(*column)) {
		c.sheet(before, Sheet, Faint, p.px(4), fill)
	}
	if !p.tall {
		half := (area.W - p.px(6)) / 2
		both := func(c *column) {
			title(c)
			var cs [2]*column
			for i, fill := range sheets {
				cs[i] = p.column(half)
				sheet(cs[i], 0, fill)
			}
			h := max(cs[0].blocks[0].h, cs[1].blocks[0].h)
			c.block(p.px(4), h, func(r Rect) {
				for _, s := range cs {
					at := r.cutLeft(half)
					s.blocks[0].draw(at)
					r.cutLeft(p.px(6))
				}
			})
		}
		if c, ok := p.fits(area, both); ok {
			c.place(area, 0)
			return
		}
	}
	p.flow(area, 0, func(c *column) {
		title(c)
		for _, fill := range sheets {
			sheet(c, p.px(5), fill)
		}
	})
}

func (c *column) explain(name text.Key, about ...text.Key) {
	p := c.p
	title := p.strong().in(Primary)
	title.even = false // its last line has room for the shape
	c.text(0, p.say(name), title)
	for _, k := range about {
		c.row(p.px(3), iconDot, p.say(k), p.plain())
	}
}

// I know neither: not here, and where.
func neither(p *page) {
	area := p.top(p.settings()...)
	area = p.foot(area, p.back())
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.NeitherTitle), p.heading())
		c.sheet(p.px(5), Sheet, Faint, p.px(5), func(c *column) {
			c.row(0, iconBang, p.say(text.NeitherWhat), p.plain())
			c.row(p.px(4), iconNext, p.say(text.NeitherDo), p.plain())
		})
		c.text(p.px(5), p.say(text.NeitherOne), p.plain())
		c.text(p.px(3), p.say(text.NeitherPhone), p.quiet())
	})
}

// 1: what is needed, before anything is begun.
func needs(p *page) {
	area := p.head(append(p.settings(), p.stop())...)
	area = p.foot(area, p.back(), p.next(text.Ready))
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.NeedsTitle), p.heading())
		c.sheet(p.px(4), Sheet, Faint, p.px(4), func(c *column) {
			for i, k := range []text.Key{text.NeedsCard, text.NeedsReserve, text.NeedsCode, text.NeedsOther} {
				before := p.px(2.5)
				if i == 0 {
					before = 0
				}
				if k == text.NeedsOther {
					c.row(before, iconDot, p.say(k), p.plain(), kiosk.PadPIN, kiosk.PadLetters)
					continue
				}
				c.row(before, iconDot, p.say(k), p.plain())
			}
		})
		c.text(p.px(4), p.say(text.NeedsPrivacy), p.quiet())
		c.helpful(func() { c.text(p.px(1), p.say(text.NeedsClerk), p.quiet()) })
	})
}
