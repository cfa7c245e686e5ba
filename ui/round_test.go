package ui

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// The watchdog's round draws the same view every few seconds, maybe while a
// finger is down: the button under it must stay the same object, or the
// toolkit does not tell it that the finger was lifted.
func TestWatchdogRoundKeepsATouchUnderWay(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := kiosk.View{Place: kiosk.Code, Flow: kiosk.FlowP, Pad: kiosk.PadCode, Secret: s}
	f.Show(v)
	for _, ch := range []byte("12345678") {
		s.Append(ch)
	}
	f.Show(v)
	before := f.targets()
	f.Show(v)
	after := f.targets()
	ok := false
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("%q is another object", before[i].it.Text)
		}
		ok = ok || before[i].it.Press == kiosk.ButtonOK
	}
	if !ok || len(before) != len(after) {
		t.Errorf("%d targets, then %d; OK among them: %v", len(before), len(after), ok)
	}
	s.Drop()
	if f.Show(v); len(f.targets()) == len(before) {
		t.Error("a shorter entry still has its OK")
	}
}

func TestPageOfGettingReadyIsDrawnUnlessAnotherHasComeBefore(t *testing.T) {
	begin := func(more func(*Display)) (f *Display, before *kiosk.View) {
		f, _ = newDisplay(t, layout.Panel10, func(kiosk.Event) {})
		f.told.Store(1)
		draw := f.first(kiosk.View{Place: kiosk.Starting})
		more(f)
		before = f.standing.Load()
		draw()
		return f, before
	}
	if f, before := begin(func(*Display) {}); before != nil || f.standing.Load() == nil {
		t.Error("it was not drawn")
	}
	if f, before := begin(func(f *Display) { f.Show(kiosk.View{Place: kiosk.Idle}) }); f.standing.Load() != before {
		t.Error("it was drawn over the next one")
	}
}
