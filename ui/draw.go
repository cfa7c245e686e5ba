package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/layout"
)

// object makes the Fyne objects of one item of the layout.
func (f *Display) object(it layout.Item) []fyne.CanvasObject {
	switch it.Kind {
	case layout.Button:
		turn, pressed := it.Turn, kiosk.Event{Button: it.Press, Lang: it.Lang, Theme: it.Theme, Row: it.Row}
		if it.Staff.Kind != staff.NoEvent {
			return []fyne.CanvasObject{f.target(it, func() { f.maintenance.press(f, it.Staff) }, nil)}
		}
		if turn != 0 {
			return []fyne.CanvasObject{f.target(it, func() { f.turn(turn) }, nil)}
		}
		return []fyne.CanvasObject{f.target(it, func() { f.press(pressed) }, nil)}
	case layout.Key:
		return []fyne.CanvasObject{f.keycap(it)}
	case layout.Surface:
		if it.Over && it.Paper == layout.Scrim { // a touch beside the question is an answer too
			s := f.target(it, func() { f.press(kiosk.Event{Button: kiosk.ButtonStay}) }, nil)
			return []fyne.CanvasObject{s}
		}
		return []fyne.CanvasObject{f.tints.rectangle(it)}
	case layout.Cell:
		return f.cell(it)
	case layout.Picture:
		return f.tints.parts(it.Inside, 0, 0)
	}
	return f.tints.parts([]layout.Item{it}, 0, 0)
}

// press posts a button, unless its page stands only to be seen.
func (f *Display) press(e kiosk.Event) {
	if f.hold.waiting || f.second() {
		return
	}
	f.touched()
	if f.view.Pad != kiosk.NoPad && e.Button == kiosk.ButtonOK {
		f.frozen = true
	}
	e.Kind, e.Place = kiosk.Pressed, f.view.Place
	f.answers.await(func() { f.post(e) })
}

// tints are the colours of a theme.
type tints kiosk.Theme

func (t tints) of(r layout.Role) color.NRGBA { return r.Colour(kiosk.Theme(t)) }

// parts makes plain drawings, moved so that (x, y) becomes the origin.
func (t tints) parts(items []layout.Item, x, y float32) []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, len(items))
	for _, it := range items {
		it.X, it.Y = it.X-x, it.Y-y
		switch it.Kind {
		case layout.Line, layout.Glyph:
			out = append(out, t.line(it)...)
		case layout.Round:
			out = append(out, t.round(it))
		case layout.Stroke:
			s := canvas.NewLine(t.of(it.Ink))
			s.StrokeWidth = it.Thick
			s.Position1 = fyne.NewPos(it.X, it.Y)
			s.Position2 = fyne.NewPos(it.X+it.W, it.Y+it.H)
			out = append(out, s)
		default:
			out = append(out, t.rectangle(it))
		}
	}
	return out
}

func (t tints) rectangle(it layout.Item) *canvas.Rectangle {
	r := canvas.NewRectangle(t.fill(it.Paper))
	r.CornerRadius = it.Radius
	if it.Edge != layout.None {
		r.StrokeColor, r.StrokeWidth = t.of(it.Edge), it.Thick
	}
	place(r, it)
	return r
}

func (t tints) round(it layout.Item) fyne.CanvasObject {
	if it.W == it.H {
		c := canvas.NewCircle(t.fill(it.Paper))
		if it.Edge != layout.None {
			c.StrokeColor, c.StrokeWidth = t.of(it.Edge), it.Thick
		}
		place(c, it)
		return c
	}
	e := &canvas.Ellipse{FillColor: t.fill(it.Paper)}
	if it.Edge != layout.None {
		e.StrokeColor, e.StrokeWidth = t.of(it.Edge), it.Thick
	}
	place(e, it)
	return e
}

func (t tints) fill(r layout.Role) color.Color {
	if r == layout.None {
		return color.Transparent
	}
	return t.of(r)
}

func place(o fyne.CanvasObject, it layout.Item) {
	o.Move(fyne.NewPos(it.X, it.Y))
	o.Resize(fyne.NewSize(it.W, it.H))
}

// middle is how far below the middle of its line a text's baseline lies, in
// em: half the height of a capital.
const middle = 0.365

// line places a text by its baseline, each run behind the one before. The font's own
// line is 1.45 em high and its glyphs do not stand in the middle of it.
func (t tints) line(it layout.Item) (all []fyne.CanvasObject) {
	x := it.X
	for _, run := range runs(it) {
		drawn := canvas.NewText(run.text, t.of(it.Ink))
		drawn.TextSize = it.Px
		drawn.TextStyle = fyne.TextStyle{Bold: it.Bold}
		drawn.FontSource = run.source
		size, baseline := fyne.CurrentApp().Driver().RenderedTextSize(run.text, it.Px, drawn.TextStyle, drawn.FontSource)
		drawn.Move(fyne.NewPos(x, it.Y+it.H/2+middle*it.Px-baseline))
		drawn.Resize(size)
		all, x = append(all, drawn), x+size.Width
	}
	return all
}

// clear reports whether the character of a cell may be seen now.
func (f *Display) clear(it layout.Item) bool {
	switch f.view.Shows {
	case kiosk.ShowsClear:
		return true
	case kiosk.ShowsWhole:
		return f.shown
	}
	return f.shown && it.Last
}

// cell is the place of one character: empty, a dot, or the character itself where
// the view may show it. The character is asked of the Secret here and stands
// in an object of its own, so that no string of more than one ever exists.
func (f *Display) cell(it layout.Item) []fyne.CanvasObject {
	out := []fyne.CanvasObject{f.tints.rectangle(it)}
	if it.Wrong {
		return append(out, f.tints.parts([]layout.Item{struck(it)}, 0, 0)...)
	}
	if !it.Typed {
		return out
	}
	if f.clear(it) {
		if ch, ok := f.view.Secret.At(it.At); ok {
			c := it
			c.Kind, c.Text, c.Bold = layout.Line, string(rune(ch)), true
			one := f.tints.line(c)[0] // one character
			one.Move(one.Position().AddXY((it.W-one.Size().Width)/2, 0))
			return append(out, one)
		}
	}
	dot := min(it.W, it.H) * 0.36
	return append(out, f.tints.round(layout.Item{
		Rect: layout.Rect{X: it.X + (it.W-dot)/2, Y: it.Y + (it.H-dot)/2, W: dot, H: dot}, Paper: it.Ink,
	}))
}

// struck is the line through a cell whose character was not right.
func struck(it layout.Item) layout.Item {
	side := min(it.W, it.H) * 0.5
	return layout.Item{
		Kind: layout.Stroke, Rect: layout.Rect{X: it.X + (it.W-side)/2, Y: it.Y + (it.H+side)/2, W: side, H: -side}, Ink: it.Edge, Thick: it.Thick,
	}
}
