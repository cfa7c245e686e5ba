package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// The pads. Digits stand in the order of a telephone; letters in the order of
// the alphabet, for people who never learnt where they are on a typewriter.
// Only keys that can be right exist: there is no lower case.
const (
	digitRows  = "123456789"
	letterRows = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"

	digitKey  = 20   // mm
	letterKey = 18   // mm
	leastKey  = 12.7 // mm
)

func (p *page) key(r Rect, c Cap, ch byte, ic icon, label string, px float32) {
	d := dress{White, PrimarySoft, Edge, Ink}
	if c != CapChar {
		d.fill, d.down = Faint, White
	}
	st := style{px: px, bold: true, ink: d.ink, centre: true, tight: true}
	it := Item{Kind: Key, Rect: r, Text: label, Cap: c, Char: ch, Paper: d.fill, Down: d.down, Edge: d.edge, Thick: 2, Radius: p.px(2)}
	it.Inside = fitted(label, r.inset(5, 3), st, d.fill, p.least)
	if ic != noIcon && r.W > Width(label, px, true)+px*2.2 {
		it.Inside = p.faced(r, st, d, ic, label)
	}
	p.add(it)
}

func (p *page) char(r Rect, ch byte) {
	p.key(r, CapChar, ch, noIcon, string(ch), ceil(min(r.H*0.46, p.body*1.35)))
}

func (p *page) act(r Rect, c Cap) {
	k, ic := text.KeyErase, iconErase
	switch c {
	case CapClear:
		k, ic = text.KeyClear, noIcon
	case CapShow:
		k, ic = p.showKey(), iconEye
	}
	p.key(r, c, 0, ic, p.say(k), p.small)
}

// showKey is the label of the key that uncovers the entry.
func (p *page) showKey() text.Key {
	if p.v.Shows == kiosk.ShowsWhole {
		return text.KeyShowAll
	}
	return text.KeyShow
}

// digits draws the telephone pad at the right of an area and returns what is
// left of it.
func (p *page) digits(area Rect) Rect {
	side := min(p.px(digitKey), (area.H-3*p.gap)/4)
	pad := area.cutRight(3*side + 2*p.gap)
	area.cutRight(p.px(8))
	y := pad.Y + (pad.H-4*side-3*p.gap)/2
	at := func(col, row int) Rect {
		return Rect{pad.X + float32(col)*(side+p.gap), y + float32(row)*(side+p.gap), side, side}
	}
	for i := range digitRows {
		p.char(at(i%3, i/3), digitRows[i])
	}
	p.act(at(0, 3), CapClear)
	p.char(at(1, 3), '0')
	p.act(at(2, 3), CapErase)
	return area
}

// letters draws the pad of 36 at the bottom of an area and returns what is
// left above it.
func (p *page) letters(area Rect) Rect {
	w := min(p.px(letterKey), (p.sc.W-2*p.px(3)-9*p.gap)/10)
	h := max(min((area.H-3*p.gap)/4, w), ceil(leastKey*p.mm))
	pad := area.cutBottom(4*h + 3*p.gap)
	x := pad.X + (pad.W-10*w-9*p.gap)/2
	at := func(i int) Rect {
		return Rect{x + float32(i%10)*(w+p.gap), pad.Y + float32(i/10)*(h+p.gap), w, h}
	}
	for i := range letterRows {
		p.char(at(i), letterRows[i])
	}
	rest := at(36)
	rest.W = 4*w + 3*p.gap
	third := (rest.W - 2*p.gap) / 3
	for i, c := range []Cap{CapShow, CapClear, CapErase} {
		p.act(Rect{rest.X + float32(i)*(third+p.gap), rest.Y, third, rest.H}, c)
	}
	return area
}

// cells are the places of the characters: what was typed is a dot.
func (p *page) cells(r Rect) {
	_, most := p.v.Pad.Length()
	group := most
	if p.v.Pad == kiosk.PadCode {
		group = 4
	}
	gap, split := p.px(1), p.px(3.5)
	if most <= 8 {
		gap = p.px(1.6)
	}
	gaps := gap * float32(most-1)
	if group < most {
		gaps += split
	}
	w := min((r.W-gaps)/float32(most), r.H*0.95)
	x := r.X
	p.live = true
	for i := range most {
		if i > 0 && i%group == 0 {
			x += split
		}
		it := Item{Kind: Cell, Rect: Rect{x, r.Y, w, r.H}, Px: ceil(min(w*0.8, p.body*1.15)), Ink: Ink, Paper: White, Edge: Edge, Thick: 2, Radius: p.px(1.2)}
		it.At, it.Typed, it.Last = i, i < p.f.Typed, i == p.f.Typed-1
		switch {
		case i == p.f.Typed:
			it.Edge, it.Thick = Primary, 4
		case it.Typed:
			it.Paper = PrimarySoft
		}
		p.add(it)
		x += w + gap
	}
	p.live = false
}

// ok is the button that appears when the entry may be used; before that, how
// to make it appear stands there.
func (p *page) ok(r Rect) {
	p.live = true
	defer func() { p.live = false }()
	if !p.f.Form.Bad() {
		p.button(r, kiosk.ButtonOK, main, iconNext, p.say(text.Next))
		return
	}
	k := text.HintLetters
	if p.v.Place == kiosk.NewSecret { // where a form is wanted, an example says it best
		k = text.HintExample
	}
	switch p.v.Pad {
	case kiosk.PadCode:
		k = text.HintCode
	case kiosk.PadPIN:
		k = text.HintPIN
	}
	p.within(p.say(k), r, style{px: p.small, ink: Second, tight: true})
}

// A rule of the checklist.
type rule struct {
	k   text.Key
	met bool
}

func (p *page) rules() []rule {
	f := p.f.Form
	if p.v.Pad != kiosk.PadLetters {
		return []rule{{text.RuleFour, f&(kiosk.FormShort|kiosk.FormLong) == 0}}
	}
	return []rule{
		{text.RuleLength, f&(kiosk.FormShort|kiosk.FormLong) == 0},
		{text.RuleLetter, f&kiosk.FormNoLetter == 0},
		{text.RuleDigit, f&kiosk.FormNoDigit == 0},
	}
}

// checklist sets the rules side by side, each with its tick.
func (p *page) checklist(r Rect) {
	p.live = true
	defer func() { p.live = false }()
	px := p.body
	side := ceil(px * 0.9)
	rules := p.rules()
	need := func() (w float32) {
		for _, ru := range rules {
			w += side + px*0.4 + Width(p.say(ru.k), px, true) + px
		}
		return w - px
	}
	for px > p.least && need() > r.W {
		px--
		side = ceil(px * 0.9)
	}
	for _, ru := range rules {
		ic, ink := iconOpen, Ink
		if ru.met {
			ic, ink = iconTick, Green
		}
		at := Rect{r.X, r.Y + (r.H-side)/2, side, side}
		p.picture(at, ic.draw(at, p.paper))
		r.cutLeft(side + px*0.4)
		s := p.say(ru.k)
		w := ceil(Width(s, px, true)) + 2
		for _, it := range fitted(s, Rect{r.X, r.Y, w, r.H}, style{px: px, bold: true, ink: ink, tight: true}, p.paper, p.least) {
			it.Rule = true
			p.add(it)
		}
		r.cutLeft(w + px)
	}
}
