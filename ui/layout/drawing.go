package layout

// pose is where the card is in the drawing of the reader.
type pose uint8

const (
	above   pose = iota // on its way down: put it there
	resting             // on the reader: leave it
	seated              // on the reader, and seen there
	leaving             // on its way up: take it
	lifted              // off it: the reader is empty
)

// reader draws the reader seen from above with a card, in a rectangle; sign is
// the colour of an arrow that stands on the page itself.
func reader(r Rect, ps pose, sign Role) []Item {
	// The drawing has its own proportion, 10 wide and 9 high.
	u := min(r.W/10, r.H/9)
	rim := None // on a strong colour it has one
	if sign == Sheet {
		rim = sign
	}
	x0, y0 := r.X+(r.W-10*u)/2, r.Y+(r.H-9*u)/2
	at := func(x, y, w, h float32) Rect { return Rect{x0 + x*u, y0 + y*u, w * u, h * u} }
	out := []Item{
		{Kind: Bar, Rect: at(0.6, 3.4, 8.8, 5.6), Paper: Body, Edge: rim, Thick: max(u*0.1, 2), Radius: 0.7 * u},
		{Kind: Bar, Rect: at(1.0, 3.8, 8.0, 4.8), Paper: Bed, Radius: 0.5 * u},
		// where the card goes
		{Kind: Bar, Rect: at(2.0, 4.4, 6.0, 3.7), Edge: Faint, Thick: max(u*0.07, 2), Radius: 0.35 * u},
	}
	switch ps {
	case resting, seated, lifted: // nothing above it: the drawing moves up into the middle
		for i := range out {
			out[i].Y -= 1.7 * u
		}
		if ps == lifted {
			return out
		}
		if out = append(out, card(at(2.4, 2.9, 5.2, 3.3))...); ps == seated {
			out = append(out, seen(at(6.6, 4.9, 2.4, 2.4))...)
		}
		return out
	case above:
		out = append(out, card(at(2.4, 0.2, 5.2, 3.3))...)
		return append(out, arrow(at(4.1, 4.9, 1.8, 2.6), false, Gold)...)
	case leaving:
		out = append(out, card(at(2.4, 1.7, 5.2, 3.3))...)
		return append(out, arrow(at(8.1, 0.2, 1.7, 2.6), true, sign)...)
	}
	return out
}

// seen is a tick that means that the card lies right: in the colour of what goes on,
// for green is a card that was changed.
func seen(r Rect) []Item {
	parts := iconSeen.draw(r, None)
	parts[0].Edge, parts[0].Thick = Sheet, r.W*0.08
	return parts
}

// card is a card that means My Number Card without copying its face.
func card(r Rect) []Item {
	u := r.W / 10
	at := func(x, y, w, h float32) Rect { return Rect{r.X + x*u, r.Y + y*u, w * u, h * u} }
	out := []Item{
		{Kind: Bar, Rect: r, Paper: Skin, Edge: Primary, Thick: max(u*0.2, 2), Radius: 0.6 * u},
		{Kind: Bar, Rect: at(0.8, 1.8, 2.4, 3.0), Paper: Sheet, Radius: 0.25 * u},
		{Kind: Round, Rect: at(1.5, 2.2, 1.0, 1.0), Paper: Second},
		{Kind: Bar, Rect: at(1.2, 3.4, 1.6, 1.4), Paper: Second, Radius: 0.5 * u},
		{Kind: Bar, Rect: at(7.3, 2.3, 1.8, 1.5), Paper: Gold, Radius: 0.3 * u},
	}
	for i, w := range []float32{2.8, 2.8, 2.0} {
		out = append(out, Item{Kind: Bar, Rect: at(3.8, 2.0+float32(i)*0.9, w, 0.4), Paper: Primary, Radius: 0.2 * u})
	}
	out = append(out, Item{Kind: Bar, Rect: at(0.8, 0.6, 4.4, 0.5), Paper: Primary, Radius: 0.25 * u})
	return append(out, Item{Kind: Bar, Rect: at(3.8, 5.0, 5.3, 0.4), Paper: Second, Radius: 0.2 * u})
}

// arrow is a thick arrow that points down, or up.
func arrow(r Rect, up bool, ink Role) []Item {
	y1, y2 := r.Y, r.Y+r.H
	head := r.W * 0.5
	if up {
		y1, y2, head = y2, y1, -head
	}
	t := r.W * 0.2
	x := r.X + r.W/2
	dots := func(x, y float32) Item {
		return Item{Kind: Round, Rect: Rect{x - t/2, y - t/2, t, t}, Paper: ink}
	}
	return []Item{
		stroke(x, y1, x, y2, t, ink), dots(x, y1), dots(x, y2),
		stroke(x-r.W/2+t/2, y2-head, x, y2, t, ink), dots(x-r.W/2+t/2, y2-head),
		stroke(x+r.W/2-t/2, y2-head, x, y2, t, ink), dots(x+r.W/2-t/2, y2-head),
	}
}
