package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 2: put the card down. The drawing says it to people who read neither language.
func placeCard(p *page) {
	area := p.head(append(p.settings(), p.stop())...)
	p.beside(area, above, func(c *column) {
		title := text.PlaceTitle
		if p.v.Flow == kiosk.FlowL {
			title = text.LookPlace
		}
		c.notice(0)
		c.text(p.px(6), p.say(title), p.heading())
		c.text(p.px(4), p.where(), p.plain())
		c.text(p.px(5), p.say(text.PlaceKeep), p.plain())
	})
}

// 3: what lies there has to go before the card can come.
func wrongCard(p *page) {
	area := p.head(p.leaving()...)
	t := text.Tell(p.v, p.v.Message)
	ps := leaving
	if !p.v.Card {
		ps = lifted
	}
	p.beside(area, ps, func(c *column) {
		c.text(0, t.What, p.heading())
		c.text(p.px(5), t.Do, p.plain())
		if p.v.Card {
			c.text(p.px(4), p.where(), p.plain())
		}
	})
}

// beside sets a column at the left and the reader at the right, or under it on
// an upright panel, or towards the reader itself. Where larger text needs the room, the drawing gets smaller; a
// screen that must be one page goes without.
func (p *page) beside(area Rect, ps pose, fill func(*column)) {
	sign := Primary
	if p.paper == Amber {
		sign = Sheet
	}
	var column, picture Rect
	for _, share := range []float32{0.4, 0.3} {
		column, picture = p.divide(area, ps, share)
		if c, ok := p.fits(column, fill); ok && !(p.alone && c.torn) {
			p.drawReader(picture, ps, sign)
			c.place(column, 0.45)
			return
		}
	}
	if p.alone {
		p.flow(area, 0.45, fill)
		return
	}
	p.flow(column, 0.45, fill)
	if f := p.foot1; p.pages > 1 && f != nil && !p.tall {
		picture.H = min(picture.H, f.bottom-height(f.rows, p.gap)-p.gap-picture.Y)
	}
	p.drawReader(picture, ps, sign)
}

// beneath divides an area between a column and a picture.
func (p *page) beneath(area Rect, share float32) (column, picture Rect) {
	if p.tall {
		picture = area.cutBottom(area.H * share)
		area.cutBottom(p.px(8))
		return area, picture
	}
	picture = area.cutRight(area.W * share)
	area.cutRight(p.px(8))
	return area, picture
}

// 3: what is being looked at. Nothing to do but leave the card.
func checking(p *page) {
	area := p.head(p.leaving()...)
	done := 1
	if p.v.Place == kiosk.Opening {
		done = 2
	}
	steps := []text.Key{text.CheckPlaced, text.CheckRead, text.CheckCerts, text.CheckReserve}
	if p.v.Flow.Looks() {
		steps = steps[:3]
	}
	p.progress(area, seated, text.CheckTitle, steps, done)
}

func codeAsked(p *page) {
	area := p.head(p.leaving()...)
	p.alone = true
	p.beside(area, resting, func(c *column) {
		c.text(0, p.say(text.CodeChecking), p.heading())
		p.still(c)
		c.helpful(func() { p.busy(c) })
	})
}

// progress is a list of steps: done, under way, not yet. Where larger text has
// no room for all of them, the one that is under way stands alone.
func (p *page) progress(area Rect, ps pose, title text.Key, steps []text.Key, done int) {
	p.alone = true
	p.beside(area, ps, func(c *column) {
		c.text(0, p.say(title), p.heading())
		for i, k := range steps {
			before := p.px(3)
			if len(c.blocks) == 1 {
				before = p.px(6)
			}
			switch {
			case i == done:
				c.row(before, iconNow, p.say(k), p.strong())
			case ps == seated && i == 0: // also where the picture has no room
				c.row(before, iconSeen, p.say(k), p.strong())
			case i < done:
				c.helpful(func() { c.row(before, iconTick, p.say(k), p.plain().in(Green)) })
			default:
				c.helpful(func() { c.row(before, iconOpen, p.say(k), p.plain().in(Second)) })
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
	c.banner(p.px(6), AmberSoft, Amber, iconBang, s, px)
}

// 10, in doubt: the same card again.
func doubtCard(p *page) {
	area := p.head(p.leaving()...)
	p.beside(area, above, func(c *column) {
		c.notice(0)
		c.text(p.px(5), p.say(text.DoubtTitle), p.heading())
		c.text(p.px(4), p.where(), p.plain())
		c.text(p.px(4), p.say(text.DoubtWhat), p.plain())
	})
}

func doubtReading(p *page) {
	area := p.head(p.leaving()...)
	p.alone = true
	p.beside(area, seated, func(c *column) {
		c.text(0, p.say(text.DoubtReads), p.heading())
		c.row(p.px(5), iconSeen, p.say(text.CheckPlaced), p.strong())
		p.still(c)
		c.helpful(func() { p.busy(c) })
	})
}

// 10, in doubt: the same value once more, which spends a try if the proof is
// wrong; so it is asked for.
func doubtAgain(p *page) {
	area := p.head(p.leaving()...)
	area = p.foot(area, p.next(text.DoubtWrite))
	p.beside(area, resting, func(c *column) {
		c.text(0, p.say(text.DoubtAgainTitle), p.heading())
		c.text(p.px(4), p.say(text.DoubtAgainWhat), p.plain())
		p.still(c)
	})
}
