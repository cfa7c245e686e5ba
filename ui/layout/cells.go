package layout

import (
	"slices"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// cells are the places of the characters: what was typed is a dot.
func (p *page) cells(r Rect) {
	_, most := p.v.Pad.Length()
	rows := p.cellRows(r.W)
	n := most / rows
	gap, split := p.cellGaps()
	w, h := p.cellWidth(r.W, n), (r.H-float32(rows-1)*p.gap)/float32(rows)
	w = min(w, h*0.95)
	px := max(p.body, min(ceil(w*1.05), ceil(p.body*1.15), floor(w*p.body/p.widest())))
	p.live = true
	places := slots(p.v.Pad, n, w, h, gap, split)
	for i := range most {
		at := places[i%n]
		it := Item{Kind: Cell, Rect: Rect{r.X + at.X, r.Y + float32(i/n)*(h+p.gap), w, h}, Px: px, Ink: Ink, Paper: Sheet, Edge: Edge, Thick: 2, Radius: p.px(1.2)}
		it.At, it.Typed, it.Last = i, i < p.f.Typed, i == p.f.Typed-1
		switch {
		case p.f.Typed == 0 && p.wrong():
			it.Wrong, it.Paper, it.Edge, it.Thick = true, AmberSoft, Amber, 4
		case i == p.f.Typed:
			it.Edge, it.Thick = Primary, 4
		case it.Typed:
			it.Paper = PrimarySoft
		}
		p.add(it)
	}
	p.live = false
}

// cellGaps are the room between two places, and between two groups of them.
func (p *page) cellGaps() (gap, split float32) {
	if _, most := p.v.Pad.Length(); most <= 8 {
		return p.px(1.6), p.px(3.5)
	}
	return p.px(1), p.px(3.5)
}

// cellWidth is how wide each of n places in a row can be.
func (p *page) cellWidth(w float32, n int) float32 {
	gap, split := p.cellGaps()
	w -= gap * float32(n-1)
	if p.v.Pad == kiosk.PadCode {
		w -= split
	}
	return w / float32(n)
}

// widest is the room of the widest character that can be typed, as it is shown: no
// smaller than the text around it.
func (p *page) widest() float32 {
	if p.v.Pad == kiosk.PadLetters {
		return Width("W", p.body, true)
	}
	return Width("0", p.body, true)
}

// cellRows is in how many rows the places stand: two, where a row of them all would be too
// narrow for what is shown in it.
func (p *page) cellRows(w float32) int {
	if _, most := p.v.Pad.Length(); p.cellWidth(w, most) < p.widest() {
		return 2
	}
	return 1
}

// okBeside reports whether the button at the end has room in the row of the letters' places.
func (p *page) okBeside(w float32) bool {
	return p.cellRows(w-p.okWidth()-p.px(4)) == 1
}

// okWidth is how wide that button is there.
func (p *page) okWidth() float32 { return p.px(56) }

// wrong reports whether what was typed here was not right, and nothing was typed since:
// the places say so too, until the first character.
func (p *page) wrong() bool {
	switch p.v.Message {
	case kiosk.MsgWrongCode, kiosk.MsgWrongProof, kiosk.MsgMismatch:
		return true
	}
	return false
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
	if p.hintFits(r) {
		p.within(p.hint(), r, style{lang: p.labelled(), px: p.small, ink: Second, tight: true})
	}
}

// hint is how to make the button appear.
func (p *page) hint() string {
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
	return p.say(k)
}

func (p *page) hintFits(r Rect) bool {
	st := style{lang: p.labelled(), px: p.small, tight: true}
	return st.height(p.hint(), r.W) <= r.H && !torn(p.hint(), r.W, st)
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

// rulesWidth is how wide rules stand beside each other.
func (p *page) rulesWidth(rules []rule, px float32) float32 {
	w := -px
	for _, ru := range rules {
		w += ceil(px*0.9) + px*0.4 + ceil(Width(p.say(ru.k), px, true)) + 2 + px
	}
	return w
}

// checklist sets the rules side by side, each with its tick. Where they have no
// room, those that are met already go first.
func (p *page) checklist(r Rect) {
	p.live = true
	defer func() { p.live = false }()
	px := p.body
	rules := p.rules()
	for p.rulesWidth(rules, px) > r.W {
		i := slices.IndexFunc(rules, func(ru rule) bool { return ru.met })
		if i < 0 {
			i = len(rules) - 1
		}
		rules = slices.Delete(rules, i, i+1)
	}
	side := ceil(px * 0.9)
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
		for _, it := range fitted(s, Rect{r.X, r.Y, w, r.H}, style{lang: p.labelled(), px: px, bold: true, ink: ink, tight: true}, p.paper, p.least) {
			it.Rule = true
			p.add(it)
		}
		r.cutLeft(w + px)
	}
}
