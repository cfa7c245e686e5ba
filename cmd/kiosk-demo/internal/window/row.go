package window

import (
	"fmt"
	"image/color"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// A row is one resident's card, called by its trouble, with what can be done
// with it now.
type row struct {
	shown  Card
	state  *canvas.Text
	back   *canvas.Rectangle
	letter *segment
	beside *segment
	button *segment
	second fyne.CanvasObject // holds beside
	open   bool              // the letter is
	model  Model
	box    fyne.CanvasObject
}

func newRow(c Card, m Model) *row {
	r := &row{model: m, state: text("", 12, soft, false), back: canvas.NewRectangle(color.White)}
	r.back.CornerRadius, r.back.StrokeWidth, r.back.StrokeColor = 8, 1, edge
	r.button = newSegment("", "", func() {
		switch s := r.shown; {
		case s.Lying || s.Second:
			m.Lift()
		case s.Free:
			m.Lay(s.Key)
		default:
			m.Swap(s.Key)
		}
	})
	r.beside = newSegment("2枚目", "second", func() { m.Beside(r.shown.Key) })
	// The letter with the secrets that came with the card: shown while asked
	// for.
	r.letter = newSegment("控え", "letter", func() {
		r.open = !r.open
		r.letter.show(r.open, true, false)
		r.line(r.shown)
	})
	title := container.NewHBox(text(c.Name, 15, ink, true), container.NewCenter(text(c.JA, 13, ink, false)))
	about := c.EN
	if c.Code != "" {
		about = c.Code + "  " + about
	}
	label := container.New(layout.NewCustomPaddedVBoxLayout(0), title, text(about, 12, soft, false), r.state)
	cell := fyne.NewSize(50, 40)
	fixed := func(s *segment) fyne.CanvasObject { return container.NewCenter(container.NewGridWrap(cell, s)) }
	r.second = fixed(r.beside)
	buttons := container.NewHBox(fixed(r.letter), r.second, fixed(r.button))
	if m.Real() != "" { // no card of the demo's can be laid there
		buttons = container.NewHBox(fixed(r.letter))
	}
	r.box = container.NewStack(r.back, container.New(layout.NewCustomPaddedLayout(3, 3, 10, 6), container.NewBorder(nil, nil, nil, buttons, label)))
	c.Key = "" // nothing was shown yet: the first show draws
	r.shown = c
	return r
}

func (r *row) show(c Card) {
	if c == r.shown {
		return
	}
	r.shown = c
	r.line(c)
	r.back.FillColor, r.back.StrokeColor = color.White, edge
	switch {
	case c.Lying || c.Second:
		r.back.FillColor, r.back.StrokeColor = lying, good
		r.button.say("取る", "lift")
	case c.Free:
		r.button.say("置く", "lay")
	default:
		r.button.say("入替", "swap")
	}
	r.button.show(c.Free, false, false)
	if c.Room && !c.Lying && !c.Second {
		r.second.Show()
	} else {
		r.second.Hide()
	}
	r.back.Refresh()
}

// line is the row's last one: the counters, or the letter. The counters of a
// card that lies on a real reader are not the demo's to know.
func (r *row) line(c Card) {
	r.state.Text, r.state.Color = fmt.Sprintf("4けた %s   署名用 %s", tries(c.PIN, 3), tries(c.Sign, 5)), soft
	if r.model.Real() != "" {
		r.state.Text = ""
	}
	if r.open {
		r.state.Text, r.state.Color = r.model.Letter(c.Key), primary
	}
	r.state.Refresh()
}

// A reader is what lies on it, on every page.
type reader struct {
	name   *canvas.Text
	what   *canvas.Text
	back   *canvas.Rectangle
	button *segment
	real   bool // the demo neither knows nor decides what lies on it
	box    fyne.CanvasObject
}

const (
	nothing = "なにも置かれていない"
	byHand  = "実物。カードも線も手で。 real: lay, lift, unplug by hand"
	maxName = 24 // characters of a device's name: those under /dev/serial/by-id are long
)

// called is a device's name in a line of the window.
func called(device string) string {
	name := []rune(filepath.Base(device))
	if len(name) > maxName {
		name = append(name[:maxName-1], '…')
	}
	return string(name)
}

func newReader(m Model) *reader {
	r := &reader{name: text(nothing, 15, ink, true), what: text("nothing lies on it", 12, soft, false), back: canvas.NewRectangle(color.White)}
	r.back.CornerRadius, r.back.StrokeWidth, r.back.StrokeColor = 10, 1, edge
	r.button = newSegment("取る", "lift", m.Lift)
	r.button.show(false, false, true)
	var button fyne.CanvasObject = container.NewGridWrap(fyne.NewSize(64, 40), r.button)
	if device := m.Real(); device != "" {
		r.name.Text, r.what.Text, r.real, button = called(device), byHand, true, nil
	}
	face := canvas.NewLinearGradient(color.NRGBA{0xf6, 0xc6, 0xd6, 0xff}, color.NRGBA{0xcf, 0xe6, 0xff, 0xff}, 45)
	face.SetMinSize(fyne.NewSize(40, 26))
	label := container.New(layout.NewCustomPaddedVBoxLayout(0),
		container.NewHBox(text("読み取り機", 13, soft, false), r.name), r.what)
	r.box = container.NewStack(r.back, container.New(layout.NewCustomPaddedLayout(4, 4, 12, 10),
		container.NewBorder(nil, nil, container.NewCenter(face), button, container.New(layout.NewCustomPaddedLayout(0, 0, 8, 0), label))))
	return r
}

func (r *reader) show(cards []Card) {
	if r.real {
		return
	}
	name, what := nothing, "nothing lies on it"
	for _, c := range cards {
		if c.Lying {
			name, what = c.Name, c.EN
		}
	}
	for _, c := range cards {
		if c.Second {
			name += " ＋ " + c.Name
		}
	}
	if name == r.name.Text {
		return
	}
	r.name.Text, r.what.Text = name, what
	r.back.FillColor, r.back.StrokeColor = lying, good
	if name == nothing {
		r.back.FillColor, r.back.StrokeColor = color.White, edge
	}
	r.button.show(name != nothing, false, name == nothing)
	r.name.Refresh()
	r.what.Refresh()
	r.back.Refresh()
}
