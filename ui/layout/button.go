package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// look is how a button is dressed.
type look uint8

const (
	main   look = iota // the one thing to do here
	other              // another way on
	aside              // back, stop, settings
	choice             // a choice among equals, with a caption
)

type dress struct{ fill, down, edge, ink Role }

var dresses = [...]dress{
	main:   {Primary, PrimaryDown, None, White},
	other:  {White, PrimarySoft, Primary, Primary},
	aside:  {White, Faint, Edge, Ink},
	choice: {White, PrimarySoft, Primary, Ink},
}

// button puts a button into a rectangle. The label stands in its middle, an
// icon before it (after it for "next").
func (p *page) button(r Rect, b kiosk.Button, l look, ic icon, label string) {
	d := dresses[l]
	st := style{px: p.body, bold: true, ink: d.ink, centre: true, tight: true}
	switch {
	case l == aside:
		st.px = p.small
	case r.H > p.target*1.4: // the one large button of a screen
		st.px = p.title
	}
	it := Item{Kind: Button, Rect: r, Text: label, Press: b, Paper: d.fill, Down: d.down, Edge: d.edge, Thick: 3, Radius: p.px(2)}
	it.Inside = p.faced(r, st, d, ic, label)
	p.add(it)
}

// faced is the face of a button: icon and label as one block in its middle.
func (p *page) faced(r Rect, st style, d dress, ic icon, label string) []Item {
	pad, side, sp := ceil(st.px*0.55), ceil(st.px*0.85), ceil(st.px*0.4)
	if ic == noIcon {
		return fitted(label, r.inset(pad, 3), st, d.fill, p.least)
	}
	out := fitted(label, Rect{r.X, r.Y + 3, r.W - 2*pad - side - sp, r.H - 6}, st, d.fill, p.least)
	var w float32
	for _, l := range out {
		w = max(w, l.W)
	}
	x := r.X + (r.W-w-side-sp)/2 // where the block begins
	at := x
	if ic == iconNext {
		at = x + w + sp
	} else {
		x += side + sp
	}
	for i := range out {
		out[i].X = x + (w-out[i].W)/2
	}
	return append(out, ic.inButton(Rect{at, r.Y + (r.H-side)/2, side, side}, d)...)
}

func (ic icon) inButton(r Rect, d dress) []Item {
	if parts := ic.glyph(r, d.ink); parts != nil {
		return parts
	}
	return ic.draw(r, d.fill)
}

// wish is the width a button would like to have.
func (p *page) wish(l look, ic icon, label string) float32 {
	px := p.body
	if l == aside {
		px = p.small
	}
	w := Width(label, px, true) + 2*ceil(px*0.55) + 8
	if ic != noIcon {
		w += ceil(px*0.85) + ceil(px*0.55)/2
	}
	return max(ceil(w), p.px(24))
}

// aButton is a button that a screen wants at its foot.
type aButton struct {
	b     kiosk.Button
	look  look
	icon  icon
	label text.Key
}

func (p *page) back() aButton { return aButton{kiosk.ButtonBack, aside, iconBack, text.Back} }

func (p *page) next(k text.Key) aButton { return aButton{kiosk.ButtonOK, main, iconNext, k} }

// foot puts buttons at the bottom of an area: the last one, the main one, at
// the right, the others at the left, and returns what is left above.
func (p *page) foot(area Rect, bs ...aButton) Rect {
	row := area.cutBottom(p.target * 1.12)
	area.cutBottom(p.gap)
	for i, b := range bs {
		w := min(p.wish(b.look, b.icon, p.say(b.label)), area.W)
		if b.look == main {
			w = min(max(w, p.px(52)), area.W)
		}
		var at Rect
		if i == len(bs)-1 && b.look != aside {
			at = row.cutRight(w)
		} else {
			at = row.cutLeft(w)
			row.cutLeft(p.gap)
		}
		p.button(at, b.b, b.look, b.icon, p.say(b.label))
	}
	return area
}
