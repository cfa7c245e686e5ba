package layout

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// Besides the two panels that are built: 12.1" and 15.6", which a repair may
// bring.
var panels = map[string]Panel{
	"10.1": Panel10, "15": Panel15,
	"12.1": {W: 1280, H: 800, WMM: 261, HMM: 163}, "15.6": {W: 1920, H: 1080, WMM: 345, HMM: 194},
}

type laid struct {
	name  string
	panel Panel
	view  sample.View
	Screen
}

// all is every sample on every panel, laid out once for all tests.
var all = sync.OnceValue(func() (out []laid) {
	for name, panel := range panels {
		for l := range kiosk.Langs {
			for _, z := range []kiosk.Size{kiosk.SizeNormal, kiosk.SizeLarge} {
				for _, v := range sample.Views(l, z) {
					s := Lay(v.View, panel, Fill{v.Typed, v.Form})
					out = append(out, laid{fmt.Sprintf("%s/%d/%d/%s", name, l, z, v.Name), panel, v, s})
				}
			}
		}
	}
	return out
})

func every(t *testing.T, do func(t *testing.T, panel Panel, v sample.View, s Screen)) {
	for _, s := range all() {
		t.Run(s.name, func(t *testing.T) { do(t, s.panel, s.view, s.Screen) })
	}
	if len(all()) < 1000 {
		t.Errorf("only %d screens were laid out", len(all()))
	}
}

func (r Rect) overlaps(o Rect) bool {
	const touch = 0.5
	return r.X+r.W > o.X+touch && o.X+o.W > r.X+touch && r.Y+r.H > o.Y+touch && o.Y+o.H > r.Y+touch
}

func (r Rect) holds(o Rect) bool {
	const slack = 1.5
	return o.X >= r.X-slack && o.Y >= r.Y-slack && o.X+o.W <= r.X+r.W+slack && o.Y+o.H <= r.Y+r.H+slack
}

func (it Item) solid() bool { return it.Kind != Surface }

func (it Item) what() string { return fmt.Sprintf("%d %q %.0f", it.Kind, it.Text, it.Rect) }

func TestItemsDoNotOverlap(t *testing.T) {
	every(t, func(t *testing.T, panel Panel, _ sample.View, s Screen) {
		for i, a := range s.Items {
			for _, b := range s.Items[i+1:] {
				if a.Over != b.Over || !a.overlaps(b.Rect) {
					continue
				}
				if a.solid() && b.solid() {
					t.Errorf("%s lies over %s", b.what(), a.what())
				}
				if a.Kind == Surface && !a.holds(b.Rect) {
					t.Errorf("%s runs out of its sheet %s", b.what(), a.what())
				}
				if b.Kind == Surface && a.solid() {
					t.Errorf("%s is hidden by a sheet %s", a.what(), b.what())
				}
			}
		}
	})
}

func TestEveryItemIsOnTheGlass(t *testing.T) {
	every(t, func(t *testing.T, panel Panel, _ sample.View, s Screen) {
		glass := Rect{0, 0, float32(panel.W), float32(panel.H)}
		for _, it := range s.Items {
			if !glass.holds(it.Rect) {
				t.Errorf("%s is outside", it.what())
			}
			for _, in := range it.Inside {
				r := in.Rect
				if r.W < 0 {
					r.X, r.W = r.X+r.W, -r.W
				}
				if r.H < 0 {
					r.Y, r.H = r.Y+r.H, -r.H
				}
				if !it.holds(r) {
					t.Errorf("%s runs out of %s", in.what(), it.what())
				}
			}
		}
		if len(s.Items) == 0 {
			t.Error("an empty screen")
		}
	})
}

// VVSG 2.0: 12.7 mm, with 2.54 mm between.
func TestTargetsAreAtLeastMinimumSize(t *testing.T) {
	every(t, func(t *testing.T, panel Panel, _ sample.View, s Screen) {
		mm := float32(panel.W) / panel.WMM
		var targets []Item
		for _, it := range s.Items {
			if it.Kind == Button || it.Kind == Key {
				targets = append(targets, it)
				if it.W/mm < 12.7 || it.H/mm < 12.7 {
					t.Errorf("%s is %.1f by %.1f mm", it.what(), it.W/mm, it.H/mm)
				}
			}
		}
		for i, a := range targets {
			for _, b := range targets[i+1:] {
				if a.Over != b.Over {
					continue
				}
				dx := max(a.X, b.X) - min(a.X+a.W, b.X+b.W)
				dy := max(a.Y, b.Y) - min(a.Y+a.H, b.Y+b.H)
				if max(dx, dy)/mm < 2.54 {
					t.Errorf("%s and %s are %.1f mm apart", a.what(), b.what(), max(dx, dy)/mm)
				}
			}
		}
	})
}

