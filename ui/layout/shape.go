package layout

import (
	"strings"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// Which of the secrets a sentence means is told by a picture beside its name: as many
// boxes as it has characters, in its groups, with characters of its kind. People carry
// four secrets that sound alike; no two of these look alike. The same boxes are what is
// typed into.

// slots are the places of a secret's characters, in a row from (0, 0).
func slots(pad kiosk.Pad, n int, w, h, gap, split float32) (all []Rect) {
	x := float32(0)
	for i := range n {
		if i > 0 && pad == kiosk.PadCode && i%4 == 0 {
			x += split
		}
		all = append(all, Rect{x, 0, w, h})
		x += w + gap
	}
	return all
}

// kinds are characters of each kind, as few as the secret may have. They repeat, so
// that no person takes them for a value, beside a sentence that says that it is set.
var kinds = map[kiosk.Pad]string{kiosk.PadPIN: "0000", kiosk.PadCode: "00000000", kiosk.PadLetters: "A0A0A0"}

var padNames = [...]text.Key{kiosk.PadPIN: text.NamePIN, kiosk.PadCode: text.NameCode, kiosk.PadLetters: text.NamePassword}

// means are the secrets that a sentence names.
func (p *page) means(s string) (all []kiosk.Pad) {
	if p.v.Place == kiosk.Staff { // staff's own codes have other shapes
		return nil
	}
	for pad := kiosk.PadCode; pad <= kiosk.PadLetters; pad++ {
		for _, l := range []kiosk.Lang{p.v.Lang, kiosk.Japanese} { // which a counter page speaks too
			if strings.Contains(s, text.Of(l, padNames[pad])) {
				all = append(all, pad)
				break
			}
		}
	}
	return all
}

// shape makes the boxes of a secret, and says how wide and high they are. Their
// characters are as high as the text, so that they can be read.
func (p *page) shape(pad kiosk.Pad) (parts []Item, w, h float32) {
	px := p.body
	h = ceil(px * 1.16)
	gap := ceil(px * 0.1)
	for i, r := range slots(pad, len(kinds[pad]), ceil(px*0.9), h, gap, ceil(px*0.45)) {
		ch := kinds[pad][i : i+1]
		wide := ceil(Width(ch, px, false)) + 1
		parts = append(parts, Item{Kind: Bar, Rect: r, Paper: Sheet, Edge: Edge, Thick: 2, Radius: px * 0.12},
			Item{Kind: Line, Rect: Rect{r.X + (r.W-wide)/2, r.Y, wide, r.H}, Text: ch, Px: px, Ink: Second, Paper: Sheet})
		w = r.X + r.W
	}
	if pad == kiosk.PadLetters { // or longer
		d := ceil(px * 0.14)
		for i := range 3 {
			parts = append(parts, Item{Kind: Round, Rect: Rect{w + gap + float32(i)*2*d, (h - d) / 2, d, d}, Paper: Second})
		}
		w += gap + 5*d
	}
	return parts, w, h
}

// A spot is where a shape stands under or beside a paragraph.
type spot struct {
	pad  kiosk.Pad
	x, y float32 // from the left end of its last line's bottom
}

// named puts the shapes of the secrets that a paragraph names at the end of its last
// line, or under it.
func (p *page) named(par block, broken []string, pads []kiosk.Pad, w float32, st style) block {
	if len(pads) == 0 || len(broken) == 0 {
		return par
	}
	last := broken[len(broken)-1]
	x, y, under := Width(last, st.px, st.bold)+p.px(2.5), float32(0), float32(0)
	var all []spot
	for i, pad := range pads {
		_, wide, h := p.shape(pad)
		if i == 0 {
			y = -(st.line() + h) / 2
		}
		if x+wide > w || st.centre {
			x, y = 0, under+p.px(1)
			under = y + h
		}
		all = append(all, spot{pad, x, y})
		x += wide + p.px(2.5)
	}
	return p.shaped(par, all, under)
}

// shapes are those of secrets that something above has named.
func (c *column) shapes(before float32, pads []kiosk.Pad) {
	for _, pad := range pads {
		_, _, h := c.p.shape(pad)
		c.block(before, h, func(r Rect) { c.p.drawShape(pad, r.X, r.Y) })
	}
}

func (p *page) shaped(par block, all []spot, under float32) block {
	b := block{before: par.before, h: par.h + under, leads: par.leads}
	b.draw = func(r Rect) {
		par.draw(Rect{r.X, r.Y, r.W, par.h})
		for _, s := range all {
			p.drawShape(s.pad, r.X+s.x, r.Y+par.h+s.y)
		}
	}
	if par.cut != nil {
		b.cut = func(h float32, whole bool) (first, rest block, ok bool) {
			if first, rest, ok = par.cut(h, whole); ok || !whole || par.h > h {
				return first, p.shaped(rest, all, under), ok
			}
			if first, rest, ok = par.cut(par.h-1, true); ok { // its last line goes with them
				return first, p.shaped(rest, all, under), ok
			}
			beside, below := all, all // the paragraph ends the page, and what stands under it goes to the next
			for i, s := range all {
				if beside, below = all[:i], all[i:]; s.y > 0 {
					break
				}
			}
			return p.shaped(par, beside, 0), p.shaped(block{draw: func(Rect) {}}, below, under), len(below) > 0 && below[0].y > 0
		}
	}
	return b
}

// drawShape draws the shape of a secret from its corner.
func (p *page) drawShape(pad kiosk.Pad, x, y float32) {
	parts, w, h := p.shape(pad)
	for i := range parts {
		parts[i].X, parts[i].Y = parts[i].X+x, parts[i].Y+y
	}
	p.add(Item{Kind: Picture, Rect: Rect{x, y, w, h}, Inside: parts, Shape: pad})
}
