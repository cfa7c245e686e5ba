package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/layout"
)

// later holds the clock of the display: nothing that waits comes.
func later(f *Display) { f.hold.after = func(time.Duration, func()) func() { return func() {} } }

// Five taps into the corner between two visits, and no fewer, elsewhere, or during one.
func TestGestureOfStaffIsFiveTapsIntoTheCorner(t *testing.T) {
	var posted []kiosk.Event
	f, _ := newDisplay(t, layout.Panel10, func(e kiosk.Event) { posted = append(posted, e) })
	later(f)
	tap := func(x, y float32, n int) (came bool) {
		posted = nil
		for range n {
			test.TapCanvas(f.win.Canvas(), fyne.NewPos(x, y))
		}
		return len(posted) == 1 && posted[0].Kind == kiosk.StaffIn
	}
	f.Show(kiosk.View{Place: kiosk.Idle})
	if tap(5, 5, 5) {
		t.Error("a display without maintenance has the gesture")
	}
	f.Staff(func(staff.Event) {})
	for _, v := range []kiosk.View{{Place: kiosk.Idle}, {Place: kiosk.OutOfService, Message: kiosk.MsgReader, Health: kiosk.MsgReader}} {
		f.Show(v)
		if tap(5, 5, 4) || !tap(5, 5, 1) {
			t.Errorf("%s: not the fifth tap", v.Place)
		}
		if tap(5, 5, 4) || tap(400, 70, 1) || tap(5, 5, 4) {
			t.Errorf("%s: a tap elsewhere is counted", v.Place)
		}
		if tap(400, 70, 1) || !tap(140, 140, 5) {
			t.Errorf("%s: the corner is smaller than 25 mm", v.Place)
		}
	}
	f.Show(kiosk.View{Place: kiosk.Needs})
	if tap(5, 5, 5) {
		t.Error("staff comes in during a visit")
	}
}

func TestScreenOfMaintenanceTakesDigitsAndPostsItsOwnEvents(t *testing.T) {
	var residents []kiosk.Event
	f, s := newDisplay(t, layout.Panel10, func(e kiosk.Event) { residents = append(residents, e) })
	later(f)
	var posted []staff.Event
	f.Staff(func(e staff.Event) { posted = append(posted, e) })
	f.Show(kiosk.View{Place: kiosk.Staff})
	f.ShowStaff(layout.Staff{View: staff.View{Place: staff.Code, Asked: kiosk.Clerk, Secret: s}})
	for _, ch := range "12345678" {
		test.Tap(f.key1(t, layout.CapChar, byte(ch)))
	}
	if got := contents(t, s); got != "123456" {
		t.Errorf("typed %q", got)
	}
	test.Tap(f.key1(t, layout.CapErase, 0))
	test.Tap(f.key1(t, layout.CapChar, '9'))
	f.Show(kiosk.View{Place: kiosk.Staff}) // the watchdog's round
	for _, k := range f.targets() {
		if k.it.Staff.Button == staff.ButtonOK {
			test.Tap(k)
		}
	}
	last := posted[len(posted)-1]
	if want := (staff.Event{Kind: staff.Pressed, Place: staff.Code, Button: staff.ButtonOK}); last != want || contents(t, s) != "123459" {
		t.Errorf("posted %v with %q", last, contents(t, s))
	}
	test.Tap(f.key1(t, layout.CapChar, '0'))
	if len(posted) != 11 || len(residents) != 0 || s.Len() != 6 {
		t.Errorf("%d events of staff, %d of residents, %d digits after OK", len(posted), len(residents), s.Len())
	}
	f.ShowStaff(layout.Staff{})
	f.Show(kiosk.View{Place: kiosk.Idle})
	for _, k := range f.targets() {
		if k.it.Staff.Kind != staff.NoEvent {
			t.Errorf("%q stands after the end", k.it.Text)
		}
	}
}

// A view that the loop shows is shown once the window system has answered: also where it
// is the same as before and nothing is drawn.
func TestViewIsShownOnceTheWindowSystemAnswers(t *testing.T) {
	f, _ := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	answers := 0
	f.Proven(func() { answers++ })
	for n := range 3 {
		if f.Show(kiosk.View{Place: kiosk.Idle}); answers != n+1 {
			t.Errorf("%d answers after view %d", answers, n+1)
		}
	}
}
