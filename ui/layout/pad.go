package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// The pads. Digits stand in the order of a telephone, but where the shop has them shuffled; letters in the order of
// the alphabet, for people who never learnt where they are on a typewriter.
// Only keys that can be right exist: there is no lower case.
//
// A pad's place and its keys depend on the panel alone: larger text takes its
// room elsewhere.
const (
	letterRows = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"

	digitKey  = 20 // mm
	letterKey = 18 // mm
)

func (p *page) key(r Rect, c Cap, ch byte, ic icon, label string, px float32) {
	d := dress{Sheet, PrimarySoft, Edge, Ink}
	if c != CapChar {
		d.fill, d.down = Faint, Sheet
	}
	st := style{lang: p.labelled(), px: px, bold: true, ink: d.ink, centre: true, tight: true}
	it := Item{Kind: Key, Rect: r, Text: label, Cap: c, Char: ch, Paper: d.fill, Down: d.down, Edge: d.edge, Thick: 2, Radius: p.px(2)}
	switch face := fitted(label, r.inset(5, 3), st, d.fill, p.least); {
	case ic != noIcon && r.W > Width(label, px, true)+around(st, ic)+8:
		it.Inside = p.faced(r, st, d, ic, label)
	case holds(r, face):
		it.Inside = face
	case c == CapClear:
		it.Inside = clearing(r.square(min(r.W, r.H)*0.6), d.ink)
	default:
		it.Inside = ic.inButton(r.square(min(r.W, r.H)*0.6), d)
	}
	p.add(it)
}

// holds reports whether a label stands inside its key.
func holds(r Rect, face []Item) bool {
	for _, l := range face {
		if l.X < r.X || l.X+l.W > r.X+r.W || l.Y < r.Y || l.Y+l.H > r.Y+r.H {
			return false
		}
	}
	return true
}

// clearing is the sign on a key that takes all away, where its words have no
// room: a row of dots, struck out.
func clearing(r Rect, ink Role) []Item {
	var out []Item
	for i := range 3 {
		d := r.W * 0.2
		out = append(out, Item{Kind: Round, Rect: Rect{r.X + (r.W-d)*float32(i)/2, r.Y + (r.H-d)/2, d, d}, Paper: ink})
	}
	return append(out, path(r, ink, 0.09, 0.2, 0.9, 0.8, 0.1)...)
}

func (p *page) char(r Rect, ch byte) {
	px := max(p.body, min(ceil(r.H*0.46), ceil(p.body*1.3), p.title))
	p.key(r, CapChar, ch, noIcon, string(ch), px)
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

// digitKeys are the keys of the telephone pad: their size, and how many rows.
// An upright panel has the width for wider ones, and a row for the key that
// shows what was typed.
func (p *page) digitKeys() (w, h float32, rows int) {
	if p.tall {
		if p.v.Shows == kiosk.ShowsClear {
			return p.px(30), p.px(digitKey), 4
		}
		return p.px(30), p.px(digitKey), 5
	}
	return p.px(digitKey), p.px(digitKey), 4
}

// digitArea cuts the room of the telephone pad from an area: at its right, or,
// on an upright panel, at its bottom.
func (p *page) digitArea(area *Rect) Rect {
	w, h, rows := p.digitKeys()
	w, h = 3*w+2*p.gap, float32(rows)*(h+p.gap)-p.gap
	if p.tall {
		r := area.cutBottom(h)
		area.cutBottom(p.gap)
		x, _ := r.middle()
		return Rect{x - w/2, r.Y, w, h}
	}
	r := area.cutRight(w)
	area.cutRight(p.px(8))
	bottom := p.sc.H - p.margin*0.8
	top := p.inner().Y
	return Rect{r.X, top + max((bottom-top-h)/2, 0), w, h}
}

// digits draws the telephone pad.
func (p *page) digits(r Rect) {
	w, h, rows := p.digitKeys()
	at := func(col, row int) Rect {
		return Rect{r.X + float32(col)*(w+p.gap), r.Y + float32(row)*(h+p.gap), w, h}
	}
	for _, digit := range kiosk.Telephone { // in this order wherever it stands, so that a screen that is printed does not tell
		if digit == '0' {
			p.act(at(0, 3), CapClear)
		}
		if i := p.v.Digits.At(digit); i < 9 {
			p.char(at(i%3, i/3), digit)
		} else {
			p.char(at(1, 3), digit)
		}
	}
	p.act(at(2, 3), CapErase)
	if rows > 4 {
		show := at(0, 4)
		show.W = r.W
		p.act(show, CapShow)
	}
}

// letterKeys are the keys of the pad of letters: how many in a row, how many
// rows, and their size.
func (p *page) letterKeys() (columns, rows int, w, h float32) {
	if p.tall { // five digits a row, then seven letters
		columns, rows = 7, 6
		w = min(floor((p.sc.W-2*p.margin-6*p.gap)/7), p.px(letterKey+4))
		return columns, rows, w, letterKey * p.mm
	}
	w = min(p.px(letterKey), floor((p.sc.W-2*p.px(2)-9*p.gap)/10))
	return 10, 4, w, letterKey * p.grow * p.mm
}

// letterArea cuts the room of the pad of letters from the bottom of an area.
func (p *page) letterArea(area *Rect) Rect {
	columns, rows, w, h := p.letterKeys()
	n, m := float32(columns), float32(rows)
	r := area.cutBottom(m*h + (m-1)*p.gap)
	area.cutBottom(p.gap)
	x, _ := r.middle()
	wide := n*w + (n-1)*p.gap
	return Rect{x - wide/2, r.Y, wide, r.H}
}

// letters draws the pad of 36.
func (p *page) letters(r Rect) {
	columns, _, w, h := p.letterKeys()
	at := func(col, row, span int) Rect {
		return Rect{r.X + float32(col)*(w+p.gap), r.Y + float32(row)*(h+p.gap), float32(span)*(w+p.gap) - p.gap, h}
	}
	if p.tall {
		for i := range letterRows {
			col, row := i%5, i/5
			if i >= 10 {
				col, row = (i-10)%columns, 2+(i-10)/columns
			}
			p.char(at(col, row, 1), letterRows[i])
		}
		p.act(at(5, 0, 2), CapErase)
		p.act(at(5, 1, 2), CapClear)
		p.act(at(5, 5, 2), CapShow)
		return
	}
	for i := range letterRows {
		p.char(at(i%columns, i/columns, 1), letterRows[i])
	}
	rest := at(6, 3, 4)
	each := p.actWidth(w)
	p.act(rest.cutRight(each), CapErase)
	rest.cutRight(p.gap)
	p.act(rest.cutRight(each), CapClear)
	rest.cutRight(p.gap)
	p.act(rest, CapShow)
}

// actWidth is the width of the keys that erase, by their words at the usual size
// of the text; the key beside them has the rest.
func (p *page) actWidth(least float32) float32 {
	px := em(kiosk.SizeNormal, p.panel)
	w := least
	for _, k := range []text.Key{text.KeyErase, text.KeyClear} {
		for _, word := range phrases(p.say(k), p.v.Lang) {
			w = max(w, Width(word, px, true)+12)
		}
	}
	return min(ceil(w), ceil(least*1.4))
}
