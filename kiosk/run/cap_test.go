package run

import (
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

// slowly answers what a place asks for, as a person who takes so long for a key.
func (b *bench) slowly(p kiosk.Place, c *card, fresh string, key time.Duration) {
	b.t.Helper()
	entry := map[kiosk.LiveSecrets]string{kiosk.LiveCode: "12345678", kiosk.LiveNew: fresh, kiosk.LiveAgain: fresh, kiosk.LiveProof: c.pin}
	for _, typed := range entry[(kiosk.State{Place: p}).Typing()] {
		b.types(string(typed))
		time.Sleep(key)
	}
	switch p {
	case kiosk.PlaceCard:
		b.put(c)
	case kiosk.Plan:
		b.press(kiosk.ButtonReset)
	default:
		b.ok()
	}
}

// Six seconds a key and 45 a page: a slow person is never wiped, warned out or cut
// off, with the longest password there is.
func TestSlowPersonFinishesTheLongestPassword(t *testing.T) {
	const longest = "SAKURA25SAKURA25"
	synctest.Test(t, func(t *testing.T) {
		b, c := start(t), newCard()
		begun, last := time.Now(), kiosk.Places
		for {
			v := b.now()
			if v.Place == kiosk.Telling {
				break
			}
			if v.Message == kiosk.MsgErased || v.Message == kiosk.MsgRemovedTyped || v.Place == kiosk.TakeCard {
				t.Fatalf("%s says %s after %v", v.Place, v.Message, time.Since(begun))
			}
			if v.Place == last || !v.Place.WaitsForPerson() {
				time.Sleep(100 * time.Millisecond)
				continue
			}
			last = v.Place
			time.Sleep(45 * time.Second)
			b.slowly(v.Place, c, longest, 6*time.Second)
		}
		if v := b.now(); v.Message != kiosk.MsgReset || c.fresh != longest {
			t.Errorf("told %s", v.Message)
		}
		if since := time.Since(begun); since < 10*time.Minute {
			t.Errorf("that was not slow: %v", since)
		}
		b.stop()
	})
}

// Touches that type nothing do not keep a kiosk for ever.
func TestVisitIsCapped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.PlaceCard, nil)
		begun := time.Now()
		for b.now().Place == kiosk.PlaceCard && time.Since(begun) < time.Hour {
			b.press(kiosk.ButtonLang)
			b.press(kiosk.ButtonBack)
			time.Sleep(20 * time.Second)
		}
		if since := time.Since(begun); since < 14*time.Minute || since > 16*time.Minute {
			t.Errorf("%s after %v", b.now().Place, since)
		}
		b.stop()
	})
}

// Who types slowly is not cut off at the cap, and not for ever.
func TestTypingMovesTheCapToItsMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Code, newCard())
		begun := time.Now()
		for b.now().Place == kiosk.Code {
			b.types("1")
			b.now().Secret.Drop()
			time.Sleep(20 * time.Second)
			if time.Since(begun) > 31*time.Minute {
				t.Fatal("a visit that never ends")
			}
		}
		if v := b.now(); v.Place != kiosk.TakeCard || v.Message != kiosk.MsgTimeout || time.Since(begun) < 29*time.Minute {
			t.Errorf("%s, %s after %v", v.Place, v.Message, time.Since(begun))
		}
		b.empty("after the cap")
		b.stop()
	})
}
