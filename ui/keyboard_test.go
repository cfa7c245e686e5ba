package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
	"multicopy.example/ui/layout"
)

// goTo moves the focus to a target by the key of next alone.
func (f *Display) goTo(t *testing.T, at layout.Stop) {
	t.Helper()
	for range 2 * (len(f.screen.Stops()) + 1) {
		if it, ok := f.focus.On(f.screen); ok && it.Stop() == at {
			return
		}
		f.keyDown(fyne.KeyTab, false)
	}
	t.Fatalf("next never comes to %v", at)
}

// Every target of every view is reached by Tab, and Enter posts what a touch posts.
func TestEnterDoesWhatATouchDoes(t *testing.T) {
	var got []kiosk.Event
	f, s := newDisplay(t, layout.Panel10, func(e kiosk.Event) { got = append(got, e) })
	pressed := 0
	for _, v := range sample.Views(kiosk.English, kiosk.SizeNormal) {
		v.Secret = s
		again := func() {
			f.drawn, f.focusOn, f.page = false, focused{}, 0
			typeIn(s, v)
			f.Show(v.View)
		}
		again()
		for _, it := range f.screen.Stops() {
			again()
			got = nil
			for _, k := range f.targets() {
				if k.it.Stop() == it.Stop() {
					test.TapCanvas(f.win.Canvas(), fyne.NewPos(it.X+it.W/2, it.Y+it.H/2))
					break
				}
			}
			touch, typed, page := got, s.Len(), f.page
			f.shown = false
			again()
			f.goTo(t, it.Stop())
			got = nil
			f.keyDown(fyne.KeyReturn, false)
			if it.Cap == layout.CapShow {
				if !f.shown {
					t.Errorf("%s: %q uncovers nothing", v.Name, it.Text)
				}
				f.show(false)
			} else if len(touch) != 1 || len(got) != 1 || got[0] != touch[0] {
				t.Errorf("%s: Enter at %q posts %v, a touch %v", v.Name, it.Text, got, touch)
			}
			if s.Len() != typed || f.page != page {
				t.Errorf("%s: %q makes %d characters of page %d; a touch %d of page %d", v.Name, it.Text, s.Len(), f.page, typed, page)
			}
			pressed++
		}
	}
	if pressed < 1000 {
		t.Errorf("only %d presses", pressed)
	}
}

var pin = kiosk.View{Place: kiosk.Proof, Flow: kiosk.FlowP, Pad: kiosk.PadPIN, Tries: 3, Card: true}

// A keyboard's digit goes where a touch on that key goes; what the pad does not have
// does nothing.
func TestAKeyboardsDigitGoesIntoTheSecret(t *testing.T) {
	keys := 0
	f, s := newDisplay(t, layout.Panel10, func(e kiosk.Event) {
		if e.Kind == kiosk.KeyPressed {
			keys++
		}
	})
	v := pin
	v.Secret = s
	f.Show(v)
	for _, k := range []fyne.KeyName{fyne.Key7, fyne.KeyA, fyne.Key0, fyne.KeyF1, fyne.KeyMinus, fyne.Key9, fyne.KeyBackspace, fyne.Key2} {
		f.keyDown(k, false)
	}
	if got := contents(t, s); got != "702" || keys != 5 {
		t.Errorf("%d characters after %d keys", len(got), keys)
	}
	if f.focus.Shown {
		t.Error("a digit moves the focus")
	}
}

func TestShiftAndTabGoesBack(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := pin
	v.Secret = s
	f.Show(v)
	f.keyDown(fyne.KeyTab, false)
	was := f.focus.At
	f.keyDown(fyne.KeyTab, false)
	f.keyDown(fyne.KeyTab, true)
	if f.focus.At != was {
		t.Errorf("back is at %v", f.focus.At)
	}
}

// Enter before any ring was there only shows it.
func TestEnterWithoutARingChoosesNothing(t *testing.T) {
	var got []kiosk.Event
	f, _ := newDisplay(t, layout.Panel10, func(e kiosk.Event) { got = append(got, e) })
	f.Show(kiosk.View{Place: kiosk.Needs})
	f.keyDown(fyne.KeyReturn, false)
	if len(got) != 1 || got[0].Kind != kiosk.PageTurned || len(f.mark.Objects) == 0 {
		t.Errorf("%v posted, a ring of %d", got, len(f.mark.Objects))
	}
	f.keyDown(fyne.KeyReturn, false)
	if got = got[1:]; len(got) != 1 || got[0].Kind != kiosk.Pressed {
		t.Errorf("%v posted", got)
	}
	f.Show(kiosk.View{Place: kiosk.Idle})
	if len(f.mark.Objects) != 0 {
		t.Error("the next person finds the ring")
	}
}

// One switch: the focus moves on with the clock, and a press chooses.
func TestOneSwitchChoosesWhatScanningComesTo(t *testing.T) {
	var got []kiosk.Event
	f, s := newDisplay(t, layout.Panel10, func(e kiosk.Event) { got = append(got, e) })
	var tick func()
	f.hold.after = func(d time.Duration, do func()) func() {
		if d == 1500*time.Millisecond {
			tick = do
		}
		return func() {}
	}
	f.Switches(Switches{Next: "F7", Choose: "F8", Scan: 1500 * time.Millisecond})
	v := pin
	v.Secret = s
	f.Show(v)
	for range 4 { // from 1 to 5
		tick()
	}
	f.keyDown("F8", false)
	if contents(t, s) != "5" || len(got) != 1 {
		t.Errorf("%d characters, %v posted", s.Len(), got)
	}
	f.keyDown("F7", false)
	if f.keyDown("F8", false); contents(t, s) != "56" {
		t.Error("the switch for next does not move on")
	}
}

// One switch and rows: the ring goes around a row, a press enters it, and the next one is the key's.
func TestOneSwitchChoosesARowAndThenAKeyOfIt(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	var tick func()
	f.hold.after = func(d time.Duration, do func()) func() {
		if d == time.Second {
			tick = do
		}
		return func() {}
	}
	f.Switches(Switches{Choose: "F8", Scan: time.Second, Rows: true})
	v := pin
	v.Secret = s
	f.Show(v)
	tick() // from the row of 1 to that of 4
	wide := f.mark.Objects[0].Size().Width
	f.keyDown("F8", false)
	if narrow := f.mark.Objects[0].Size().Width; contents(t, s) != "" || narrow*2 > wide {
		t.Fatalf("%q is typed; the ring is %v wide, and was %v", contents(t, s), narrow, wide)
	}
	tick()
	if f.keyDown("F8", false); contents(t, s) != "5" || f.mark.Objects[0].Size().Width != wide {
		t.Errorf("%q is typed, the ring is %v wide", contents(t, s), f.mark.Objects[0].Size().Width)
	}
}
