package ui

import (
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/layout"
)

// maintenance is what stands over [kiosk.ScreenStaff] while staff is there.
type maintenance struct {
	layout.Staff
	open   bool
	frozen bool // OK was pressed: keys wait for the next view
	post   func(staff.Event)
	corner gesture
}

// Staff has the display take the gesture by which staff comes in, and gives the touches
// on screens of maintenance to post, on the toolkit's goroutine.
func (f *Display) Staff(post func(staff.Event)) {
	f.maintenance.post = post
	f.built.Staff, f.panel.Staff = true, true
}

// Trouble is what the out-of-service screen tells staff from its next view on: a code,
// the machine, and the first thing to try.
func (f *Display) Trouble(s string) {
	f.wait(func() { f.built.Trouble, f.panel.Trouble = s, s })
}

// Unready is what the out-of-service screen of a kiosk that did not start tells staff.
func (f *Display) Unready(s string) {
	f.wait(func() { f.built.Unready, f.panel.Unready = s, s })
}

// ShowStaff draws a view of maintenance, and returns when it is drawn, as Show does.
// Its language is the screen's. One of the place staff.Closed ends it; what residents see comes with the next Show.
func (f *Display) ShowStaff(s layout.Staff) {
	f.wait(func() {
		m := &f.maintenance
		if s.View.Place != m.View.Place || s.View.Note != m.View.Note {
			f.page = 0
		}
		m.Staff, m.frozen = s, false
		m.Lang, m.Theme = f.view.Lang, f.view.Theme // as they were chosen before the gesture
		m.open = s.View.Place != staff.Closed
		f.draw(f.view)
	})
}

// inMaintenance reports whether a screen of maintenance stands.
func (f *Display) inMaintenance() bool { return f.maintenance.open && f.view.Place == kiosk.Staff }

// fill is how far a code has come.
func (m *maintenance) fill() layout.Fill {
	if m.View.Secret == 0 {
		return layout.Fill{}
	}
	return layout.Fill{Typed: m.View.Secret.Len()}
}

func (m *maintenance) press(f *Display, e staff.Event) {
	if e.Button == staff.ButtonOK {
		m.frozen = true
	}
	f.answers.await(func() { m.post(e) })
}

func (m *maintenance) key(f *Display, change func(s secret.Secret, most int)) {
	if m.frozen || m.View.Secret == 0 {
		return
	}
	_, most := m.View.Place.Digits()
	change(m.View.Secret, most)
	f.showEntry()
	m.post(staff.Event{Kind: staff.KeyPressed, Place: m.View.Place})
}

// The gesture: five taps into the upper left corner, where no target is, within five
// seconds. A child may find it; it shows how the machine is and leads no further.
const (
	cornerTaps = 5
	cornerTime = 5 * time.Second
	cornerMM   = 25
)

// A gesture counts taps.
type gesture struct {
	taps int
	stop func()
}

// tapped takes a tap on the bare glass, in pixels.
func (f *Display) tapped(x, y float32) {
	side := cornerMM * float32(f.panel.W) / f.panel.WMM
	g := &f.maintenance.corner
	if f.maintenance.post == nil || x > side || y > side || !f.view.Place.TakesStaff() {
		g.taps = 0
		return
	}
	if g.taps == 0 {
		if g.stop != nil {
			g.stop()
		}
		g.stop = f.hold.after(cornerTime, func() { g.taps = 0 })
	}
	if g.taps++; g.taps < cornerTaps {
		return
	}
	g.taps = 0
	f.post(kiosk.Event{Kind: kiosk.StaffIn})
}
