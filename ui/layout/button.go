package layout

import (
	"slices"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// look is how a button is dressed.
type look uint8

const (
	main   look = iota // the one thing to do here
	other              // another way on
	aside              // back, stop, settings
	choice             // a choice among equals, with a caption
	urged              // another way on that a resident in doubt should take
)

type dress struct{ fill, down, edge, ink Role }

var dresses = [...]dress{
	main:   {Primary, PrimaryDown, None, Sheet},
	other:  {Sheet, PrimarySoft, Primary, Primary},
	aside:  {Sheet, Faint, Edge, Ink},
	choice: {Sheet, PrimarySoft, Primary, Ink},
	urged:  {AmberSoft, Sheet, Amber, Amber},
}

// A made button has its label in the view's language.
type made struct {
	press kiosk.Button
	turn  int8 // turns the page and presses nothing
	lang  kiosk.Lang
	theme kiosk.Theme // of kiosk.ButtonTheme
	row   int8        // of kiosk.ButtonPick
	staff staff.Event
	look  look
	icon  icon
	label string
	bare  bool // the icon says it, and the label is not drawn
	w     float32
}

// face is the language whose face the name of a language is drawn with. That of easy
// Japanese has no readings, so that the button is as high as the others.
func (b made) face() kiosk.Lang {
	if b.lang == kiosk.Easy {
		return kiosk.Japanese
	}
	return b.lang
}

// button puts a button into a rectangle. The label stands in its middle, an
// icon before it (after it for "next").
func (p *page) button(r Rect, b kiosk.Button, l look, ic icon, label string) {
	p.put(r, made{press: b, look: l, icon: ic, label: label})
}

func (p *page) put(r Rect, b made) {
	d := dresses[b.look]
	if p.paper == Red || p.paper == Amber { // its white stands out by itself
		d = dresses[other]
		d.edge = None
	}
	if b.press == kiosk.ButtonTheme { // in its own colours, whatever theme stands
		d.fill, d.down, d.ink = Page.Of(b.theme), Faint.Of(b.theme), Ink.Of(b.theme)
	}
	st := p.label(b.look)
	if st.ink = d.ink; b.press == kiosk.ButtonSpeak {
		st.lang = b.face()
	}
	if r.H > p.target*1.4 && b.look == main { // the one large button of a screen
		st.px = p.title
	}
	it := Item{Kind: Button, Rect: r, Text: b.label, Press: b.press, Turn: b.turn, Lang: b.lang, Theme: b.theme, Row: b.row, Staff: b.staff, Paper: d.fill, Down: d.down, Edge: d.edge, Thick: 3, Radius: p.px(2)}
	label := b.label
	if b.bare {
		label = ""
	}
	it.Inside = p.faced(r, st, d, b.icon, label)
	if slices.ContainsFunc(it.Inside, func(in Item) bool { return in.Kind != Line }) { // it had room
		it.Mark = marks[b.icon]
	}
	p.add(it)
}

// marks are what icons say on a button.
var marks = map[icon]Mark{iconNext: MarkOn, iconBack: MarkBack, iconCross: MarkEnd, iconTick: MarkChosen, iconGlobe: MarkGlobe, iconColours: MarkColours, iconSlip: MarkSlip}

// label is how the label of a button is set.
func (p *page) label(l look) style {
	return style{lang: p.labelled(), px: p.body, bold: true, ink: dresses[l].ink, centre: true, tight: true}
}

// around is what the face of a button has beside its label: at its sides, and
// for an icon.
func around(st style, ic icon) float32 {
	w := 2 * ceil(st.px*0.55)
	if ic != noIcon {
		w += ceil(st.px*0.85) + ceil(st.px*0.4)
	}
	return w
}

// tallest is the height of a row in which a button of that width can say its
// label.
func (p *page) tallest(b made, w float32) float32 {
	st := p.label(b.look)
	return max(ceil(p.target*1.12), st.height(b.label, w-around(st, b.icon))+ceil(1.2*p.mm))
}

// faced is the face of a button: icon and label as one block in its middle.
func (p *page) faced(r Rect, st style, d dress, ic icon, label string) []Item {
	pad, side, sp := ceil(st.px*0.55), ceil(st.px*0.85), ceil(st.px*0.4)
	if ic == noIcon {
		return fitted(label, r.inset(pad, 1), st, d.fill, p.least)
	}
	if label == "" {
		return ic.inButton(r.square(min(r.W, r.H)*0.5), d)
	}
	in := Rect{r.X, r.Y + 1, r.W - 2*pad - side - sp, r.H - 2}
	if ic == iconNext && torn(label, in.W, st.of(p.least)) { // the word says it too
		return fitted(label, r.inset(pad, 1), st, d.fill, p.least)
	}
	out := fitted(label, in, st, d.fill, p.least)
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
	if ic == iconTick && d.fill != Sheet { // on which its disc might not be seen
		return path(r, d.ink, 0.11, 0.17, 0.53, 0.4, 0.76, 0.84, 0.24)
	}
	if parts := ic.glyph(r, d.ink); parts != nil {
		return parts
	}
	return ic.draw(r, d.fill)
}

// wish is the width a button would like to have.
func (p *page) wish(l look, ic icon, label string) float32 {
	st := p.label(l)
	return max(ceil(Width(label, st.px, true)+around(st, ic))+8, p.px(24))
}
