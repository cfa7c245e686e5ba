// Package window is the counter's own window: the residents' cards, to be laid
// on the reader and lifted, the phone page's address, the reader's traffic, and
// whether the two children live.
//
// It draws what its [Model] says and decides nothing. It is the only package
// of the counter that knows the toolkit, so that everything else is tested
// with the race detector. Read [Run] first.
package window

import (
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Title is the window's name, by which it is found and placed.
const Title = "Counter - multicopy demo"

// A Card is one row of the list.
type Card struct {
	Key, Name string
	Lying     bool // on the reader
	Free      bool // it can be laid: nothing lies on the reader
	PIN, Sign int8 // tries left; -1 where there is no such secret
}

// A Child is one program that the counter runs.
type Child struct {
	Name, State string
	Alive       bool
}

// A Model is what the window shows. Its methods are called from the window's
// own goroutine and must return at once.
type Model interface {
	Cards() []Card
	PIN(key string) string // for the person who plays the resident
	Lay(key string)
	Lift()
	Children() []Child
	Traffic(n int) []string // the reader's last n lines, oldest first
	Phone() string          // the address of the page
	Note() string           // one line of what to do now
}

// A Window stands for one run.
type Window struct {
	app    fyne.App
	win    fyne.Window
	model  Model
	width  float32
	height float32

	rows    []*row
	lines   []*canvas.Text
	lamps   []*lamp
	note    *widget.Label
	closing func()
}

// New makes the window, that many pixels large; it shows nothing yet. qr is a
// picture of the phone page's address, or nil. closing is called when a person
// closes it.
func New(m Model, qr image.Image, width, height int, closing func()) *Window {
	a := app.NewWithID("counter.demo")
	a.Settings().SetTheme(look{})
	w := &Window{app: a, win: a.NewWindow(Title), model: m, width: float32(width), height: float32(height), closing: closing}
	w.win.SetPadded(false)
	w.win.SetContent(w.build(qr))
	w.win.Resize(fyne.NewSize(w.width, w.height))
	w.win.SetFixedSize(true)
	w.win.SetCloseIntercept(closing)
	return w
}

// refreshEvery is how often the model is looked at. Nothing here is so urgent
// that it needs to be pushed.
const refreshEvery = 100 * time.Millisecond

// Run shows the window until Quit. It has to be called from the program's
// first goroutine.
func (w *Window) Run() {
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		tick := time.NewTicker(refreshEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				onMain(w.refresh)
			}
		}
	}()
	w.refresh()
	w.win.ShowAndRun()
}

// Quit ends Run. It may be called from any goroutine, also after Run.
func (w *Window) Quit() { onMain(w.app.Quit) }

// onMain hands f to the toolkit's goroutine. The toolkit has its own handler
// for SIGINT and SIGTERM and may have ended already; it then runs f here, on a
// library that is shut down, and panics. There is no window left that could
// mind.
func onMain(f func()) {
	defer func() { _ = recover() }()
	fyne.Do(f)
}

func (w *Window) build(qr image.Image) fyne.CanvasObject {
	w.note = widget.NewLabel("")
	w.note.Wrapping = fyne.TextWrapWord
	cards := container.NewVBox()
	for _, c := range w.model.Cards() {
		r := newRow(c, w.model)
		w.rows = append(w.rows, r)
		cards.Add(r.box)
	}
	for _, c := range w.model.Children() {
		w.lamps = append(w.lamps, newLamp(c.Name))
	}
	children := container.NewHBox()
	for _, l := range w.lamps {
		children.Add(l.box)
	}
	top := container.NewVBox(
		heading("カウンター", "The counter: what lies around the kiosk"),
		children,
		w.phone(qr),
		section("カード", "Cards of the test residents"),
		cards,
		section("読み取り機", "The reader's traffic: headers only, never a body"),
	)
	return container.NewStack(canvas.NewRectangle(paper),
		container.New(layout.NewCustomPaddedLayout(14, 12, 16, 16),
			container.NewBorder(top, w.note, nil, nil, w.traffic())))
}

func (w *Window) phone(qr image.Image) fyne.CanvasObject {
	label := text("スマホのページ", 15, ink, true)
	sub := text("Open the phone page in a browser:", 12, soft, false)
	address := text(w.model.Phone(), 17, primary, true)
	box := container.NewVBox(label, sub, address)
	if qr == nil {
		return panel(box)
	}
	picture := canvas.NewImageFromImage(qr)
	picture.ScaleMode = canvas.ImageScalePixels
	picture.FillMode = canvas.ImageFillContain
	picture.SetMinSize(fyne.NewSize(84, 84))
	return panel(container.NewBorder(nil, nil, nil, picture, box))
}

// trafficLines is the most that is ever shown; what does not fit is cut at the
// top.
const trafficLines = 40

func (w *Window) traffic() fyne.CanvasObject {
	column := &lineLayout{height: 17}
	box := container.New(column)
	for range trafficLines {
		t := canvas.NewText("", traffic)
		t.TextSize, t.TextStyle = 12, fyne.TextStyle{Monospace: true}
		w.lines = append(w.lines, t)
		box.Add(t)
	}
	back := canvas.NewRectangle(color.NRGBA{0x1a, 0x1f, 0x33, 0xff})
	back.CornerRadius = 8
	return container.NewStack(back, container.New(layout.NewCustomPaddedLayout(8, 8, 10, 10), box))
}

// refresh brings the window up to the model. An object is touched only where
// something changed: every touch repaints the window.
func (w *Window) refresh() {
	for i, c := range w.model.Cards() {
		if i < len(w.rows) {
			w.rows[i].show(c)
		}
	}
	for i, c := range w.model.Children() {
		if i < len(w.lamps) {
			w.lamps[i].show(c)
		}
	}
	if n := w.model.Note(); n != w.note.Text {
		w.note.SetText(n)
	}
	lines := w.model.Traffic(shown(w.lines))
	for i, t := range w.lines {
		s := ""
		if i < len(lines) {
			s = lines[i]
		}
		if t.Text != s {
			t.Text, t.Color = s, traffic
			if len(s) > 0 && s[0] == '<' {
				t.Color = answer
			}
			t.Refresh()
		}
	}
}
