package layout

import (
	"strconv"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// The five steps of a visit, as the resident counts them.
var stepNames = [...]text.Key{text.StepReady, text.StepCard, text.StepCode, text.StepType, text.StepWrite}

// head is the line at the top of every screen of a visit: how far we are at
// the left, what can be done anywhere at the right. It returns the area below.
func (p *page) head(bs ...aButton) Rect {
	row := Rect{p.margin, p.margin * 0.7, p.sc.W - 2*p.margin, p.target}
	p.right(&row, bs...)
	row.W -= p.gap
	if p.v.Warn && !p.v.Stay {
		p.soon(row)
	} else {
		row.W = min(row.W, p.px(100))
		p.steps(row)
	}
	return p.inner()
}

func (p *page) right(row *Rect, bs ...aButton) {
	for i := len(bs) - 1; i >= 0; i-- {
		b := bs[i]
		label := p.say(b.label)
		if b.b == kiosk.ButtonLang { // the next language, in its own name
			label = text.Of((p.v.Lang+1)%kiosk.Langs, text.LangName)
		}
		p.button(row.cutRight(p.wish(b.look, b.icon, label)), b.b, b.look, b.icon, label)
		row.cutRight(p.gap)
	}
}

func (p *page) stop() aButton { return aButton{kiosk.ButtonStop, aside, iconCross, text.Stop} }

// settings are the language and the size of the text, on every screen until a
// card is read.
func (p *page) settings() []aButton {
	if p.v.Warn && !p.v.Stay {
		return nil // the warning needs the room
	}
	size := aButton{kiosk.ButtonLarger, aside, noIcon, text.SizeLarger}
	if p.v.Size == kiosk.SizeLarge {
		size = aButton{kiosk.ButtonSmaller, aside, noIcon, text.SizeSmaller}
	}
	return []aButton{{kiosk.ButtonLang, aside, iconGlobe, text.LangName}, size}
}

func (p *page) steps(row Rect) {
	now := int(p.v.Place.Stage())
	bar := row.cutBottom(p.px(1.8))
	row.cutBottom(p.px(1.2))
	label := strconv.Itoa(now) + "/" + strconv.Itoa(len(stepNames)) + "  " + p.say(stepNames[now-1])
	p.within(label, row, style{px: p.small, bold: true, ink: Ink, tight: true})
	w, gap := bar.W/float32(len(stepNames)), p.px(1.2)
	var parts []Item
	for i := range stepNames {
		fill := Faint
		if i < now {
			fill = Primary
		}
		parts = append(parts, Item{Kind: Bar, Rect: Rect{bar.X + float32(i)*w, bar.Y, w - gap, bar.H}, Paper: fill, Radius: bar.H / 2})
	}
	p.picture(bar, parts)
}

// soon stands in the place of the steps where a touch cannot extend.
func (p *page) soon(row Rect) {
	k := text.StaySoon
	if p.v.Pad != kiosk.NoPad {
		k = text.StayType
	}
	p.banner(row, AmberSoft, Amber, iconBang, p.say(k), p.small)
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
	for _, it := range fitted(s, in, style{px: px, bold: true, ink: ink, tight: true}, paper, p.least) {
		p.add(it)
	}
}

// notice is what was wrong with the last entry, or why we are back here.
func (c *column) notice(before float32) {
	p := c.p
	s := text.Notice(p.v)
	if s == "" {
		return
	}
	px := p.body
	w := c.w - 2*ceil(px*0.4) - px - ceil(px*0.4)
	h := (style{px: px, bold: true, tight: true}).height(s, w) + ceil(px*0.6)
	c.block(before, h, func(r Rect) { p.noticed(r, s, px) })
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
	p.add(Item{Kind: Surface, Rect: r, Paper: White, Radius: p.px(4)})
	was := p.paper
	p.paper = White
	c.place(r.inset(pad, pad), 0)
	p.paper, p.over = was, false
}
