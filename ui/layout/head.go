package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// head is the line at the top of every screen of a visit: how far we are at
// the left, what can be done anywhere at the right, or, on an upright panel, in
// a bar at the bottom. It returns the area between.
func (p *page) head(bs ...aButton) Rect {
	row := p.headRow()
	p.controls(&row, bs, row.W-p.toldIn())
	if p.v.Warn && !p.v.Stay {
		p.soon(row)
	} else {
		row.H += p.deeper()
		p.tasks(row)
	}
	return p.inner()
}

// controls draws what can be done anywhere, in room where that is enough, and leaves
// what is left of the row.
func (p *page) controls(row *Rect, bs []aButton, room float32) {
	if p.tall {
		p.bar = append(p.bar, bs...)
		return
	}
	all := p.settled(bs, room)
	for i := len(all) - 1; i >= 0; i-- {
		p.put(row.cutRight(all[i].w), all[i])
		row.cutRight(p.gap)
	}
}

// settled makes the controls, and where they have no room, one after the other: with short names for
// the sizes of the text, with the sign of the colours alone, with a short name for the languages, with
// the globe alone.
func (p *page) settled(bs []aButton, w float32) []made {
	short := map[text.Key]string{}
	var all []made
	for try := range 5 {
		all = nil
		sum := -p.gap
		for _, b := range bs {
			m := made{press: b.b, turn: b.turn, look: b.look, icon: b.icon, label: p.say(b.label)}
			if s, ok := short[b.label]; ok {
				m.label = s
			}
			if m.w = p.wish(m.look, m.icon, m.label); b.b == kiosk.ButtonColours && try > 1 || b.b == kiosk.ButtonLang && try == 4 { // the sign says it
				m.bare, m.w = true, p.target
			}
			sum += m.w + p.gap
			all = append(all, m)
		}
		if sum <= w {
			break
		}
		short[text.SizeSmaller], short[text.SizeLarger] = p.say(text.SizeMinus), p.say(text.SizePlus)
		if try == 2 {
			short[text.Languages] = p.say(text.LanguageSign)
		}
	}
	return all
}

func (p *page) stop() aButton {
	return aButton{b: kiosk.ButtonStop, look: aside, icon: iconCross, label: text.Stop}
}

// leaving are the pages of languages and of colours, where they can be opened, and the end.
func (p *page) leaving() []aButton { return append(p.chosen(), p.stop()) }

// chosen opens the pages of languages and of colours.
func (p *page) chosen() (all []aButton) {
	if p.warns() {
		return nil
	}
	if p.v.Speaks {
		all = append(all, aButton{b: kiosk.ButtonLang, look: aside, icon: iconGlobe, label: text.Languages})
	}
	if p.v.Colours {
		all = append(all, aButton{b: kiosk.ButtonColours, look: aside, icon: iconColours, label: text.Colours})
	}
	return all
}

// warns reports whether a warning needs the room of the settings.
func (p *page) warns() bool { return p.v.Warn && !p.v.Stay && !p.tall }

// settings are the language, the colours and the size of the text, on every screen until a
// card is read.
func (p *page) settings() []aButton {
	if p.warns() {
		return nil
	}
	all := p.chosen()
	if p.v.Size > kiosk.SizeSmall {
		all = append(all, aButton{b: kiosk.ButtonSmaller, look: aside, icon: noIcon, label: text.SizeSmaller})
	}
	if p.v.Size < kiosk.SizeLargest {
		all = append(all, aButton{b: kiosk.ButtonLarger, look: aside, icon: noIcon, label: text.SizeLarger})
	}
	return all
}

// soon stands in the place of the steps where a touch cannot extend.
func (p *page) soon(row Rect) {
	k := text.StaySoon
	if p.v.Pad != kiosk.NoPad {
		k = text.StayType
	}
	s := p.say(k)
	if px := p.small; (style{lang: p.labelled(), px: px, bold: true, tight: true}).height(s, row.W-3*px) > row.H-4 {
		s = p.say(text.StaySoonShort)
		if (style{lang: p.labelled(), px: px, bold: true, tight: true}).height(s, row.W-3*px) > row.H { // beside the button at the end
			p.add(Item{Kind: Surface, Rect: row, Paper: AmberSoft, Edge: Amber, Thick: 2, Radius: p.px(2)})
			at := row.square(px)
			p.picture(at, iconBang.draw(at, AmberSoft))
			return
		}
	}
	p.banner(row, AmberSoft, Amber, iconBang, s, p.small)
}

