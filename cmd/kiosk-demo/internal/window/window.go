// Package window is the demo's own window: the phone page's address, what
// lies on the reader, and three pages: the residents' cards, what may go wrong,
// and the reader's traffic.
//
// It draws what its [Model] says and decides nothing. It is the only package
// of the demo that knows the toolkit, so that everything else is tested
// with the race detector. Read [Run] first.
package window

import (
	"image"
	"image/color"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
)

// Title is the window's name, by which it is found and placed.
const Title = "Counter - multicopy demo"

// A Card is one row of the list.
type Card struct {
	Key, Name string
	JA, EN    string // its trouble
	Code      string // of what the kiosk will say to it; may be empty
	Lying     bool   // on the reader
	Second    bool   // on the reader, beside the one that lies there
	Free      bool   // nothing lies on the reader
	Room      bool   // one lies there, and there is room beside it
	PIN, Sign int8   // tries left; -1 where there is no such secret
}

// A Model is what the window shows. Its methods are called from the window's
// own goroutine and must return at once.
type Model interface {
	Cards() []Card
	Letter(key string) string // both secrets, for the person who plays the resident
	Lay(key string)
	Swap(key string) // lays it in the place of what lies there
	Beside(key string)
	Lift()
	Programs() []demo.Program
	Switches() []demo.Switch
	Turn(key, to string)
	Traffic(n int) []string // the reader's last n lines, oldest first
	Phone() string          // the address of the page
	Real() string           // device of a real reader, at which cards are laid by hand; "" for the virtual one
	Note() string           // one line of what to do now
}

// A Page is one of three.
type Page int

// The pages, in the order of their tabs.
const (
	Cards Page = iota
	Faults
	Traffic

	pages
)

// A Window stands for one run.
type Window struct {
	app    fyne.App
	win    fyne.Window
	model  Model
	width  float32
	height float32

	rows     []*row
	switches []*aSwitch
	lines    []*canvas.Text
	lamps    []*lamp
	lying    *reader
	tabs     [pages]*segment
	sheets   [pages]fyne.CanvasObject
	note     *widget.Label
	closing  func()
	quit     chan struct{} // closed by Quit
	once     sync.Once
}

// New makes the window, that many pixels large; it shows nothing yet. qr is a
// picture of the phone page's address, or nil. closing is called when a person
// closes it.
func New(a fyne.App, m Model, qr image.Image, width, height int, closing func()) *Window {
	a.Settings().SetTheme(look{})
	w := &Window{app: a, win: a.NewWindow(Title), model: m, width: float32(width), height: float32(height), closing: closing, quit: make(chan struct{})}
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

// Run shows the window until Quit.
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
	toolkit.Main(w.quit, func() {
		w.refresh()
		w.win.ShowAndRun()
	})
}

// Quit ends Run. It may be called from any goroutine, also after Run.
func (w *Window) Quit() {
	w.once.Do(func() { close(w.quit) })
	onMain(w.app.Quit)
}

// Show turns to a page. It may be called from any goroutine.
func (w *Window) Show(p Page) { onMain(func() { w.turn(p) }) }

func (w *Window) turn(p Page) {
	for i := range w.sheets {
		w.tabs[i].show(Page(i) == p, false, false)
		if Page(i) == p {
			w.sheets[i].Show()
		} else {
			w.sheets[i].Hide()
		}
	}
}

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
	children := container.NewHBox()
	for _, c := range w.model.Programs() {
		l := newLamp(c.Name)
		w.lamps = append(w.lamps, l)
		children.Add(l.box)
	}
	w.lying = newReader(w.model)
	w.sheets = [pages]fyne.CanvasObject{Cards: w.cards(), Faults: w.mishaps(), Traffic: w.traffic()}
	tabs := container.NewGridWithColumns(int(pages))
	for i, name := range [pages][2]string{Cards: {"カード", "cards"}, Faults: {"できごと", "what goes wrong"}, Traffic: {"読み取り機の通信", "the reader's traffic"}} {
		w.tabs[i] = newSegment(name[0], name[1], func() { w.turn(Page(i)) })
		tabs.Add(w.tabs[i])
	}
	w.turn(Cards)
	top := container.NewVBox(container.NewBorder(nil, nil, container.NewCenter(text("カウンター", 20, primary, true)), container.NewCenter(children)),
		w.phone(qr), w.lying.box, tabs)
	return container.NewStack(canvas.NewRectangle(paper),
		container.New(layout.NewCustomPaddedLayout(10, 6, 16, 16),
			container.NewBorder(top, w.note, nil, nil, container.NewStack(w.sheets[:]...))))
}

func (w *Window) cards() fyne.CanvasObject {
	list := container.NewVBox()
	for _, c := range w.model.Cards() {
		r := newRow(c, w.model)
		w.rows = append(w.rows, r)
		list.Add(r.box)
	}
	return container.NewVScroll(container.New(layout.NewCustomPaddedLayout(2, 2, 0, 12), list))
}

func (w *Window) mishaps() fyne.CanvasObject {
	list := container.NewVBox()
	for _, s := range w.model.Switches() {
		one := newSwitch(s, w.model)
		w.switches = append(w.switches, one)
		list.Add(one.box)
	}
	return container.NewVScroll(container.New(layout.NewCustomPaddedLayout(4, 2, 0, 12), list))
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
	picture.SetMinSize(fyne.NewSize(76, 76))
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
	cards := w.model.Cards()
	w.lying.show(cards)
	for i, c := range cards {
		if i < len(w.rows) {
			w.rows[i].show(c)
		}
	}
	for i, s := range w.model.Switches() {
		if i < len(w.switches) {
			w.switches[i].show(s)
		}
	}
	for i, c := range w.model.Programs() {
		if i < len(w.lamps) {
			w.lamps[i].show(c)
		}
	}
	if n := w.model.Note(); n != w.note.Text {
		w.note.SetText(n)
	}
	if !w.sheets[Traffic].Visible() {
		return
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
