package layout

import "math"

// icon is a small drawing that stands before a word: never a colour alone.
type icon uint8

const (
	noIcon icon = iota
	iconDot
	iconTick  // a tick in a green disc
	iconSeen  // a tick in a blue disc: a card is in place, and nothing more
	iconBang  // an exclamation mark in an amber disc
	iconStop  // the same in red: locked, or the last try
	iconSame  // two equal bars in a disc: as it was
	iconPause // two bars in a disc: paused
	iconOpen  // an empty ring: not yet
	iconNow   // a filled ring: under way
	iconCross
	iconBack
	iconNext
	iconGlobe
	iconEye
	iconErase
	iconAa
	iconYen
	iconSlip    // a strip of paper with lines
	iconColours // a disc, half of it dark
)

// draw makes the parts of an icon in a square, on a paper.
func (ic icon) draw(r Rect, paper Role) []Item {
	disc := func(fill Role, parts ...Item) []Item {
		return append([]Item{{Kind: Round, Rect: r, Paper: fill}}, parts...)
	}
	ring := func(edge Role) Item {
		t := max(r.W*0.09, 2)
		return Item{Kind: Round, Rect: r.inset(t/2, t/2), Paper: paper, Edge: edge, Thick: t}
	}
	at := func(x, y, w, h float32) Rect { return Rect{r.X + x*r.W, r.Y + y*r.H, w * r.W, h * r.H} }
	switch ic {
	case iconDot:
		return []Item{{Kind: Round, Rect: r.square(r.W * 0.36), Paper: Primary}}
	case iconTick:
		return disc(Green, path(r, Sheet, 0.11, 0.27, 0.53, 0.44, 0.69, 0.74, 0.34)...)
	case iconSeen:
		return disc(Primary, path(r, Sheet, 0.11, 0.27, 0.53, 0.44, 0.69, 0.74, 0.34)...)
	case iconBang:
		return disc(Amber, bang(r, Sheet)...)
	case iconStop:
		return disc(Red, bang(r, Sheet)...)
	case iconSame:
		return disc(Second, Item{Kind: Bar, Rect: at(0.27, 0.35, 0.46, 0.11), Paper: Sheet}, Item{Kind: Bar, Rect: at(0.27, 0.55, 0.46, 0.11), Paper: Sheet})
	case iconPause:
		return disc(Second, Item{Kind: Bar, Rect: at(0.33, 0.27, 0.12, 0.46), Paper: Sheet}, Item{Kind: Bar, Rect: at(0.55, 0.27, 0.12, 0.46), Paper: Sheet})
	case iconOpen:
		return []Item{ring(Edge)}
	case iconNow:
		return []Item{ring(Primary), {Kind: Round, Rect: r.square(r.W * 0.5), Paper: Primary}}
	case iconGlobe:
		x, y := r.middle()
		t := max(r.W*0.07, 2)
		g := []Item{ring(Ink), {Kind: Bar, Rect: Rect{x - r.W*0.21, r.Y + t/2, r.W * 0.42, r.H - t}, Edge: Ink, Thick: t, Radius: r.W * 0.21}}
		g = append(g, stroke(r.X+t, y, r.X+r.W-t, y, t, Ink))
		return append(g, stroke(x, r.Y+t, x, r.Y+r.H-t, t, Ink))
	case iconColours:
		return append([]Item{ring(Ink)}, half(r, Ink)...)
	}
	return ic.glyph(r, Ink)
}

// half is the left half of a disc, made of upright lines.
func half(r Rect, ink Role) (out []Item) {
	x, y := r.middle()
	radius := float64(r.W/2) * 0.96 // within the ring
	t := max(floor(r.W*0.06), 1)
	for at := t / 2; at < float32(radius); at += t {
		h := float32(math.Sqrt(max(radius*radius-float64((at+t/2)*(at+t/2)), 0)))
		out = append(out, Item{Kind: Bar, Rect: Rect{x - at - t/2, y - h, t + 0.5, 2 * h}, Paper: ink})
	}
	return out
}

// glyph draws the icons that take the ink of a button's label.
func (ic icon) glyph(r Rect, ink Role) []Item {
	switch ic {
	case iconCross:
		return append(path(r, ink, 0.11, 0.22, 0.22, 0.78, 0.78), path(r, ink, 0.11, 0.78, 0.22, 0.22, 0.78)...)
	case iconBack:
		return path(r, ink, 0.12, 0.62, 0.18, 0.32, 0.5, 0.62, 0.82)
	case iconNext:
		return path(r, ink, 0.12, 0.38, 0.18, 0.68, 0.5, 0.38, 0.82)
	case iconEye:
		return []Item{
			{Kind: Bar, Rect: Rect{r.X, r.Y + r.H*0.2, r.W, r.H * 0.6}, Edge: ink, Thick: max(r.W*0.09, 2), Radius: r.H * 0.3},
			{Kind: Round, Rect: r.square(r.W * 0.3), Paper: ink},
		}
	case iconSlip:
		return append(path(r, ink, 0.09, 0.22, 0.06, 0.22, 0.94, 0.41, 0.82, 0.6, 0.94, 0.78, 0.82, 0.78, 0.06, 0.22, 0.06),
			append(path(r, ink, 0.09, 0.38, 0.28, 0.62, 0.28), path(r, ink, 0.09, 0.38, 0.5, 0.62, 0.5)...)...)
	case iconErase:
		return append(path(r, ink, 0.09, 0.3, 0.2, 0.96, 0.2, 0.96, 0.8, 0.3, 0.8, 0.02, 0.5, 0.3, 0.2),
			append(path(r, ink, 0.09, 0.48, 0.36, 0.76, 0.64), path(r, ink, 0.09, 0.76, 0.36, 0.48, 0.64)...)...)
	}
	return nil
}

func bang(r Rect, ink Role) []Item {
	x, _ := r.middle()
	w := r.W * 0.13
	return []Item{
		{Kind: Bar, Rect: Rect{x - w/2, r.Y + r.H*0.2, w, r.H * 0.38}, Paper: ink, Radius: w / 2},
		{Kind: Round, Rect: Rect{x - w*0.58, r.Y + r.H*0.66, w * 1.16, w * 1.16}, Paper: ink},
	}
}

func stroke(x1, y1, x2, y2, thick float32, ink Role) Item {
	return Item{Kind: Stroke, Rect: Rect{x1, y1, x2 - x1, y2 - y1}, Ink: ink, Thick: thick}
}

// path is a line through points given as parts of a square, with round ends
// and joints.
func path(r Rect, ink Role, thick float32, at ...float32) (out []Item) {
	t := max(r.W*thick, 2)
	for i := 0; i+1 < len(at); i += 2 {
		x, y := r.X+r.W*at[i], r.Y+r.H*at[i+1]
		if i+3 < len(at) {
			out = append(out, stroke(x, y, r.X+r.W*at[i+2], r.Y+r.H*at[i+3], t, ink))
		}
		out = append(out, Item{Kind: Round, Rect: Rect{x - t/2, y - t/2, t, t}, Paper: ink})
	}
	return out
}

func (p *page) picture(r Rect, parts []Item) {
	if len(parts) > 0 {
		p.add(Item{Kind: Picture, Rect: r, Inside: parts})
	}
}
