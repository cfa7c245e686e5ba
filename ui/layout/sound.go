package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// sound is the page of who hears the screen: how loud it is, and whether the glass is dark meanwhile.
func sound(p *page) {
	var area Rect
	if p.v.Now > 0 {
		area = p.head(p.stop())
	} else {
		area = p.top()
	}
	dark, what := text.Darken, text.DarkWhat
	if p.v.Darkened {
		dark, what = text.Lighten, text.DarkNow
	}
	all := []made{
		{press: kiosk.ButtonQuieter, look: choice, label: p.say(text.Quieter)},
		{press: kiosk.ButtonLouder, look: choice, label: p.say(text.Louder)},
		{press: kiosk.ButtonDark, look: choice, label: p.say(dark)},
	}
	area = p.footed(area, p.columns(append(all, p.made([]aButton{p.back()}, area.W)...), area.W)...)
	p.flow(area, 0.5, func(c *column) {
		c.text(0, p.say(text.Sound), p.heading())
		c.text(p.px(2), Volume(p.v), p.strong())
		c.text(p.px(2), p.say(what), p.plain())
	})
}

// Volume says how loud speech is.
func Volume(v kiosk.View) string { return text.Say(v, text.VolumeNow, int8(v.Volume)) }

// heard is the way to that page: at the foot of the glass, over whatever stands there.
func (p *page) heard() Item {
	b := made{press: kiosk.ButtonSound, look: aside, label: p.say(text.Sound)}
	b.w = min(max(p.wish(b.look, b.icon, b.label), p.px(40)), p.sc.W-2*p.margin)
	h := p.tallest(b, b.w)
	was := p.sc.Items
	p.put(Rect{(p.sc.W - b.w) / 2, p.sc.H - p.margin - h, b.w, h}, b)
	it := p.sc.Items[len(was)]
	p.sc.Items = was
	return it
}