// Digit keys of 20 mm, letter keys 18 mm wide.
func TestDigitKeysAreAtLeast20mm(t *testing.T) {
	every(t, func(t *testing.T, panel Panel, v sample.View, s Screen) {
		mm := float32(panel.W) / panel.WMM
		for _, it := range s.Items {
			if it.Kind != Key || it.Cap != CapChar {
				continue
			}
			if v.Pad == kiosk.PadLetters && it.W/mm < 17.99 || v.Pad != kiosk.PadLetters && min(it.W, it.H)/mm < 19.99 {
				t.Errorf("%s is %.1f by %.1f mm", it.what(), it.W/mm, it.H/mm)
			}
		}
	})
}

func texts(s Screen) (found []Item) {
	for _, it := range s.Items {
		for _, in := range append([]Item{it}, it.Inside...) {
			if in.Kind == Line {
				found = append(found, in)
			}
		}
	}
	return found
}

func TestEveryTextHasSizeAndContrast(t *testing.T) {
	every(t, func(t *testing.T, panel Panel, _ sample.View, s Screen) {
		mm := float32(panel.W) / panel.WMM
		for _, it := range texts(s) {
			if c := Contrast(it.Ink, it.Paper); c < 4.5 {
				t.Errorf("%s has a contrast of %.1f", it.what(), c)
			}
			if capMM := it.Px * capital / mm; capMM < 3.5 {
				t.Errorf("%s has capitals of %.1f mm", it.what(), capMM)
			}
			if it.Px != ceil(it.Px) {
				t.Errorf("%s has a size of %v", it.what(), it.Px)
			}
			if w := Width(it.Text, it.Px, it.Bold); w > it.W {
				t.Errorf("%s is %.0f wide", it.what(), w)
			}
			if first := []rune(it.Text)[0]; strings.ContainsRune(notFirst, first) {
				t.Errorf("%s begins with %q", it.what(), first)
			}
		}
		for _, it := range s.Items {
			if it.Kind == Button || it.Kind == Key {
				for _, in := range it.Inside {
					if in.Kind == Line && Contrast(in.Ink, it.Down) < 4.5 && it.Paper != Primary {
						t.Errorf("%s cannot be read while pressed", it.what())
					}
				}
				if it.Edge != None && Contrast(it.Edge, s.Paper) < 3 {
					t.Errorf("%s: its outline has a contrast of %.1f", it.what(), Contrast(it.Edge, s.Paper))
				}
			}
		}
	})
}

// The running text of the larger size has capitals of 6.1 mm, of the normal
// one 4.8 mm, or more.
func TestTextSizesAreAtLeastTheirFloor(t *testing.T) {
	for name, panel := range panels {
		for z, mm := range map[kiosk.Size]float32{kiosk.SizeNormal: 4.8, kiosk.SizeLarge: 6.1} {
			p := open(kiosk.View{Size: z}, panel, Fill{})
			if got := p.body * capital / p.mm; got < mm {
				t.Errorf("%s: %.2f mm, want %.2f", name, got, mm)
			}
		}
	}
}

// At the normal size every page fits with its running text as it is.
func TestRunningTextIsNotCondensed(t *testing.T) {
	every(t, func(t *testing.T, panel Panel, v sample.View, s Screen) {
		if s.Squeezed > 3 && v.Size == kiosk.SizeNormal {
			t.Errorf("squeezed %d times", s.Squeezed)
		}
	})
}

// The walk of Step proves what filled buttons alone can lead to; it knows them by
// the table of places.
func TestFilledButtonIsTheTablesOne(t *testing.T) {
	every(t, func(t *testing.T, _ Panel, v sample.View, s Screen) {
		for _, it := range s.Items {
			filled := it.Kind == Button && it.Paper == Primary
			if filled && it.Press != v.Place.Filled() && it.Press != kiosk.ButtonStay {
				t.Errorf("%v is filled, the table says %v", it.Press, v.Place.Filled())
			}
		}
	})
}

// What a resident could press that would change nothing is not there.
func TestEveryButtonDoesSomething(t *testing.T) {
	every(t, func(t *testing.T, _ Panel, v sample.View, s Screen) {
		has := map[kiosk.Button]bool{}
		for _, it := range s.Items {
			if it.Kind == Button {
				if has[it.Press] {
					t.Errorf("%v is there twice", it.Press)
				}
				has[it.Press] = true
				if it.Inside == nil || it.Text == "" {
					t.Errorf("%v has no label", it.Press)
				}
			}
		}
		if v.Pad != kiosk.NoPad && has[kiosk.ButtonOK] != !v.Form.Bad() {
			t.Errorf("OK is there: %v; the entry is refused: %v", has[kiosk.ButtonOK], v.Form.Bad())
		}
		if has[kiosk.ButtonUnlock] != (v.Place == kiosk.Plan && v.Unlock) {
			t.Error("unlock")
		}
		if has[kiosk.ButtonStay] != (v.Warn && v.Stay) {
			t.Error("stay")
		}
		if v.Place >= kiosk.Needs && v.Place <= kiosk.Proof && !has[kiosk.ButtonStop] {
			t.Error("a visit that cannot be stopped")
		}
		if v.Place >= kiosk.Verifying && v.Place <= kiosk.Settling && len(has) > 0 {
			t.Error("a burst that can be touched")
		}
	})
}
