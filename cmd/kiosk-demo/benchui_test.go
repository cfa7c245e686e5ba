package main

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// A round through the pages of choices passes each language in each theme, and finds each of its buttons.
func TestTourPassesEachLanguageInEachTheme(t *testing.T) {
	want := int(kiosk.Themes) * (2*int(kiosk.Langs) + 2)
	if got := len(tour(layout.Panel10)); got != want {
		t.Errorf("%d taps, not %d", got, want)
	}
}
