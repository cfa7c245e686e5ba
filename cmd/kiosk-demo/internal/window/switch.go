package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"multicopy.example/cmd/kiosk-demo/internal/demo"
)

// A segment is one position of a switch, in both languages: one of a row of
// which one is chosen.
type segment struct {
	widget.BaseWidget
	back     *canvas.Rectangle
	ja, en   *canvas.Text
	disabled bool
	press    func()
}

func newSegment(ja, en string, press func()) *segment {
	s := &segment{back: canvas.NewRectangle(color.White), ja: text(ja, 14, ink, true), en: text(en, 11, soft, false), press: press}
	s.back.CornerRadius, s.back.StrokeWidth, s.back.StrokeColor = 8, 1, edge
	s.ja.Alignment, s.en.Alignment = fyne.TextAlignCenter, fyne.TextAlignCenter
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer puts the two lines on the plate.
func (s *segment) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(s.back,
		container.New(layout.NewCustomPaddedLayout(3, 3, 2, 2), container.New(layout.NewCustomPaddedVBoxLayout(-2), s.ja, s.en))))
}

// Tapped is a press of the pointer.
func (s *segment) Tapped(*fyne.PointEvent) {
	if !s.disabled {
		s.press()
	}
}

// Cursor is a hand where a press does something.
func (s *segment) Cursor() desktop.Cursor {
	if s.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// say changes what stands on it.
func (s *segment) say(ja, en string) {
	if s.ja.Text != ja {
		s.ja.Text, s.en.Text = ja, en
		s.Refresh()
	}
}

// show draws it chosen or not; one that is still being turned is chosen and
// pale.
func (s *segment) show(chosen, turning, disabled bool) {
	fill, line, first, second := color.NRGBA{0xff, 0xff, 0xff, 0xff}, edge, ink, soft
	switch {
	case chosen && turning:
		fill, line, first, second = traffic, primary, ink, ink
	case chosen && !disabled:
		fill, line, first, second = primary, primary, color.NRGBA{0xff, 0xff, 0xff, 0xff}, color.NRGBA{0xff, 0xff, 0xff, 0xff}
	case disabled:
		fill, first = paper, soft
	}
	if s.disabled = disabled; s.back.FillColor == fill && s.back.StrokeColor == line && s.ja.Color == first {
		return
	}
	s.back.FillColor, s.back.StrokeColor, s.ja.Color, s.en.Color = fill, line, first, second
	s.Refresh()
}

// aSwitch is a switch with its name above its positions.
type aSwitch struct {
	segments []*segment
	box      fyne.CanvasObject
}

func newSwitch(s demo.Switch, m Model) *aSwitch {
	one := &aSwitch{}
	row := container.NewGridWithColumns(len(s.Choices))
	for _, c := range s.Choices {
		segment := newSegment(c.JA, c.EN, func() { m.Turn(s.Key, c.Key) })
		one.segments = append(one.segments, segment)
		row.Add(segment)
	}
	name := container.NewHBox(text(s.JA, 14, ink, true), container.NewCenter(text(s.EN, 12, soft, false)))
	one.box = container.New(layout.NewCustomPaddedVBoxLayout(1), name, row)
	return one
}

func (a *aSwitch) show(s demo.Switch) {
	for i, c := range s.Choices {
		if i < len(a.segments) {
			a.segments[i].show(c.Key == s.Now, s.Turning, s.Disabled)
		}
	}
}
