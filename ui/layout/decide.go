package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 8: the last look before the card is written.
func confirm(p *page) {
	area := p.head(p.leaving()...)
	what := text.ConfirmReset
	bs := []aButton{p.back(), p.next(text.Write)}
	if p.v.Act == kiosk.Unlock {
		what, bs = text.ConfirmUnlock, bs[1:]
	}
	area = p.foot(area, bs...)
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.ConfirmTitle), p.heading())
		c.sheet(p.px(5), Sheet, Faint, p.px(5), func(c *column) {
			c.text(0, p.say(what), p.strong())
			c.text(p.px(4), p.say(text.ConfirmProof), p.plain())
		})
		s := p.say(text.ConfirmStill)
		h := (style{lang: c.p.labelled(), px: p.body, bold: true, tight: true}).height(s, c.w-p.body*2.4) + ceil(p.body*0.7)
		c.block(p.px(5), h, func(r Rect) { p.banner(r, AmberSoft, Amber, iconBang, s, p.body) })
	})
}

// 9: one try left. A page of its own, so that it is never spent unannounced. The
// filled button, where next stands on every other page, is the one that stops: a
// hand that has learnt where to press loses nothing here.
func lastTry(p *page) {
	area := p.head(p.chosen()...)
	do := text.LastDo
	switch p.v.Flow {
	case kiosk.FlowL, kiosk.FlowC:
		do = text.LookLastDo
	case kiosk.FlowW:
		do = text.WithdrawLastDo
	}
	area = p.foot(area, aButton{b: kiosk.ButtonOK, look: other, icon: noIcon, label: text.IAmSure}, aButton{b: kiosk.ButtonStop, look: main, icon: noIcon, label: text.StopHere})
	p.flow(area, 0, func(c *column) {
		c.row(0, iconStop, p.say(text.LastTitle), p.heading().in(Red))
		c.sheet(p.px(5), RedSoft, Red, p.px(5), func(c *column) {
			c.text(0, p.say(text.LastWhat), p.plain())
			c.text(p.px(4), p.say(do), p.strong())
		})
	})
}

// 10: seconds in which nothing may be touched.
func working(p *page) {
	area := p.head()
	done := [...]int{0, 0, 1, 1, 2, 3, 4}[min(p.v.Step, 6)] // signing and proving are one line
	title, steps := text.WorkTitle, []text.Key{text.WorkVerify, text.WorkProve, text.WorkGrant, text.WorkWrite, text.WorkTell}
	if at := max(int(p.v.Step), 1) - 1; p.v.Flow.Looks() {
		title, steps, done = text.LookWork, []text.Key{text.WorkVerify, text.WorkProve, text.LookList}, at
	}
	switch p.v.Flow {
	case kiosk.FlowC:
		title, steps[2] = text.ListWork, text.ListOf
	case kiosk.FlowW:
		title, steps = text.WithdrawWork, []text.Key{text.WorkVerify, text.WithdrawSigns, text.WithdrawSend}
		if p.v.Place == kiosk.LookingAgain {
			steps = append(steps, text.WithdrawLook)
		}
	}
	p.progress(area, resting, title, steps, done)
}
