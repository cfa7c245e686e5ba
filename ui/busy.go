package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"multicopy.example/ui/layout"
)

// The sign of life is a row of dots of which one is dark, and it moves on
// once a second. Fyne repaints the window whenever anything changed, so a
// smooth spinner costs an eighth of a core where no graphics hardware helps.
const (
	dots = 5
	lap  = dots * time.Second
)

func (f *Display) animate(r layout.Rect) {
	if f.pulse != nil {
		f.pulse.Stop()
		f.pulse = nil
	}
	if r.W == 0 {
		f.fill(f.busy, nil)
		return
	}
	all := make([]*canvas.Circle, dots)
	f.busy.Objects = nil
	for i := range all {
		all[i] = canvas.NewCircle(f.tints.of(layout.Faint))
		all[i].Resize(fyne.NewSize(r.H, r.H))
		all[i].Move(fyne.NewPos(r.X+(r.W-r.H)*float32(i)/(dots-1), r.Y))
		f.busy.Objects = append(f.busy.Objects, all[i])
	}
	now := -1
	light := func(i int) {
		if i == now {
			return
		}
		for k, c := range all {
			if c.FillColor = f.tints.of(layout.Faint); k == i {
				c.FillColor = f.tints.of(layout.Primary)
			}
		}
		now = i
		f.busy.Refresh()
	}
	light(0)
	f.pulse = fyne.NewAnimation(lap, func(done float32) { light(min(int(done*dots), dots-1)) })
	f.pulse.Curve = fyne.AnimationLinear
	f.pulse.RepeatCount = fyne.AnimationRepeatForever
	f.pulse.Start()
}
