package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 2: put the card down. The drawing says it to people who read neither language.
func placeCard(p *page) {
	area := p.head(append(p.settings(), p.stop())...)
	p.beside(area, above, func(c *column) {
		c.notice(0)
		c.text(p.px(6), p.say(text.PlaceTitle), p.heading())
		c.text(p.px(5), p.say(text.PlaceKeep), p.plain())
	})
}

// 3: what lies there has to go before the card can come.
func wrongCard(p *page) {
	area := p.head(p.stop())
	t := text.Tell(p.v, p.v.Message)
	p.beside(area, leaving, func(c *column) {
		c.text(0, t.What, p.heading())
		c.text(p.px(5), t.Do, p.plain())
	})
}

// beside sets a column at the left and the reader at the right.
func (p *page) beside(area Rect, ps pose, fill func(*column)) {
	right := area.cutRight(area.W * 0.4)
	area.cutRight(p.px(8))
	sign := Primary
	if p.paper == Amber {
		sign = White
	}
	p.picture(right, reader(right, ps, sign))
	p.flow(area, 0.45, func(c *column) {
		fill(c)
	})
}

// 3: what is being looked at. Nothing to do but leave the card.
func checking(p *page) {
	area := p.head(p.stop())
	done := 0
	if p.v.Place == kiosk.Opening {
		done = 1
	}
	p.progress(area, text.CheckTitle, []text.Key{text.CheckRead, text.CheckCerts, text.CheckReserve}, done, text.KeepStill)
}

func codeAsked(p *page) {
	area := p.head(p.stop())
	p.beside(area, resting, func(c *column) {
		c.text(0, p.say(text.CodeChecking), p.heading())
		p.still(c)
		c.helpful(func() { p.busy(c) })
	})
}

// progress is a list of steps: done, under way, not yet.
func (p *page) progress(area Rect, title text.Key, steps []text.Key, done int, _ text.Key) {
	p.beside(area, resting, func(c *column) {
		c.text(0, p.say(title), p.heading())
		for i, k := range steps {
			before := p.px(3)
			if i == 0 {
				before = p.px(6)
			}
			switch {
			case i < done:
				c.row(before, iconTick, p.say(k), p.plain().in(Green))
			case i == done:
				c.row(before, iconNow, p.say(k), p.strong())
			default:
				c.row(before, iconOpen, p.say(k), p.plain().in(Second))
			}
		}
		p.still(c)
		c.helpful(func() { p.busy(c) })
	})
}

// still is the one thing that must not go wrong while the card is at work.
func (p *page) still(c *column) {
	s := p.say(text.KeepStill)
	px := p.body
	h := (style{px: px, bold: true, tight: true}).height(s, c.w-px*2.4) + ceil(px*0.7)
	c.block(p.px(6), h, func(r Rect) { p.banner(r, AmberSoft, Amber, iconBang, s, px) })
}

// 10, in doubt: the same card again.
func doubtCard(p *page) {
	area := p.head(p.stop())
	p.beside(area, above, func(c *column) {
		c.notice(0)
		c.text(p.px(5), p.say(text.DoubtTitle), p.heading())
		c.text(p.px(4), p.say(text.DoubtWhat), p.plain())
	})
}

func doubtReading(p *page) {
	area := p.head(p.stop())
	p.beside(area, resting, func(c *column) {
		c.text(0, p.say(text.DoubtReads), p.heading())
		p.still(c)
		c.helpful(func() { p.busy(c) })
	})
}

// 10, in doubt: the same value once more, which spends a try if the proof is
// wrong; so it is asked for.
func doubtAgain(p *page) {
	area := p.head(p.stop())
	area = p.foot(area, p.next(text.DoubtWrite))
	p.beside(area, resting, func(c *column) {
		c.text(0, p.say(text.DoubtAgainTitle), p.heading())
		c.text(p.px(4), p.say(text.DoubtAgainWhat), p.plain())
		p.still(c)
	})
}
