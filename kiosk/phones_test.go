package kiosk

import (
	"slices"
	"testing"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

func TestPhonesComeBackFromTheirList(t *testing.T) {
	l, err := secret.NewList()
	must.OK(t, err)
	a := Phone{Carrier: [16]byte{1, 15: 2}, Token: TokenAndroid, User: CertGood, Sign: CertChanged, Since: 1_795_000_000}
	b := Phone{Carrier: [16]byte{3}, Token: TokeniPhone, User: CertHeld, Sign: CertHeld, Since: -1}
	for _, all := range [][]Phone{{a, b}, {b}, nil, {a}} {
		if !PutPhones(l, all) || !slices.Equal(Phones(l), all) {
			t.Errorf("%+v, want %+v", Phones(l), all)
		}
	}
	if PutPhones(l, make([]Phone, MaxPhones+1)) || len(Phones(l)) != 1 {
		t.Error("a list that is too long was put in")
	}
	if found, hold := FoundAmong([]Phone{b, a}); found != FoundGood || hold != a {
		t.Errorf("of two phones the one to hold is %+v", hold)
	}
	if found, _ := FoundAmong([]Phone{b}); found != FoundHeld || !(State{Live: LiveList}).Lists() {
		t.Error("a phone that is held already")
	}
	if l.Wipe(); len(Phones(l)) != 0 || !a.CanBeHeld() || b.CanBeHeld() {
		t.Error("wiped, or to be held")
	}
}
