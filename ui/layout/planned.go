package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 4: what the reservation says, and the one thing it leaves open.
func planned(p *page) {
	area := p.head(p.leaving()...)
	if p.v.Unlock {
		area = p.choices(area)
	} else {
		area = p.foot(area, p.next(text.Next))
	}
	p.flow(area, 0, func(c *column) {
		if p.v.Earlier == kiosk.EarlierDoubt { // worth more than a title, and than a question that the buttons ask too
			c.text(0, p.say(doubt(p.v)), p.strong())
		} else {
			c.text(0, p.say(text.PlanTitle), p.heading())
		}
		c.sheet(p.px(4), Sheet, Faint, p.px(4), func(c *column) {
			what := p.say(text.PlanTarget)
			if p.v.Target == 0 {
				what += p.gapped(text.PlanLocked)
			}
			c.text(0, what, p.quiet())
			c.text(p.px(0.5), p.say(text.Secret(p.v.Flow, p.v.Flow.Target())), p.strong().in(Primary))
			if !p.v.Unlock && p.v.Earlier != kiosk.EarlierDoubt {
				c.text(p.px(1), p.say(example(p.v.Flow.Target())), p.quiet())
			}
			c.tries(p.px(4))
			c.text(p.px(0.5), p.say(text.Secret(p.v.Flow, p.v.Flow.Proof())), p.strong())
		})
		if p.v.Unlock && p.v.Earlier != kiosk.EarlierDoubt {
			c.text(p.px(4), p.say(text.PlanAsk), p.strong())
		}
	})
}

// tries are those of the proof secret, told from the first moment that they are
// known: the last one before anything is typed.
func (c *column) tries(before float32) {
	p := c.p
	left := text.TriesLeft
	if p.v.Tries < 0 {
		left = text.TriesUnknown
	}
	if p.v.Tries == 1 {
		c.row(before, iconStop, p.say(text.PlanProof)+p.gapped(text.PlanLast), p.quiet().in(Red))
		return
	}
	c.text(before, p.say(text.PlanProof)+p.gapped(left), p.quiet())
}

// gapped is a second sentence of a line.
func (p *page) gapped(k text.Key) string {
	return text.SettingOf(p.v.Lang).Then + p.say(k)
}

func example(r kiosk.Ref) text.Key {
	if r == kiosk.RefSign {
		return text.ExamplePassword
	}
	return text.ExamplePIN
}

// doubt says that an earlier visit ended without a result, and how this one ends
// that. Where the counter is full an unlock, if it was one, has worked.
func doubt(v kiosk.View) text.Key {
	if v.Full {
		return text.PlanDoubtWorks
	}
	return text.PlanDoubt
}

// choices are two equal answers, each with what it does; beside each other, or
// one above the other on a panel that is too narrow.
func (p *page) choices(area Rect) Rect {
	two := [][2]text.Key{{text.ChooseReset, text.PlanReset}, {text.ChooseUnlock, text.PlanUnlock}}
	press := []kiosk.Button{kiosk.ButtonReset, kiosk.ButtonUnlock}
	half := (area.W - p.gap) / 2
	h := max(p.choiceHeight(two[0], half), p.choiceHeight(two[1], half), p.target*1.6)
	if !p.tall && h < area.H*0.45 {
		return p.footed(area, footRow{h, func(r Rect) {
			p.choice(r.cutLeft(half), press[0], two[0])
			r.cutLeft(p.gap)
			p.choice(r, press[1], two[1])
		}})
	}
	var rows []footRow
	for i, k := range two {
		rows = append(rows, footRow{max(p.choiceHeight(k, area.W), p.target*1.6), func(r Rect) { p.choice(r, press[i], k) }})
	}
	return p.footed(area, rows...)
}

func (p *page) choiceStyles() (head, tail style) {
	tail = p.quiet().centred().in(Ink).as(p.labelled())
	tail.tight = true
	return style{lang: p.labelled(), px: p.body, bold: true, ink: Primary, centre: true, even: true, tight: true}, tail
}

func (p *page) choiceHeight(k [2]text.Key, w float32) float32 {
	head, tail := p.choiceStyles()
	in := w - 2*p.px(4)
	return head.height(p.say(k[0]), in) + tail.height(p.say(k[1]), in) + p.px(1) + 2*p.px(2)
}

func (p *page) choice(r Rect, b kiosk.Button, k [2]text.Key) {
	d := dresses[choice]
	head, tail := p.choiceStyles()
	in := r.inset(p.px(4), p.px(2))
	first := head.height(p.say(k[0]), in.W)
	in.Y += (in.H - first - p.px(1) - tail.height(p.say(k[1]), in.W)) / 2
	face := lines(p.say(k[0]), in, head, d.fill)
	in.cut(first + p.px(1))
	face = append(face, lines(p.say(k[1]), in, tail, d.fill)...)
	p.add(Item{Kind: Button, Rect: r, Text: p.say(k[0]), Press: b, Paper: d.fill, Down: d.down, Edge: d.edge, Thick: 3, Radius: p.px(2.2), Inside: face})
}
