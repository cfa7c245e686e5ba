// Package ui is the display: it draws a View and posts Events, and decides
// nothing.
//
// What stands where is ui/layout's; this package turns a plan into Fyne objects
// at absolute pixels, gives keys and buttons their press, and lets the pad type
// into the Secret that the View lends. A key is never an event, never a
// string, and on the screen a dot, or, where View.Shows permits it, one character
// in an object of its own. There is no widget.Entry here, no focus of the toolkit's, no
// clipboard, no scrolling; keys and switches are keyboard.go's.
//
// The program starts the toolkit so that its units are the panel's pixels
// (cmd/internal/toolkit).
//
// Read ui/layout first, then draw.go and pad.go.
package ui

import (
	"image/color"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Display is the screen. Show is for any goroutine, Run is for main's.
type Display struct {
	win   fyne.Window
	built layout.Panel // as the configuration has it
	panel layout.Panel // as large as the window allows
	post  func(kiosk.Event)

	answers answers
	proven  func()        // nil: a view that was drawn is taken for shown
	gone    chan struct{} // closed when the window system ends
	once    sync.Once

	maintenance maintenance

	view     kiosk.View
	standing atomic.Pointer[kiosk.View]
	told     atomic.Int64 // views that the loop has shown
	page     int          // of a view that does not fit on one
	hold     hold
	taps     taps
	made     map[*fyne.Container][]made
	tints    tints // of the screen that is being drawn
	screen   layout.Screen
	drawn    bool
	frozen   bool // OK was pressed on a pad: keys wait for the next view
	shown    bool // *show* is held

	paper                   *canvas.Rectangle
	glass                   *glass
	still, live, over, busy *fyne.Container
	mark                    *fyne.Container // around the focused target
	dark                    *fyne.Container // over all of it, where a person wants nothing to be seen

	switches Switches
	focus    layout.Focus
	focusOn  focused
	scanStop func()
	voice    Voice // nil: none
	said     spoken
	pulse    *fyne.Animation
}

// New makes the window, not yet on the screen. post is called on Fyne's
// goroutine for every press; it must not block, for the loop may be waiting in
// Show for that very goroutine.
func New(app fyne.App, panel layout.Panel, post func(kiosk.Event)) *Display {
	f := &Display{built: panel, panel: panel, post: post, gone: make(chan struct{}), made: map[*fyne.Container][]made{}}
	app.Settings().SetTheme(newTheme(&f.tints)) // once: every theme set keeps its parsed fonts for ever
	f.win = app.NewWindow("kiosk")
	f.win.SetPadded(false)
	f.win.SetCloseIntercept(func() {})
	f.hold.after = f.onceLater
	f.answers.drawn = make(chan func())
	f.taps.now, f.taps.painted = time.Now, afterPaint
	layer := func() *fyne.Container { return container.NewWithoutLayout() }
	f.paper = canvas.NewRectangle(color.White)
	f.glass = newGlass(f.tapped)
	f.still, f.live, f.busy, f.over, f.mark, f.dark = layer(), layer(), layer(), layer(), layer(), layer()
	root := container.New(centre{f}, f.paper, f.glass, f.still, f.live, f.busy, f.over, f.mark, f.dark)
	f.win.SetContent(root)
	f.win.Resize(fyne.NewSize(float32(panel.W), float32(panel.H)))
	app.Lifecycle().SetOnStopped(f.end)
	f.listen()
	return f
}

// Run shows the window on the whole screen and returns when the program ends.
// It must be called on the main goroutine.
func (f *Display) Run() {
	f.win.SetFullScreen(true)
	f.win.ShowAndRun()
	f.end()
}

func (f *Display) end() { f.once.Do(func() { close(f.gone) }) }

// Show draws a view and returns when it is drawn, or waits to be, or when there is
// no window system any more. It is called from the loop's goroutine. The page of getting ready that
// is shown first is not waited for: a window without a graphics card takes seconds to its first
// frame, in which the loop gets ready.
func (f *Display) Show(v kiosk.View) {
	if f.told.Add(1) == 1 && v.Place == kiosk.Starting {
		f.onScreenThread(f.first(v))
		return
	}
	f.wait(func() { f.see(v) })
}

// first draws a view, unless another was shown since.
func (f *Display) first(v kiosk.View) func() {
	n := f.told.Load()
	return func() {
		if f.told.Load() == n {
			f.see(v)
		}
	}
}

// wait has something drawn on the screen's thread, and returns when it is.
func (f *Display) wait(do func()) {
	select {
	case <-f.gone:
		return
	default:
	}
	done := make(chan struct{})
	draw := func() {
		defer close(done)
		do()
	}
	if !f.answers.take(draw) {
		f.onScreenThread(draw)
	}
	// fyne.DoAndWait would wait for ever for a queue that is not emptied any
	// more, and the loop has records to close then.
	select {
	case <-done:
	case <-f.gone:
	}
}

// onScreenThread is the program's only way on to Fyne's goroutine.
func (f *Display) onScreenThread(do func()) { fyne.Do(do) }

// Proven has by called on the screen's thread after each view that the loop shows; it
// returns once the window system has answered. Call it before Run.
func (f *Display) Proven(by func()) { f.proven = by }

// see draws a view, or lets it wait for the page that stands.
func (f *Display) see(v kiosk.View) {
	if !f.holds(v) {
		f.draw(v)
	}
	if f.proven != nil {
		f.proven()
	}
}

// draw shows a view. What did not change is left alone: the watchdog's round
// draws the same view every few seconds, and a key changes a few cells.
func (f *Display) draw(v kiosk.View) {
	again := f.drawn && v.Place == f.view.Place && v.Secret == f.view.Secret
	moved := v.Place != f.view.Place || !f.drawn
	stood := f.standsOn()
	if v.Place != f.view.Place {
		f.shown = false
	}
	if anew(f.view, v) {
		f.page = 0
	}
	f.view, f.frozen = v, false
	next := f.lay()
	f.page = next.Page
	if !f.drawn || !sameStill(f.screen, next) {
		f.rebuild(next)
	}
	// A finger may be down on OK: a button that is made anew under it never
	// hears that it was let go, and the touch is lost.
	again = again && f.screen.Theme == next.Theme && reflect.DeepEqual(pick(f.screen, isLive), pick(next, isLive))
	if f.screen, f.drawn = next, true; !again {
		f.refresh()
	}
	f.darken()
	f.refocus()
	f.stand(moved)
	if moved || f.standsOn() != stood {
		f.appear()
	}
	f.tell()
}

// Standing is the view on the glass now, whose touches are taken; a later one may wait
// for it. It is for any goroutine.
func (f *Display) Standing() kiosk.View {
	if v := f.standing.Load(); v != nil {
		return *v
	}
	return kiosk.View{}
}

// showEntry follows a key: only what shows the entry is drawn anew.
func (f *Display) showEntry() {
	f.screen = f.lay()
	f.refresh()
	f.refocus()
}

// anew reports whether a view is read from its first page: another question, or
// something to be told. A key that is pressed, or a warning that comes, leaves a
// person on the page that is being read.
func anew(old, v kiosk.View) bool {
	return v.Place != old.Place || v.Message != old.Message && v.Message != kiosk.NoMessage ||
		v.Health != old.Health || v.Lang != old.Lang || v.Size != old.Size || v.Choosing != old.Choosing
}

// turn shows another page of the view, and tells the loop that a person reads.
func (f *Display) turn(by int8) {
	if f.hold.waiting || f.second() {
		return
	}
	f.touched()
	f.page += int(by)
	next := f.lay()
	f.screen, f.page = next, next.Page
	f.rebuild(next)
	f.refresh()
	f.refocus()
	f.appear()
	if !f.inMaintenance() {
		f.post(kiosk.Event{Kind: kiosk.PageTurned, Place: f.view.Place})
	}
}

// lay lays out the page that stands.
func (f *Display) lay() layout.Screen {
	if f.inMaintenance() {
		return layout.LayStaff(f.maintenance.Staff, f.panel, f.entry(), f.page)
	}
	return layout.LayPage(f.view, f.panel, f.entry(), f.page)
}

func (f *Display) entry() layout.Fill {
	if f.inMaintenance() {
		return f.maintenance.fill()
	}
	if f.view.Pad == kiosk.NoPad {
		return layout.Fill{}
	}
	return layout.Fill{Typed: f.view.Secret.Len(), Form: kiosk.Judge(f.view.Pad, f.view.Secret)}
}

func sameStill(a, b layout.Screen) bool {
	return a.Theme == b.Theme && a.Paper == b.Paper && a.Busy == b.Busy && reflect.DeepEqual(pick(a, isStill), pick(b, isStill))
}

func isStill(it layout.Item) bool { return !it.Live }

func isLive(it layout.Item) bool { return it.Live }

func pick(s layout.Screen, want func(layout.Item) bool) (out []layout.Item) {
	for _, it := range s.Items {
		if want(it) {
			out = append(out, it)
		}
	}
	return out
}

// rebuild makes the objects of everything that does not follow the entry.
func (f *Display) rebuild(s layout.Screen) {
	if f.tints != tints(s.Theme) { // nothing of the other colours is used again
		f.tints = tints(s.Theme)
		clear(f.made)
	}
	// The window is cleared to the usual paper with each frame. A rectangle over all of it
	// would cost as much again as everything else that is drawn.
	if f.paper.Hidden = s.Paper == layout.Page; !f.paper.Hidden {
		f.paper.FillColor = f.tints.of(s.Paper)
	}
	f.paper.Refresh()
	f.fill(f.still, pick(s, func(it layout.Item) bool { return !it.Live && !it.Over }))
	f.fill(f.over, pick(s, func(it layout.Item) bool { return it.Over }))
	f.animate(s.Busy)
}

// refresh makes the objects that follow the entry.
func (f *Display) refresh() {
	f.fill(f.live, pick(f.screen, func(it layout.Item) bool { return it.Live && !it.Over }))
}

func (f *Display) fill(layer *fyne.Container, items []layout.Item) {
	if len(items) == 0 && len(layer.Objects) == 0 {
		return
	}
	old := f.made[layer]
	layer.Objects, f.made[layer] = nil, nil
	for _, it := range items {
		is := made{it, reuse(old, it)}
		if is.objects == nil {
			is.objects = f.object(it)
		}
		layer.Objects, f.made[layer] = append(layer.Objects, is.objects...), append(f.made[layer], is)
	}
	layer.Refresh()
}
