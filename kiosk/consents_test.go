package kiosk

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

func nameIn(l secret.List, row int8, of NameOf) (name string) {
	for i := 0; ; i++ {
		r, ok := NameRune(l, row, of, i)
		if !ok {
			return name
		}
		name += string(r)
	}
}

func TestConsentsComeBackFromTheirList(t *testing.T) {
	l, err := secret.NewList()
	must.OK(t, err)
	one := Consent{ID: [16]byte{1, 15: 2}, Service: [16]byte{3}, Items: 15, Lang: [8]byte{'j', 'a'}, Text: [32]byte{31: 9}, From: 1_795_000_000, Until: -1, Last: 7}
	all := make([]Consent, MaxConsents)
	for i := range all {
		all[i] = one
		all[i].ID[0], all[i].Company, all[i].Title = byte(i), []byte(strings.Repeat("𩸽", MaxName)), []byte("引越し")
	}
	all[7].Company = nil
	if !PutConsents(l, all) {
		t.Fatal("fifty consents of the longest names have no room")
	}
	for i := range int8(MaxConsents) {
		want := all[i]
		want.Company, want.Title = nil, nil
		if got, ok := ConsentIn(l, i); !ok || !reflect.DeepEqual(got, want) {
			t.Fatalf("row %d: %+v, want %+v", i, got, want)
		}
		if got := nameIn(l, i, NameOfCompany) + nameIn(l, i, NameOfService); got != string(all[i].Company)+"引越し" {
			t.Fatalf("row %d: names %q", i, got)
		}
	}
	for _, row := range []int8{-1, MaxConsents, 127} {
		if _, ok := ConsentIn(l, row); ok || nameIn(l, row, NameOfCompany) != "" {
			t.Errorf("there is a row %d", row)
		}
	}
	if _, ok := NameRune(l, 0, NameOfCompany, -1); ok {
		t.Error("there is a character before the first")
	}
	for _, bad := range [][]byte{[]byte(strings.Repeat("x", MaxName+1)), {0xff}, bytes.Repeat([]byte("x"), 300)} {
		if PutConsents(l, []Consent{{Company: bad}}) || PutConsents(l, []Consent{{Title: bad}}) {
			t.Errorf("a name %q was put in", bad)
		}
	}
	if PutConsents(l, make([]Consent, MaxConsents+1)) || nameIn(l, 49, NameOfService) != "引越し" {
		t.Error("a list that is too long was put in, or what cannot be put in erased the one before")
	}
	if l.Wipe(); nameIn(l, 0, NameOfService) != "" {
		t.Error("wiped")
	}
}
