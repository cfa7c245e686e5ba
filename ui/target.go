package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"multicopy.example/ui/layout"
)

// A target is anything that can be touched: a key or a button. It recolours
// while it is held and acts when it is let go, so that a finger that came down
// wrong can slide away. It does not take double taps, which would delay each
// tap by 300 ms, and it takes none of the toolkit's focus.
type target struct {
	widget.BaseWidget
	it   layout.Item
	tap  func()
	hold func(bool) // of *show*
	tints

	box *canvas.Rectangle
}

var (
	_ fyne.Tappable      = (*target)(nil)
	_ desktop.Mouseable  = (*target)(nil)
	_ desktop.Hoverable  = (*target)(nil)
	_ desktop.Cursorable = (*target)(nil)
)

func (f *Display) target(it layout.Item, tap func(), hold func(bool)) *target {
	t := &target{it: it, tap: tap, hold: hold, tints: f.tints}
	t.ExtendBaseWidget(t)
	place(t, it)
	return t
}

func (t *target) CreateRenderer() fyne.WidgetRenderer {
	box := t.it
	box.X, box.Y = 0, 0
	t.box = t.rectangle(box)
	face := append([]fyne.CanvasObject{t.box}, t.parts(t.it.Inside, t.it.X, t.it.Y)...)
	return &still{face}
}

// Tapped is a finger that came down and was lifted here.
func (t *target) Tapped(*fyne.PointEvent) {
	if t.tap != nil {
		t.tap()
	}
}

// MouseDown is a finger coming down: X tells touches as a pointer's button.
func (t *target) MouseDown(*desktop.MouseEvent) { t.held(true) }

// MouseUp is the finger lifted.
func (t *target) MouseUp(*desktop.MouseEvent) { t.held(false) }

// MouseIn does nothing: no finger hovers.
func (t *target) MouseIn(*desktop.MouseEvent) {}

// MouseMoved does nothing.
func (t *target) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is a finger that slid away.
func (t *target) MouseOut() { t.held(false) }

// Cursor hides the pointer.
func (t *target) Cursor() desktop.Cursor { return desktop.HiddenCursor }

func (t *target) held(down bool) {
	if t.hold != nil {
		t.hold(down)
	}
	if t.box == nil || t.it.Down == layout.None {
		return
	}
	t.box.FillColor = t.fill(t.it.Paper)
	if down {
		t.box.FillColor = t.fill(t.it.Down)
	}
	t.box.Refresh()
}

// still is a renderer whose objects never move.
type still struct{ face []fyne.CanvasObject }

func (s *still) Layout(fyne.Size)             {}
func (s *still) MinSize() fyne.Size           { return fyne.Size{} }
func (s *still) Refresh()                     {}
func (s *still) Objects() []fyne.CanvasObject { return s.face }
func (s *still) Destroy()                     {}

// glass lies under everything, hides the pointer where there is no target, and hears
// taps there.
type glass struct {
	widget.BaseWidget
	tapped func(x, y float32)
}

func newGlass(tapped func(x, y float32)) *glass {
	g := &glass{tapped: tapped}
	g.ExtendBaseWidget(g)
	return g
}

func (g *glass) CreateRenderer() fyne.WidgetRenderer { return &still{} }

// Tapped is a finger that met no target.
func (g *glass) Tapped(e *fyne.PointEvent) { g.tapped(e.Position.X, e.Position.Y) }

// Cursor hides the pointer.
func (g *glass) Cursor() desktop.Cursor { return desktop.HiddenCursor }
