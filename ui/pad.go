package ui

import (
	"fyne.io/fyne/v2"

	"multicopy.example/kiosk/secret"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// keycap makes a key of the pad. What it does to the Secret is bound to the
// view it was drawn for: a touch meant for another screen changes nothing.
func (f *Display) keycap(it layout.Item) fyne.CanvasObject {
	switch it.Cap {
	case layout.CapShow:
		if f.view.Shows == kiosk.ShowsWhole {
			return f.target(it, func() { f.show(!f.shown) }, nil)
		}
		return f.target(it, nil, f.show)
	case layout.CapErase:
		return f.target(it, func() { f.key(func(s secret.Secret, _ int) { s.Drop() }) }, nil)
	case layout.CapClear:
		return f.target(it, func() { f.key(func(s secret.Secret, _ int) { s.Wipe() }) }, nil)
	}
	ch := it.Char
	return f.target(it, func() {
		f.key(func(s secret.Secret, most int) {
			if s.Len() < most {
				s.Append(ch)
			}
		})
	}, nil)
}

// key changes the entry, draws it, and tells the loop that a key was pressed,
// not which. Between OK and the next view the entry belongs to the loop.
func (f *Display) key(change func(s secret.Secret, most int)) {
	if f.inMaintenance() {
		f.maintenance.key(f, change)
		return
	}
	if f.frozen || f.hold.waiting || f.second() || f.view.Pad == kiosk.NoPad {
		return
	}
	_, most := f.view.Pad.Length()
	change(f.view.Secret, most)
	f.showEntry()
	f.post(kiosk.Event{Kind: kiosk.KeyPressed, Place: f.view.Place})
}

// show uncovers what the view may show: the last character for as long as the key
// is held, or all of a new secret until the next touch.
func (f *Display) show(held bool) {
	if f.shown == held {
		return
	}
	f.shown = held
	f.showEntry()
}
