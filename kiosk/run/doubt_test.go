package run

import (
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

// What lies on the reader while a write is in doubt.

// In doubt, and another person's card lies on the reader: it is read and named,
// nothing else touches it, and the secrets do not wait for ever.
func TestAnotherCardInDoubtIsReadAndNamedOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		c, other := newCard(), &card{name: "his", auth: 3, sign: 5, pin: "7392"}
		c.tear = true
		b.walkTo(kiosk.Writing, c)
		b.until(kiosk.DoubtCard, 5*time.Second)
		before := len(b.all())
		b.put(other)
		b.until(kiosk.DoubtReading, 2*time.Second)
		if v := b.until(kiosk.DoubtCard, 2*time.Second); v.Message != kiosk.MsgOtherCard {
			t.Errorf("told %s", v.Message)
		}
		v := b.until(kiosk.Telling, 95*time.Second)
		if v.Message != kiosk.MsgUnknown {
			t.Errorf("told %s", v.Message)
		}
		b.empty("after the doubt was given up")
		for _, d := range b.all()[before:] {
			switch d {
			case "card read", "card release", "authority settle unknown", "ledger settled", "ledger ended", "authority health":
			default:
				t.Errorf("with another card on the reader: %s", d)
			}
		}
		b.stop()
	})
}

// A card that slips in and out is no touch: the clock of the question runs on,
// whatever is read meanwhile.
func TestSlippingCardHoldsNoSecretLongerThanSilenceDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		c, other := newCard(), &card{name: "his", auth: 3, sign: 5, pin: "7392"}
		c.tear = true
		b.walkTo(kiosk.Writing, c)
		b.until(kiosk.DoubtCard, 5*time.Second)
		began, reads := time.Now(), 0
		for b.now().Place != kiosk.Telling && time.Since(began) < 15*time.Minute {
			b.put(other)
			b.until(kiosk.DoubtReading, 2*time.Second)
			reads++
			b.lift()
			time.Sleep(4 * time.Second)
		}
		if held := time.Since(began); held > 96*time.Second || reads < 10 {
			t.Errorf("the secrets were held for %v, over %d readings", held, reads)
		}
		b.empty("after the doubt was given up")
		b.stop()
	})
}

func TestRightCardAfterAnotherSettlesTheDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		c, other := newCard(), &card{name: "his", auth: 3, sign: 5, pin: "7392"}
		c.sign, c.tear = 2, true
		b.walkTo(kiosk.Writing, c)
		b.until(kiosk.DoubtCard, 5*time.Second)
		b.put(other)
		b.until(kiosk.DoubtReading, 2*time.Second)
		b.until(kiosk.DoubtCard, 2*time.Second)
		b.lift()
		time.Sleep(time.Second)
		b.put(c)
		if v := b.until(kiosk.Telling, 5*time.Second); v.Message != kiosk.MsgReset {
			t.Errorf("the counter is full again, told %s", v.Message)
		}
		if b.count("card verify") != 1 || b.count("card run") != 1 {
			t.Error("a try or a write was spent to find out")
		}
		b.stop()
	})
}
