package ui

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Glass that a person who listens has made dark. What stands is drawn under it, so that keys and switches go
// over the same targets; a finger meets the cover alone.

// darken covers the glass, or uncovers it.
func (f *Display) darken() {
	dark := f.view.Dark && !f.inMaintenance()
	if dark == (len(f.dark.Objects) > 0) {
		return
	}
	if f.dark.Objects = nil; dark {
		whole := layout.Rect{W: float32(f.panel.W), H: float32(f.panel.H)}
		cover := layout.Item{Kind: layout.Surface, Rect: whole, Paper: layout.CodeDark, Down: layout.CodeDark}
		f.dark.Objects = append(f.dark.Objects, f.target(cover, f.touchedDark, nil))
	}
	f.dark.Refresh()
}

// touchedDark is a finger on dark glass: it presses nothing that cannot be seen. The page of sound, which is lit, says
// how the picture comes back; where there is no such page, the voice does.
func (f *Display) touchedDark() {
	f.focus.Shown = true
	switch {
	case f.asked():
		f.press(kiosk.Event{Button: kiosk.ButtonStay})
	case f.view.Sound:
		f.press(kiosk.Event{Button: kiosk.ButtonSound})
	case f.voice != nil:
		f.say([]string{text.Of(text.Spoken(f.view.Lang), text.DarkNow)})
	}
}

// setSound is a key for the volume, or for dark glass. Who has not used a key before hears with it
// what stands.
func (f *Display) setSound(b kiosk.Button) {
	if f.voice == nil || f.inMaintenance() || f.hold.waiting {
		return
	}
	if !f.focus.Shown {
		f.moveFocus(0)
	}
	f.press(kiosk.Event{Button: b})
}
