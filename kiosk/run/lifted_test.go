package run

import (
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

// Where the field is watched, too, a lifted card shows within half a second: on the
// result, on the page at the counter, at the call to take it. That it was taken is
// believed a second later.
func TestLiftedCardShowsOnTheLastPages(t *testing.T) {
	const chip = 200 * time.Millisecond
	for p := range kiosk.Places {
		if !p.ShowsNumber() || p == kiosk.CounterPage { // which a visit that went well has not
			continue
		}
		for phase := range 12 {
			synctest.Test(t, func(t *testing.T) {
				b, c := start(t), newCard()
				b.walkTo(p, c)
				time.Sleep(time.Second + time.Duration(phase)*37*time.Millisecond)
				if !b.now().Card {
					t.Fatalf("%s: the card is not seen", p)
				}
				b.lift()
				begun := time.Now()
				for b.now().Card {
					if time.Sleep(5 * time.Millisecond); time.Since(begun) > time.Second {
						t.Fatalf("%s: it does not show", p)
					}
				}
				if took := time.Since(begun); took+chip > 500*time.Millisecond {
					t.Errorf("%s: it shows after %v", p, took)
				}
				if b.now().Place != p {
					t.Errorf("%s is left at once", p)
				}
				b.put(c) // it had only slipped
				time.Sleep(500 * time.Millisecond)
				if v := b.now(); !v.Card || v.Place != p {
					t.Errorf("%s: a card that is back is seen: %v", v.Place, v.Card)
				}
				b.stop()
			})
		}
	}
}

// A card that was lifted before it was looked for is not looked for any longer.
func TestCardLiftedDuringTheLastCommandShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Settling, newCard())
		b.lift()
		b.until(kiosk.Telling, 5*time.Second)
		time.Sleep(500 * time.Millisecond)
		if b.now().Card {
			t.Error("it is said to lie there")
		}
		b.stop()
	})
}
