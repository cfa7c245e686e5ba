package layout

import (
	"multicopy.example/assets/text"
)

// Which secret is which: two sheets side by side, the same questions answered
// in the same order.
func which(p *page) {
	area := p.top(p.settings()...)
	area = p.foot(area, p.back())
	area.cutBottom(p.gap)
	title := p.say(text.WhichTitle)
	p.write(title, area.cut(p.heading().height(title, area.W)+p.px(4)), p.heading())
	w := (area.W - p.px(6)) / 2
	left, right := area.cutLeft(w), area.cutRight(w)
	var in []Rect
	for _, r := range []Rect{left, right} {
		p.add(Item{Kind: Surface, Rect: r, Paper: White, Edge: Faint, Thick: 2, Radius: p.px(2.2)})
		in = append(in, r.inset(p.px(5), p.px(3)))
	}
	p.paper = White
	p.flows(0, in, []func(*column){
		func(c *column) { c.explain(text.NamePIN, text.PINUse, text.PINLooks, text.PINTries) },
		func(c *column) {
			c.explain(text.NamePassword, text.PasswordUse, text.PasswordLooks, text.PasswordTries)
		},
	})
}

func (c *column) explain(name text.Key, about ...text.Key) {
	p := c.p
	c.text(0, p.say(name), p.strong().in(Primary))
	for _, k := range about {
		st := p.plain()
		if p.level >= 2 {
			st.px = p.small
		}
		c.row(p.px(4), iconDot, p.say(k), st)
	}
}

// I know neither: not here, and where.
func neither(p *page) {
	area := p.top(p.settings()...)
	area = p.foot(area, p.back())
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.NeitherTitle), p.heading())
		c.sheet(p.px(5), White, Faint, p.px(5), func(c *column) {
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
	area = p.foot(area, p.back(), p.next(text.Agree))
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.NeedsTitle), p.heading())
		c.sheet(p.px(4), White, Faint, p.px(4), func(c *column) {
			for i, k := range []text.Key{text.NeedsCard, text.NeedsReserve, text.NeedsCode, text.NeedsOther} {
				before := p.px(2.5)
				if i == 0 {
					before = 0
				}
				c.row(before, iconDot, p.say(k), p.plain())
			}
		})
		c.text(p.px(4), p.say(text.NeedsPrivacy), p.quiet())
		c.helpful(func() { c.text(p.px(1), p.say(text.NeedsClerk), p.quiet()) })
	})
}