// banner is one coloured line: icon, word and colour.
func (p *page) banner(r Rect, paper, ink Role, ic icon, s string, px float32) {
	p.add(Item{Kind: Surface, Rect: r, Paper: paper, Edge: ink, Thick: 2, Radius: p.px(2)})
	pad := ceil(px * 0.4)
	in := r.inset(pad, 2)
	side := min(ceil(px), in.H)
	at := Rect{in.X, in.Y + (in.H-side)/2, side, side}
	p.picture(at, ic.draw(at, paper))
	in.cutLeft(side + pad)
	for _, it := range fitted(s, in, style{lang: p.labelled(), px: px, bold: true, ink: ink, tight: true}, paper, p.least) {
		p.add(it)
	}
}

// banner is the same as a block, as high as its text.
func (c *column) banner(before float32, paper, ink Role, ic icon, s string, px float32) {
	pad := ceil(px * 0.4)
	if c.p.paged { // a sheet can be cut
		c.sheet(before, paper, ink, pad, func(c *column) {
			c.row(0, ic, s, style{lang: c.p.labelled(), px: px, bold: true, ink: ink, tight: true})
		})
		return
	}
	st := style{lang: c.p.labelled(), px: px, bold: true, tight: true}
	c.torn = c.torn || torn(s, c.w-3*pad-ceil(px), st)
	h := st.height(s, c.w-3*pad-ceil(px)) + ceil(px*0.7)
	c.block(before, h, func(r Rect) { c.p.banner(r, paper, ink, ic, s, px) })
	if c.p.v.Pad == kiosk.NoPad { // elsewhere it is typed into
		c.shapes(c.p.px(1), c.p.means(s))
	}
}

// notice is what was wrong with the last entry, or why we are back here.
func (c *column) notice(before float32) {
	p := c.p
	s := text.Notice(p.v)
	if s == "" {
		return
	}
	if p.v.Message == kiosk.MsgLastTry {
		c.banner(before, RedSoft, Red, iconStop, s, p.body)
		return
	}
	c.banner(before, AmberSoft, Amber, iconBang, s, p.body)
}

// noticed is the notice's banner: calm, for nothing is lost by a wrong entry, but for
// the last try.
func (p *page) noticed(r Rect, s string, px float32) {
	if p.v.Message == kiosk.MsgLastTry {
		p.banner(r, RedSoft, Red, iconStop, s, px)
		return
	}
	p.banner(r, AmberSoft, Amber, iconBang, s, px)
}

// overlay is the question that stands over everything: the resident who touches
// anything is still there.
func (p *page) overlay() {
	p.over = true
	p.add(Item{Kind: Surface, Rect: Rect{0, 0, p.sc.W, p.sc.H}, Paper: Scrim})
	w := min(p.sc.W-2*p.margin, p.px(150))
	pad := p.px(8)
	c := p.column(w - 2*pad)
	c.text(0, p.say(text.StayTitle), p.heading().centred())
	c.text(p.px(4), p.say(text.StayWhat), p.plain().centred())
	c.block(p.px(7), p.target*1.5, func(r Rect) {
		p.button(r, kiosk.ButtonStay, main, noIcon, p.say(text.Stay))
	})
	h := c.height() + 2*pad
	r := Rect{(p.sc.W - w) / 2, (p.sc.H - h) / 2, w, h}
	if p.tall {
		r.Y = p.sc.H * 0.5
	}
	p.add(Item{Kind: Surface, Rect: r, Paper: Sheet, Radius: p.px(4)})
	was := p.paper
	p.paper = Sheet
	c.place(r.inset(pad, pad), 0)
	p.paper, p.over = was, false
}
