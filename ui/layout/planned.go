package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 4: what the reservation says, and the one thing it leaves open.
func planned(p *page) {
	area := p.head(p.stop())
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
		c.sheet(p.px(4), White, Faint, p.px(4), func(c *column) {
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
	if p.v.Lang == kiosk.Japanese {
		return "　" + p.say(k)
	}
	return ". " + p.say(k)
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

// choices are two equal answers, each with what it does.
func (p *page) choices(area Rect) Rect {
	st := style{px: p.body, bold: true, ink: Primary, centre: true, even: true, tight: true}
	w := (area.W - p.gap) / 2
	in := w - 2*p.px(4)
	tall := func(head, tail text.Key) float32 {
		return st.height(p.say(head), in) + p.quiet().height(p.say(tail), in) + p.px(8)
	}
	h := max(tall(text.ChooseReset, text.PlanReset), tall(text.ChooseUnlock, text.PlanUnlock), p.target*1.6)
	row := area.cutBottom(h)
	area.cutBottom(p.gap)
	p.choice(row.cutLeft(w), kiosk.ButtonReset, text.ChooseReset, text.PlanReset, st)
	row.cutLeft(p.gap)
	p.choice(row, kiosk.ButtonUnlock, text.ChooseUnlock, text.PlanUnlock, st)
	return area
}

func (p *page) choice(r Rect, b kiosk.Button, head, tail text.Key, st style) {
	d := dresses[choice]
	in := r.inset(p.px(4), p.px(3))
	small := p.quiet().centred()
	small.ink = Ink
	need := st.height(p.say(head), in.W) + p.px(1) + small.height(p.say(tail), in.W)
	in.Y += (in.H - need) / 2
	face := lines(p.say(head), in, st, d.fill)
	in.cut(st.height(p.say(head), in.W) + p.px(1))
	face = append(face, lines(p.say(tail), in, small, d.fill)...)
	p.add(Item{Kind: Button, Rect: r, Text: p.say(head), Press: b, Paper: d.fill, Down: d.down, Edge: d.edge, Thick: 3, Radius: p.px(2.2), Inside: face})
}
