package ui

import (
	"fyne.io/fyne/v2"

	"multicopy.example/ui/layout"
)

// centre lays the page out in the middle of whatever window there is. A window
// that has other pixels than the panel, on a repaired machine or on a desk, shows
// the same page at its own scale, and never in a corner.
type centre struct{ f *Display }

func (centre) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (c centre) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	f := c.f
	if size.Width < 1 || size.Height < 1 { // before the window has a size
		return
	}
	scaled, x, y := within(f.built, size)
	f.paper.Resize(size)
	f.glass.Resize(size)
	for _, layer := range []*fyne.Container{f.still, f.live, f.busy, f.over, f.mark} {
		layer.Move(fyne.NewPos(x, y))
		layer.Resize(fyne.NewSize(float32(scaled.W), float32(scaled.H)))
	}
	if scaled.W == f.panel.W && scaled.H == f.panel.H {
		return
	}
	if f.panel = scaled; f.drawn {
		f.drawn = false
		f.draw(f.view)
	}
}

// within is the panel at the largest scale that a window has room for, and where
// its corner is then.
func within(p layout.Panel, window fyne.Size) (scaled layout.Panel, x, y float32) {
	scale := min(window.Width/float32(p.W), window.Height/float32(p.H))
	scaled = p
	scaled.W, scaled.H = max(int(float32(p.W)*scale+0.5), 1), max(int(float32(p.H)*scale+0.5), 1)
	return scaled, float32(int(window.Width-float32(scaled.W)) / 2), float32(int(window.Height-float32(scaled.H)) / 2)
}
