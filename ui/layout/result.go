package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 11: what happened, what did not, what to do, where; and what to write down.
func telling(p *page) {
	t := text.Tell(p.v, p.v.Message)
	mood := moods[p.v.Sign()]
	area := Rect{p.margin, p.margin, p.sc.W - 2*p.margin, p.sc.H - p.margin*1.8}
	b := p.next(text.Finish)
	if p.v.Card {
		b.label = text.TakeCard
	}
	area = p.foot(area, b)
	p.slip(t)
	if p.v.Slip != kiosk.NoSlip {
		area = p.slipRow(area)
	}
	if p.v.Counter {
		area = p.above(area, made{press: kiosk.ButtonCounter, look: other, label: p.say(text.CounterShow)})
	}
	side := p.px(26)
	at := area.cutLeft(side)
	p.picture(Rect{at.X, at.Y + p.px(4), side, side}, sign(Rect{at.X, at.Y + p.px(4), side, side}, p.v.Sign(), p.paper))
	area.cutLeft(p.px(7))

	down := float32(0.25)
	if p.tall { // beside the sign
		down = 0
	}
	p.flow(area, down, func(c *column) {
		c.text(0, t.What, p.heading().in(mood.ink))
		if t.Same != "" {
			c.sheet(p.px(6), mood.paper, mood.edge, p.px(3.5), func(c *column) { c.row(0, iconSame, t.Same, p.strong()) })
		}
		c.text(p.px(6), t.Do, p.plain())
		if t.Where != "" {
			c.row(p.px(4), iconNext, t.Where, p.plain())
		}
		if can := p.stores(); can != "" {
			c.row(p.px(4), iconDot, can, p.plain())
		}
		switch { // the drawing at the side points there
		case !p.v.Card:
		case p.v.Message.Code() == "":
			c.text(p.px(4), p.say(text.TakeAfter)+p.spaced(p.where()), p.plain())
		default:
			c.text(p.px(4), p.say(text.TakeAfter), p.plain())
		}
	})
	p.taken(Rect{at.X, at.Y + p.px(4) + side, side, at.H})
}

// stores names the chains that can do what this store cannot; "" where none are
// configured.
func (p *page) stores() string {
	if p.v.Message != kiosk.MsgStore {
		return ""
	}
	can := text.Chains(p.v.Lang, text.ChainsFor(p.panel.Chains, p.v.Flow))
	if can == "" {
		return ""
	}
	return p.say(text.ChainsCan) + p.spaced(can)
}

// slipSays is what stands in the place of the button once a slip was asked for.
var slipSays = [kiosk.Slips]text.Key{kiosk.SlipAsked: text.SlipComing, kiosk.SlipPrinted: text.SlipPrinted, kiosk.SlipFailed: text.SlipFailed}

// slipRow offers the slip above the button at the end, or says what came of it. In
// doubt its number is what the resident needs, and stands out.
func (p *page) slipRow(area Rect) Rect {
	b := made{press: kiosk.ButtonSlip, look: other, icon: iconSlip, label: p.say(text.SlipPrint)}
	if p.v.Sign() == kiosk.SignDoubt {
		b.look, b.label = urged, p.say(text.SlipNumber)
	}
	if p.v.Slip == kiosk.SlipOffered {
		return p.above(area, b)
	}
	s, st := p.say(slipSays[p.v.Slip]), style{lang: p.labelled(), px: p.body, bold: true, ink: Ink, centre: true, tight: true}
	w := min(max(p.wish(b.look, b.icon, b.label), ceil(Width(s, st.px, true))+2, p.px(52)), area.W)
	return p.aboveRow(area, w, footRow{p.target, func(r Rect) { p.within(s, r.cutRight(w), st) }})
}

// moods are the colours of what a sign says: calm, but for a lock.
var moods = [kiosk.Signs]struct{ paper, edge, ink Role }{
	kiosk.NoSign:     {Sheet, Edge, Ink},
	kiosk.SignDone:   {GreenSoft, Green, Green},
	kiosk.SignAgain:  {Sheet, Edge, Ink},
	kiosk.SignOffice: {Sheet, Edge, Ink},
	kiosk.SignApp:    {Sheet, Edge, Ink},
	kiosk.SignDoubt:  {AmberSoft, Amber, Amber},
	kiosk.SignLocked: {RedSoft, Red, Red},
}

// slip is what a resident may want to note: when, the transaction's number, the
// code for staff.
func (p *page) slip(t text.Telling) {
	if when := text.When(p.v.Lang, p.v.When); when != "" {
		p.notes = append(p.notes, p.say(text.When_)+"  "+when)
	}
	if id := p.v.Session.Receipt(); id != "" {
		p.notes = append(p.notes, p.say(text.Transaction)+"  "+id)
	}
	if t.Code != "" {
		p.notes = append(p.notes, p.say(text.StaffCode)+"  "+t.Code)
	}
}

// 12: the card is taken before the visit ends.
func takeCard(p *page) {
	ink, second := Ink, Second
	if p.v.Loud {
		p.sc.Paper, p.paper = Amber, Amber
		ink, second = Sheet, Sheet
	}
	area := Rect{p.margin, p.margin, p.sc.W - 2*p.margin, p.sc.H - 2*p.margin}
	if p.v.Now > 0 {
		area = p.head()
	}
	ps, what, why := leaving, text.TakeTitle, p.say(text.TakeWhy)+p.spaced(p.where())
	if !p.v.Card { // lifted, or slipped, which is known a second later
		ps, what, why = lifted, text.TakeSeen, ""
	}
	p.beside(area, ps, func(c *column) {
		big := p.heading().in(ink)
		big.px = ceil(p.title * 1.35)
		for big.px > p.title && torn(p.say(what), c.w, big) {
			big.px--
		}
		c.text(0, p.say(what), big)
		if why != "" {
			c.text(p.px(5), why, p.plain().in(ink))
		}
		t := text.Tell(p.v, p.v.Message)
		if p.v.Message == kiosk.MsgStopped || p.v.Message == kiosk.MsgTimeout { // after what must be done now
			c.text(p.px(8), t.What, p.strong().in(second))
			c.text(p.px(2), t.Same, p.plain().in(second))
		}
	})
}

func thanks(p *page) {
	area := Rect{p.margin, p.margin, p.sc.W - 2*p.margin, p.sc.H - p.margin*1.8}
	area = p.foot(area, aButton{b: kiosk.ButtonOK, look: other, icon: noIcon, label: text.Finish})
	p.flow(area, 0.5, func(c *column) {
		side := p.px(22)
		c.block(0, side, func(r Rect) {
			at := r.square(side)
			p.picture(at, sign(at, p.v.Sign(), p.paper))
		})
		c.text(p.px(7), p.say(text.ThanksTitle), p.heading().of(ceil(p.title*1.2)).centred())
		c.text(p.px(4), p.say(text.ThanksWipe), p.plain().in(Second).centred())
	})
}
