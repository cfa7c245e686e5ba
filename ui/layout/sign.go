package layout

import "multicopy.example/kiosk"

// The signs of the outcomes. Each has an outline of its own, so that a person who
// reads none of the words, or sees no colour, tells them apart; a test looks at them
// with all text taken away and under simulated colour-vision deficiencies. A tick
// means that the card was changed, and nothing else has one. Red is for what is
// locked.

// sign draws a sign in the middle of a rectangle.
func sign(r Rect, s kiosk.Sign, paper Role) []Item {
	r = r.square(min(r.W, r.H))
	at := func(x, y, w, h float32) Rect { return Rect{r.X + x*r.W, r.Y + y*r.H, w * r.W, h * r.H} }
	switch s {
	case kiosk.SignDone:
		return iconTick.draw(r, paper)
	case kiosk.SignAgain:
		return clock(r, paper)
	case kiosk.SignOffice:
		return office(r, at)
	case kiosk.SignApp:
		return phone(at)
	case kiosk.SignDoubt:
		return question(r, at)
	case kiosk.SignLocked:
		return padlock(at)
	}
	return nil
}

// A portion is a part of the sign's square, in its sides.
type portion = func(x, y, w, h float32) Rect

// clock: another time.
func clock(r Rect, paper Role) []Item {
	t := r.W * 0.1
	ring := Item{Kind: Round, Rect: r.inset(t/2, t/2), Paper: paper, Edge: Primary, Thick: t}
	return append([]Item{ring}, path(r, Primary, 0.09, 0.5, 0.22, 0.5, 0.52, 0.7, 0.66)...)
}

// office: a building with columns.
func office(r Rect, at portion) []Item {
	out := append(path(r, Ink, 0.08, 0.1, 0.36, 0.5, 0.1, 0.9, 0.36), Item{Kind: Bar, Rect: at(0.06, 0.32, 0.88, 0.1), Paper: Ink})
	for _, x := range []float32{0.15, 0.35, 0.55, 0.75} {
		out = append(out, Item{Kind: Bar, Rect: at(x, 0.46, 0.1, 0.34), Paper: Ink})
	}
	return append(out, Item{Kind: Bar, Rect: at(0.06, 0.84, 0.88, 0.1), Paper: Ink})
}

// phone: what is done in the app.
func phone(at portion) []Item {
	out := []Item{
		{Kind: Bar, Rect: at(0.24, 0.02, 0.52, 0.96), Paper: Ink, Radius: at(0, 0, 0.08, 0).W},
		{Kind: Bar, Rect: at(0.3, 0.12, 0.4, 0.68), Paper: Sheet},
		{Kind: Round, Rect: at(0.455, 0.845, 0.09, 0.09), Paper: Sheet},
	}
	for _, y := range []float32{0.24, 0.4, 0.56} {
		out = append(out, Item{Kind: Bar, Rect: at(0.36, y, 0.28, 0.07), Paper: Primary})
	}
	return out
}

// question: it is not known yet.
func question(r Rect, at portion) []Item {
	out := []Item{{Kind: Bar, Rect: at(0.04, 0.04, 0.92, 0.92), Paper: Amber, Radius: at(0, 0, 0.16, 0).W}}
	out = append(out, path(r, Sheet, 0.1, 0.35, 0.37, 0.39, 0.27, 0.5, 0.23, 0.61, 0.27, 0.65, 0.37, 0.6, 0.46, 0.5, 0.53, 0.5, 0.62)...)
	return append(out, Item{Kind: Round, Rect: at(0.435, 0.71, 0.13, 0.13), Paper: Sheet})
}

// padlock: locked.
func padlock(at portion) []Item {
	return []Item{
		{Kind: Bar, Rect: at(0.28, 0.06, 0.44, 0.6), Edge: Red, Thick: at(0, 0, 0.1, 0).W, Radius: at(0, 0, 0.22, 0).W},
		{Kind: Bar, Rect: at(0.14, 0.42, 0.72, 0.52), Paper: Red, Radius: at(0, 0, 0.07, 0).W},
		{Kind: Round, Rect: at(0.43, 0.54, 0.14, 0.14), Paper: Sheet},
		{Kind: Bar, Rect: at(0.465, 0.62, 0.07, 0.18), Paper: Sheet, Radius: at(0, 0, 0.03, 0).W},
	}
}
