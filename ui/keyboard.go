package ui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Switches are the keys that two switches, or one, are wired to, beside Tab, Shift-Tab and Enter, which
// always work.
type Switches struct {
	Next, Choose string        // as the toolkit names keys
	Scan         time.Duration // the focus moves on by itself this often; 0: it does not
	Rows         bool          // … over rows first
}

// Switches has the display take them. Call it before Run.
func (f *Display) Switches(s Switches) {
	f.switches = s
	f.focus.Shown, f.focus.ByRows = s.Scan > 0, s.Rows
}

// listen takes the keys of a keyboard. A press is taken once, however long the key is
// held; the toolkit's own focus stays empty, so nothing in it sees a key.
func (f *Display) listen() {
	if c, ok := f.win.Canvas().(desktop.Canvas); ok {
		c.SetOnKeyDown(func(e *fyne.KeyEvent) { f.keyDown(e.Name, shifted()) })
	}
}

func shifted() bool {
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
}

// keyDown is a key of a keyboard, or a switch, whose key may be one of the former.
func (f *Display) keyDown(name fyne.KeyName, shift bool) {
	switch string(name) {
	case "":
		return
	case f.switches.Next:
		f.moveFocus(+1)
		return
	case f.switches.Choose:
		f.choose()
		return
	}
	switch name {
	case fyne.KeyTab:
		if shift {
			f.moveFocus(-1)
			return
		}
		f.moveFocus(+1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		f.choose()
	case fyne.KeyPlus:
		f.setSound(kiosk.ButtonLouder)
	case fyne.KeyMinus:
		f.setSound(kiosk.ButtonQuieter)
	case fyne.KeyAsterisk:
		f.setSound(kiosk.ButtonDark)
	case fyne.KeyBackspace:
		f.strike(layout.Stop{Kind: layout.Key, Cap: layout.CapErase})
	default:
		if len(name) == 1 { // a digit or a capital letter, as a key of the pad has it
			f.strike(layout.Stop{Kind: layout.Key, Cap: layout.CapChar, Char: name[0]})
		}
	}
}

// moveFocus is a person who looks for a button: a touch, and no answer.
func (f *Display) moveFocus(by int) {
	if f.hold.waiting {
		return
	}
	f.focus = f.focus.Move(f.screen, f.view.Place, by)
	f.scanAgain()
	f.ring()
	if all := f.screen.Stops(); by > 0 && len(all) > 1 && f.focus.At == all[0].Stop() {
		f.said.whole = true
	}
	f.speak()
	if !f.inMaintenance() && !f.asked() {
		f.post(kiosk.Event{Kind: kiosk.PageTurned, Place: f.view.Place})
	}
}

// asked reports whether the question is there that a press alone answers.
func (f *Display) asked() bool { return f.view.Warn && f.view.Stay }

// choose does what a touch on the focused target would do. Where no ring was shown, it
// is shown, and nothing else happens: a person has to see what will be chosen.
func (f *Display) choose() {
	if !f.focus.Shown {
		f.moveFocus(0)
		return
	}
	if in, ok := f.focus.Enter(f.screen); ok {
		f.focus = in
		f.scanAgain()
		f.ring()
		f.speak()
		return
	}
	f.focus = f.focus.Pressed()
	f.scanAgain()
	if it, ok := f.focus.On(f.screen); ok {
		f.strike(it.Stop())
	}
}

// strike touches a target of the screen, where it is there.
func (f *Display) strike(at layout.Stop) {
	shown := f.focus
	shown.Shown, shown.At = true, at
	it, ok := shown.On(f.screen)
	if !ok {
		return
	}
	if at == f.screen.Heard.Stop() {
		f.press(kiosk.Event{Button: at.Press})
		return
	}
	for _, layer := range f.made {
		for _, m := range layer {
			if m.it.Stop() == at && m.it.Over == it.Over {
				m.objects[0].(*target).struck(f)
				return
			}
		}
	}
}

// struck is a touch without a finger. What a finger uncovers by staying is uncovered until
// the next press.
func (t *target) struck(f *Display) {
	if t.tap == nil {
		f.show(!f.shown)
		return
	}
	t.tap()
}

// refocus has the focus follow what was drawn.
func (f *Display) refocus() {
	now := focused{f.standsOn(), f.asked()}
	if f.focusOn != now {
		if f.view.Place == kiosk.Idle && f.focusOn.place != kiosk.Idle { // another person, who may touch
			f.focus.Shown = f.switches.Scan > 0
		}
		f.focusOn, f.focus = now, f.focus.Begin(f.screen, f.view.Place)
		f.scanAgain()
	} else {
		f.focus = f.focus.Stay(f.screen, f.view.Place)
	}
	f.ring()
	f.speak()
}

// focused is what a focus was begun for.
type focused struct {
	pressed
	asked bool
}

// ring draws the mark around the focused target.
func (f *Display) ring() {
	it, ok := f.focus.Framed(f.screen)
	if !ok && len(f.mark.Objects) == 0 {
		return
	}
	if f.mark.Objects = nil; ok {
		if it.Stop() == f.screen.Heard.Stop() { // seen while it has the focus
			f.mark.Objects = f.object(it)
		}
		for _, h := range layout.Ring(it, f.view.Theme) {
			r := canvas.NewRectangle(color.Transparent)
			r.StrokeColor, r.StrokeWidth, r.CornerRadius = h.Colour, h.Thick, h.Radius
			r.Move(fyne.NewPos(h.X, h.Y))
			r.Resize(fyne.NewSize(h.W, h.H))
			f.mark.Objects = append(f.mark.Objects, r)
		}
	}
	f.mark.Refresh()
}

// scanAgain begins an interval of scanning.
func (f *Display) scanAgain() {
	if f.scanStop != nil {
		f.scanStop()
		f.scanStop = nil
	}
	if f.switches.Scan == 0 || !f.focus.Shown {
		return
	}
	f.scanStop = f.hold.after(f.switches.Scan, func() {
		f.focus = f.focus.Scan(f.screen, f.view.Place)
		f.ring()
		f.speak()
		f.scanAgain()
	})
}
