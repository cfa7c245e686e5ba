package main

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// A round through the pages of choices passes each language in each theme, and finds each of its buttons.
func TestTourPassesEachLanguageInEachTheme(t *testing.T) {
	want := int(kiosk.Themes) * (2*int(kiosk.Langs) + 2)
	spoken := 0
	all := tour(layout.Panel10)
	for _, tap := range all {
		if tap.Speaks {
			spoken++
		}
	}
	if len(all) != want || spoken != int(kiosk.Themes)*int(kiosk.Langs) {
		t.Errorf("%d taps, not %d; %d of them change the language", len(all), want, spoken)
	}
}
