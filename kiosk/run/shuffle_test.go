package run

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"multicopy.example/kiosk"
)

// A key that was seen on one page says nothing on the next. Each move to a page has a new number.
func TestDigitsStandInAnotherOrderOnEachPage(t *testing.T) {
	l, seen := &Loop{}, map[kiosk.Digits]bool{}
	for l.state.Op = range 50 {
		d, at := l.shuffled(), map[int]bool{}
		for _, digit := range kiosk.Telephone {
			at[d.At(digit)] = true
		}
		if seen[d] || len(at) != 10 || d != l.shuffled() {
			t.Errorf("%q again, not each digit once, or not the same while the page stands", d)
		}
		seen[d] = true
	}
}

// Under the hand that types nothing moves, and the log does not tell the order.
func TestOrderOfDigitsStaysWhileItsPageStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := start(t, func(b *bench) { b.shop.Shuffle, b.log = true, &log })
		b.walkTo(kiosk.Proof, newCard())
		v := b.now()
		if !v.Shuffle || v.Digits == (kiosk.Digits{}) {
			t.Errorf("shuffled %v, %q", v.Shuffle, v.Digits)
		}
		b.loop.Post(kiosk.Event{Kind: kiosk.KeyPressed, Place: kiosk.Proof})
		b.press(kiosk.ButtonLang)
		b.press(kiosk.ButtonBack)
		if now := b.now(); now.Place != kiosk.Proof || now.Digits != v.Digits {
			t.Errorf("at %s the order is %q, not %q", now.Place, now.Digits, v.Digits)
		}
		b.stop()
		if strings.Contains(log.String(), string(v.Digits[:])) {
			t.Error("the order of digits is in the log")
		}
	})
}

func TestDigitsStandAsOnATelephoneWhereNothingElseIsWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Proof, newCard())
		if v := b.now(); v.Shuffle || v.Digits != (kiosk.Digits{}) {
			t.Errorf("%q", v.Digits)
		}
		b.stop()
	})
}
