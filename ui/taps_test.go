package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Two taps where next stands: the second would be stop, on the page before a last
// try, or a digit of the one-time password.
func TestSecondTapOfTwoDoesNothingOnTheNextPage(t *testing.T) {
	var posted []kiosk.Event
	f, s := newDisplay(t, layout.Panel10, func(e kiosk.Event) { posted = append(posted, e) })
	var moment time.Time
	f.taps.now = func() time.Time { return moment }
	pass := func() { moment = moment.Add(twoTaps) }
	tap := func(b kiosk.Button) {
		t.Helper()
		for _, k := range f.targets() {
			if k.it.Kind == layout.Button && k.it.Press == b {
				test.Tap(k)
				return
			}
		}
		t.Fatalf("no button %s", b)
	}
	f.Show(kiosk.View{Place: kiosk.Confirm, Flow: kiosk.FlowP, Tries: 1, Card: true})
	tap(kiosk.ButtonOK)
	f.Show(kiosk.View{Place: kiosk.LastTry, Flow: kiosk.FlowP, Tries: 1, Card: true, Message: kiosk.MsgLastTry})
	tap(kiosk.ButtonStop)
	if len(posted) != 1 {
		t.Errorf("the second tap was taken: %v", posted)
	}
	pass()
	tap(kiosk.ButtonStop)
	if len(posted) != 2 || posted[1].Button != kiosk.ButtonStop {
		t.Errorf("a tap of its own was not taken: %v", posted)
	}
	f.Show(kiosk.View{Place: kiosk.Code, Flow: kiosk.FlowP, Codes: 5, Pad: kiosk.PadCode, Shows: kiosk.ShowsClear, Secret: s})
	test.Tap(f.key1(t, layout.CapChar, '0'))
	if s.Len() != 0 {
		t.Error("the second tap typed a digit")
	}
	pass()
	test.Tap(f.key1(t, layout.CapChar, '0'))
	if s.Len() != 1 {
		t.Error("a key of its own was not taken")
	}
}

// However long painting takes: the second tap waits in the window system's queue
// meanwhile, and its time is not known.
func TestTouchMadeBeforeAPageIsOnTheGlassDoesNothing(t *testing.T) {
	posted := 0
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) { posted++ })
	var painted, stopped func()
	waits := 0
	f.taps.painted = func(do func()) func() { waits++; painted = do; return stopped }
	stopped = func() { waits-- }
	f.Show(kiosk.View{Place: kiosk.LastTry, Flow: kiosk.FlowP, Tries: 1, Card: true, Message: kiosk.MsgLastTry})
	f.Show(kiosk.View{Place: kiosk.Code, Flow: kiosk.FlowP, Codes: 5, Pad: kiosk.PadCode, Shows: kiosk.ShowsClear, Secret: s})
	if waits != 1 {
		t.Errorf("%d pages are waited for", waits)
	}
	if test.Tap(f.key1(t, layout.CapChar, '0')); s.Len() != 0 || posted != 0 || f.Standing().Place != 0 {
		t.Errorf("%d characters and %d events of a page that was not seen, on %v", s.Len(), posted, f.Standing().Place)
	}
	painted()
	if test.Tap(f.key1(t, layout.CapChar, '0')); s.Len() != 1 || f.Standing().Place != kiosk.Code {
		t.Errorf("%d characters of a page that was seen, on %v", s.Len(), f.Standing().Place)
	}
	f.Show(kiosk.View{Place: kiosk.Code, Flow: kiosk.FlowP, Codes: 4, Pad: kiosk.PadCode, Shows: kiosk.ShowsClear, Secret: s})
	if test.Tap(f.key1(t, layout.CapChar, '1')); s.Len() != 2 || f.Standing().Codes != 4 {
		t.Errorf("%d characters: a view that stays on its page is not waited for", s.Len())
	}
}

// Who taps twice on *next page* reads the page between, and does not press what stands
// at that place on the last one.
func TestSecondTapOfTwoTurnsNoSecondPage(t *testing.T) {
	var posted []kiosk.Event
	f, _ := newDisplay(t, layout.Panel10, func(e kiosk.Event) { posted = append(posted, e) })
	var moment time.Time
	f.taps.now = func() time.Time { return moment }
	pass := func() { moment = moment.Add(twoTaps) }
	f.Show(long)
	if f.screen.Pages < 3 {
		t.Fatalf("%d pages", f.screen.Pages)
	}
	next := func() {
		for _, k := range f.targets() {
			if k.it.Turn > 0 {
				test.Tap(k)
				return
			}
		}
	}
	for want := 1; want < f.screen.Pages; want++ {
		if next(); f.page != want {
			t.Fatalf("on page %d, want %d", f.page, want)
		}
		for _, k := range f.targets() { // whatever stands under the finger now
			if k.it.Turn >= 0 && k.it.Kind == layout.Button {
				test.Tap(k)
			}
		}
		if f.page != want || len(posted) != want {
			t.Errorf("the second tap was taken: page %d, %v", f.page, posted)
		}
		pass()
	}
}
