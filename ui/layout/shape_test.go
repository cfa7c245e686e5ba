package layout

import (
	"slices"
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// On every page that names a secret to be typed, chosen or known its shape stands,
// also where the name is a clerk's in Japanese; where it is typed, the places of its
// characters are that shape. A sentence that goes over the end of a page has it where it ends.
func TestSecretIsNamedWithItsShape(t *testing.T) {
	named, apart := map[kiosk.Pad]int{}, 0
	for _, s := range all() {
		pages := byView()[s.name[:strings.LastIndex(s.name, "/")]]
		near := shapes(s.view, pages[max(s.Page-1, 0):min(s.Page+3, len(pages))])
		here := shapes(s.view, []Screen{s.Screen})
		bar, _ := s.bar()
		for _, it := range s.Items {
			if it.Shape != kiosk.NoPad {
				boxed(report{t, s.name}, it)
			}
			if it.Kind != Line || it.Live || s.view.Now > 0 && it.Y+it.H <= bar.Y+1 || s.view.Choosing != kiosk.NoChoice {
				continue
			}
			for pad := kiosk.PadCode; pad <= kiosk.PadLetters; pad++ {
				if !strings.Contains(it.Of, text.Of(s.view.Lang, padNames[pad])) {
					continue
				}
				if named[pad]++; !near[pad] {
					t.Errorf("%s: %q without the shape %d", s.name, it.Of, pad)
				} else if !here[pad] {
					apart++
				}
			}
		}
	}
	for pad := kiosk.PadCode; pad <= kiosk.PadLetters; pad++ {
		if named[pad] < 500 || apart > named[pad]/10 {
			t.Errorf("secret %d was named %d times, %d lines stand on another page than the shape", pad, named[pad], apart)
		}
	}
}

// shapes are those on some pages of a view.
func shapes(v sample.View, pages []Screen) map[kiosk.Pad]bool {
	shown := map[kiosk.Pad]bool{}
	for _, s := range pages {
		for _, it := range s.Items {
			shown[it.Shape] = true
			if it.Kind == Cell {
				shown[v.Pad] = true
			}
		}
	}
	return shown
}

// boxed counts the boxes of a shape, and looks at their groups and characters.
func boxed(t report, it Item) {
	var boxes []Rect
	chars := ""
	for _, in := range it.Inside {
		switch in.Kind {
		case Bar:
			boxes = append(boxes, in.Rect)
		case Line:
			chars += in.Text
		}
	}
	least, _ := it.Shape.Length()
	if len(boxes) != least || len(chars) != least || it.Shape == kiosk.PadLetters != strings.Contains(chars, "A") {
		t.Errorf("%d boxes and %q for %d", len(boxes), chars, it.Shape)
	}
	var gaps []float32
	for i := range boxes[1:] {
		gaps = append(gaps, boxes[i+1].X-boxes[i].X-boxes[i].W)
	}
	wide := slices.Max(gaps) > 2*slices.Min(gaps)
	if wide != (it.Shape == kiosk.PadCode) || wide && slices.Index(gaps, slices.Max(gaps)) != 3 {
		t.Errorf("gaps %v for %d", gaps, it.Shape)
	}
}

// The pages that explain, ask for and confirm a secret show which are meant.
func TestPagesOfSecretsShowTheirShapes(t *testing.T) {
	wants := map[string][]kiosk.Pad{
		"page-which": {kiosk.PadPIN, kiosk.PadLetters}, "needs": {kiosk.PadCode, kiosk.PadPIN, kiosk.PadLetters},
		"P plan": {kiosk.PadLetters, kiosk.PadPIN}, "U plan": {kiosk.PadPIN, kiosk.PadLetters},
		"P confirm": {kiosk.PadLetters, kiosk.PadPIN}, "U confirm unlock": {kiosk.PadPIN, kiosk.PadLetters},
		"P last-try": {kiosk.PadPIN}, "U last-try": {kiosk.PadLetters}, "P code": {kiosk.PadCode},
		"P new-secret": {kiosk.PadLetters}, "U new-secret": {kiosk.PadPIN}, "P again": {kiosk.PadLetters}, "P proof": {kiosk.PadPIN},
		"P telling reset": {kiosk.PadLetters, kiosk.PadPIN}, "U telling unlocked": {kiosk.PadPIN}, "P telling E-LCK": {kiosk.PadPIN},
		"P telling E-UNK": {kiosk.PadPIN, kiosk.PadCode},
	}
	for name := range panels {
		for _, l := range spoken(name) {
			for _, z := range kiosk.Sizes() {
				for _, v := range sample.Views(l, z) {
					shown := shapes(v, laidPages(name, l, z, v))
					for _, pad := range wants[v.Name] {
						if !shown[pad] {
							t.Errorf("%s: no shape %d", viewName(name, l, z, v), pad)
						}
					}
				}
			}
		}
	}
}
