package window

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

func text(s string, size float32, c color.Color, bold bool) *canvas.Text {
	t := canvas.NewText(s, c)
	t.TextSize, t.TextStyle.Bold = size, bold
	return t
}

func heading(ja, en string) fyne.CanvasObject {
	return container.NewVBox(text(ja, 24, primary, true), text(en, 12, soft, false))
}

func section(ja, en string) fyne.CanvasObject {
	return container.NewHBox(text(ja, 15, ink, true), container.NewCenter(text(en, 12, soft, false)))
}

func panel(o fyne.CanvasObject) fyne.CanvasObject {
	back := canvas.NewRectangle(color.White)
	back.CornerRadius, back.StrokeWidth, back.StrokeColor = 10, 1, edge
	return container.NewStack(back, container.New(layout.NewCustomPaddedLayout(8, 8, 12, 12), o))
}

const letter = "PIN ?"

// A row is one resident's card with its button.
type row struct {
	shown  Card
	state  *canvas.Text
	face   *canvas.LinearGradient
	back   *canvas.Rectangle
	letter *widget.Button
	button *widget.Button
	box    fyne.CanvasObject
}

func newRow(c Card, m Model) *row {
	r := &row{state: text("", 12, soft, false), back: canvas.NewRectangle(color.White)}
	r.back.CornerRadius, r.back.StrokeWidth, r.back.StrokeColor = 10, 1, edge
	r.face = canvas.NewLinearGradient(color.NRGBA{0xf6, 0xc6, 0xd6, 0xff}, color.NRGBA{0xcf, 0xe6, 0xff, 0xff}, 45)
	r.face.SetMinSize(fyne.NewSize(46, 30))
	r.button = widget.NewButton("", func() {
		if r.shown.Lying {
			m.Lift()
		} else {
			m.Lay(r.shown.Key)
		}
	})
	// The letter with the PIN that came with the card: shown while asked for.
	r.letter = widget.NewButton(letter, func() {
		if r.letter.Text == letter {
			r.letter.SetText("PIN " + m.PIN(r.shown.Key))
		} else {
			r.letter.SetText(letter)
		}
	})
	r.letter.Importance = widget.LowImportance
	label := container.NewVBox(text(c.Name, 16, ink, true), r.state)
	r.box = container.NewStack(r.back, container.New(layout.NewCustomPaddedLayout(5, 5, 12, 8),
		container.NewBorder(nil, nil, container.NewCenter(r.face), container.NewHBox(container.NewCenter(r.letter), container.NewCenter(r.button)),
			container.New(layout.NewCustomPaddedLayout(0, 0, 10, 0), label))))
	c.Key = "" // nothing was shown yet: the first show draws
	r.shown = c
	return r
}

func (r *row) show(c Card) {
	if c == r.shown {
		return
	}
	r.shown = c
	where := "手元 in hand"
	r.back.FillColor, r.back.StrokeColor = color.White, edge
	r.button.Importance = widget.HighImportance
	r.button.SetText("置く Lay")
	if c.Lying {
		where = "読取機 on reader"
		r.back.FillColor, r.back.StrokeColor = lying, good
		r.button.Importance = widget.MediumImportance
		r.button.SetText("取る Lift")
	}
	r.state.Text = fmt.Sprintf("%s   4けた %s   署名用 %s", where, tries(c.PIN, 3), tries(c.Sign, 5))
	r.state.Refresh()
	r.back.Refresh()
	if c.Lying || c.Free {
		r.button.Enable()
	} else {
		r.button.Disable()
	}
}

func tries(left, full int8) string {
	if left < 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d", left, full)
}

// A lamp is one child.
type lamp struct {
	shown Child
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

func (l *lamp) show(c Child) {
	if c == l.shown {
		return
	}
	l.shown = c
	l.dot.FillColor = bad
	if c.Alive {
		l.dot.FillColor = good
	}
	l.dot.Refresh()
	l.label.Text = c.Name + ": " + c.State + "   "
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
