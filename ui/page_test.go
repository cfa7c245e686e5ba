package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// turns is the button that turns the page that way; nil where there is none.
func (f *Display) turns(by int8) *target {
	for _, k := range f.targets() {
		if k.it.Turn == by {
			return k
		}
	}
	return nil
}

var long = kiosk.View{Place: kiosk.Confirm, Flow: kiosk.FlowP, Act: kiosk.Reset, Size: kiosk.SizeLargest, Card: true}

// Turning a page shows another one, says that a person is there, and presses
// nothing.
func TestTurningAPageIsSaidAndPressesNothing(t *testing.T) {
	var got []kiosk.Event
	f, _ := newDisplay(t, layout.Panel10, func(e kiosk.Event) { got = append(got, e) })
	f.Show(long)
	for no := range f.screen.Pages - 1 {
		if (f.turns(-1) != nil) != (no > 0) {
			t.Errorf("page %d: the way back is there: %v", no, f.turns(-1) != nil)
		}
		test.Tap(f.turns(+1))
	}
	if f.turns(+1) != nil || f.screen.Page+1 != f.screen.Pages || f.screen.Pages < 2 {
		t.Errorf("on page %d of %d", f.screen.Page, f.screen.Pages)
	}
	test.Tap(f.turns(-1))
	if len(got) != f.screen.Pages || f.screen.Page != f.screen.Pages-2 {
		t.Errorf("%v posted, on page %d", got, f.screen.Page)
	}
	for _, e := range got {
		if e != (kiosk.Event{Kind: kiosk.PageTurned, Place: kiosk.Confirm}) {
			t.Errorf("%v posted", e)
		}
	}
}

// A key and a warning leave a person on the page; another question, another size
// and something to be told begin at the first one.
func TestPageStaysUntilTheQuestionChanges(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := kiosk.View{Place: kiosk.NewSecret, Flow: kiosk.FlowP, Pad: kiosk.PadLetters, Size: kiosk.SizeLargest, Secret: s}
	last := func() {
		t.Helper()
		for f.Show(v); f.turns(+1) != nil; {
			test.Tap(f.turns(+1))
		}
		if f.screen.Page == 0 {
			t.Fatal("it is one page")
		}
	}
	stays := func(why string, want bool) {
		t.Helper()
		f.Show(v)
		if (f.screen.Page > 0) != want {
			t.Errorf("%s: on page %d", why, f.screen.Page)
		}
	}
	last()
	test.Tap(f.key1(t, layout.CapChar, 'K'))
	stays("a key", true)
	v.Warn, v.Stay = true, true
	stays("a warning", true)
	if len(f.over.Objects) == 0 || f.turns(+1) != nil || f.turns(-1) != nil {
		t.Error("the question does not stand over the page")
	}
	v.Warn, v.Stay = false, false
	stays("an answer to it", true)
	v.Message = kiosk.MsgMismatch
	stays("something to be told", false)
	last()
	v.Message = kiosk.NoMessage
	stays("what was told is read", true)
	v.Size = kiosk.SizeLarge
	stays("another size", false)
	v.Size = kiosk.SizeLargest
	last()
	v.Place = kiosk.Again
	stays("another question", false)
}

// A window of other pixels than the panel's shows the same page in its middle, and
// a touch meets what is drawn.
func TestWindowOfOtherPixelsIsCentred(t *testing.T) {
	var got []kiosk.Event
	f, _ := newDisplay(t, layout.Panel10, func(e kiosk.Event) { got = append(got, e) })
	f.Show(kiosk.View{Place: kiosk.Needs, Tries: -1})
	for _, window := range []fyne.Size{fyne.NewSize(1920, 1080), fyne.NewSize(1024, 768), fyne.NewSize(1080, 1920), fyne.NewSize(1280, 800)} {
		f.win.Resize(window)
		scale := min(window.Width/1280, window.Height/800)
		if w := float32(f.panel.W); w < 1280*scale-1 || w > 1280*scale+1 || f.screen.W != w {
			t.Errorf("%v: the page is %v wide, the panel %v", window, f.screen.W, w)
		}
		left, top := f.still.Position().X, f.still.Position().Y
		if right := window.Width - left - f.screen.W; left-right > 1 || right-left > 1 || top < 0 || left < 0 {
			t.Errorf("%v: %v left and %v right of the page", window, left, right)
		}
		for _, k := range f.targets() {
			if k.it.Press != kiosk.ButtonOK {
				continue
			}
			got = nil
			test.TapCanvas(f.win.Canvas(), fyne.NewPos(left+k.it.X+k.it.W/2, top+k.it.Y+k.it.H/2))
			if len(got) != 1 || got[0].Button != kiosk.ButtonOK {
				t.Errorf("%v: the touch posted %v", window, got)
			}
		}
	}
}
