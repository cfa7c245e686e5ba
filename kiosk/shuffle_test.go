package kiosk

import "testing"

func TestDigitsOfACardsSecretAreShuffledWhereTheShopWantsItAndTheTextIsSmall(t *testing.T) {
	seen := 0
	for i, y := range stations(t) {
		for _, flow := range []Flow{FlowP, FlowU} {
			for _, size := range Sizes() {
				for _, wanted := range []bool{true, false} {
					s := y.s
					s.Flow, s.Size, s.Shop.Shuffle = flow, size, wanted
					if Look(s).Shuffle {
						t.Errorf("%s: digits are shuffled for who hears them", Place(i))
					}
					s.Shop.Speech = false
					v := Look(s)
					want := wanted && v.Pad == PadPIN && (size == SizeSmall || size == SizeNormal)
					if v.Shuffle != want {
						t.Errorf("%s, flow %s, size %d, wanted %v: shuffled %v", Place(i), flow, size, wanted, v.Shuffle)
					}
					if want {
						seen++
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Error("never shuffled")
	}
}

func TestOrderThatLacksADigitIsTheTelephones(t *testing.T) {
	for _, d := range []Digits{{}, {'1', '1', '3', '4', '5', '6', '7', '8', '9', '0'}, {'a', '2', '3', '4', '5', '6', '7', '8', '9', '0'}, Telephone} {
		if d.At('1') != 0 || d.At('5') != 4 || d.At('0') != 9 {
			t.Errorf("%q", d)
		}
	}
	if d := (Digits{'0', '9', '8', '7', '6', '5', '4', '3', '2', '1'}); d.At('0') != 0 || d.At('1') != 9 || d.At('x') != 0 {
		t.Errorf("%q", d)
	}
}
