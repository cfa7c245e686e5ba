package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// held is a display whose clock is moved by hand: fire lets the time of the page
// that stands run out.
func held(t *testing.T, post func(kiosk.Event)) (f *Display, fire func()) {
	t.Helper()
	f, _ = newDisplay(t, layout.Panel10, post)
	var due func()
	f.hold.after = func(d time.Duration, do func()) func() {
		if d < 700*time.Millisecond {
			t.Errorf("a page stands for %v", d)
		}
		due = do
		return func() { due = nil }
	}
	return f, func() {
		if do := due; do != nil {
			due = nil
			do()
		}
	}
}

func at(p kiosk.Place) kiosk.View {
	return kiosk.View{Place: p, Flow: kiosk.FlowP, Act: kiosk.Reset, Tries: 3, Codes: 5, Card: true}
}

// What takes no time is still seen, and the last view always comes.
func TestPageOfTheMachineStandsUntilItWasSeen(t *testing.T) {
	f, fire := held(t, func(kiosk.Event) {})
	f.Show(at(kiosk.Verifying))
	for p := kiosk.Signing; p <= kiosk.Settling; p++ { // Show returns, and the loop is far ahead
		if f.Show(at(p)); f.view.Place != kiosk.Verifying {
			t.Fatalf("%v is shown at once", p)
		}
	}
	f.Show(at(kiosk.Telling))
	if fire(); f.view.Place != kiosk.Telling {
		t.Errorf("then %v is shown", f.view.Place)
	}
	f.Show(at(kiosk.TakeCard)) // a result stands until a person acts, and no clock
	if f.view.Place != kiosk.TakeCard {
		t.Error("a page for a person was held")
	}
}

// Each step that is drawn has its own time.
func TestEachStepHasItsTime(t *testing.T) {
	f, fire := held(t, func(kiosk.Event) {})
	f.Show(at(kiosk.Reading))
	f.Show(at(kiosk.Opening))
	fire()
	if f.Show(at(kiosk.Plan)); f.view.Place != kiosk.Opening {
		t.Errorf("%v cut the second step short", f.view.Place)
	}
	if fire(); f.view.Place != kiosk.Plan {
		t.Errorf("%v stays", f.view.Place)
	}
	fire()
	if f.view.Place != kiosk.Plan {
		t.Error("something came after the last view")
	}
}

// A touch on a page that stands only to be seen is for a place that was left.
func TestTouchOnAPageThatStandsIsNotPosted(t *testing.T) {
	var got []kiosk.Event
	f, fire := held(t, func(e kiosk.Event) { got = append(got, e) })
	f.Show(at(kiosk.CodeAsked))
	stop := f.targets()[0]
	f.Show(at(kiosk.NewSecret))
	if test.Tap(stop); len(got) > 0 {
		t.Errorf("%v posted", got)
	}
	fire()
	f.Show(at(kiosk.CodeAsked))
	if test.Tap(f.targets()[0]); len(got) != 1 || got[0].Button != kiosk.ButtonStop {
		t.Errorf("%v posted: a page that is true has its stop", got)
	}
}

// A card that is lifted shows at once, and so does what is still the same place.
func TestLiftedCardIsNotHeld(t *testing.T) {
	f, fire := held(t, func(kiosk.Event) {})
	f.Show(at(kiosk.Opening))
	f.Show(at(kiosk.Plan))
	gone := at(kiosk.PlaceCard)
	gone.Card, gone.Message = false, kiosk.MsgRemoved
	if f.Show(gone); f.view.Place != kiosk.PlaceCard {
		t.Errorf("%v is shown", f.view.Place)
	}
	if fire(); f.view.Place != kiosk.PlaceCard {
		t.Errorf("%v came back", f.view.Place)
	}
}

// The watchdog's round is answered while a page stands, and what waits is what the
// round brought.
func TestRoundIsAnsweredWhileAPageStands(t *testing.T) {
	f, fire := held(t, func(kiosk.Event) {})
	f.Show(at(kiosk.Settling))
	v := at(kiosk.Telling)
	f.Show(v)
	v.Message = kiosk.MsgReset
	f.Show(v)
	f.Show(v)
	if fire(); f.view != v {
		t.Errorf("%+v is shown", f.view)
	}
}
