package window

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"multicopy.example/cmd/kiosk-demo/internal/demo"
)

func text(s string, size float32, c color.Color, bold bool) *canvas.Text {
	t := canvas.NewText(s, c)
	t.TextSize, t.TextStyle.Bold = size, bold
	return t
}

func panel(o fyne.CanvasObject) fyne.CanvasObject {
	back := canvas.NewRectangle(color.White)
	back.CornerRadius, back.StrokeWidth, back.StrokeColor = 10, 1, edge
	return container.NewStack(back, container.New(layout.NewCustomPaddedLayout(6, 6, 12, 10), o))
}

func tries(left, full int8) string {
	if left < 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d", left, full)
}

// A lamp is one child.
type lamp struct {
	shown demo.Program
	dot   *canvas.Circle
	label *canvas.Text
	box   fyne.CanvasObject
}

func newLamp(name string) *lamp {
	l := &lamp{dot: canvas.NewCircle(edge), label: text(name, 13, ink, false)}
	dot := container.NewGridWrap(fyne.NewSize(12, 12), l.dot)
	l.box = container.NewHBox(container.NewCenter(dot), l.label)
	return l
}

func (l *lamp) show(c demo.Program) {
	if c == l.shown {
		return
	}
	l.shown = c
	l.dot.FillColor = bad
	if c.Alive {
		l.dot.FillColor = good
	}
	l.dot.Refresh()
	l.label.Text = c.Name + ": " + c.State + "  "
	l.label.Refresh()
}

// A lineLayout puts lines of one height under each other and hides those that
// do not fit.
type lineLayout struct{ height float32 }

func (l *lineLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(100, 6*l.height) }

func (l *lineLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for i, o := range objects {
		o.Move(fyne.NewPos(0, float32(i)*l.height))
		o.Resize(fyne.NewSize(size.Width, l.height))
		if float32(i+1)*l.height <= size.Height {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// shown is how many of the lines have their place.
func shown(lines []*canvas.Text) int {
	n := 0
	for _, t := range lines {
		if t.Visible() {
			n++
		}
	}
	return max(n, 1)
}
