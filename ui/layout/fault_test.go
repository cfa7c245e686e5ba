package layout

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/internal/sample"
)

// faults is what the arithmetic finds wrong with a page.
func faults(panel Panel, v sample.View, s Screen) (found []string) {
	for _, check := range []func(Panel, sample.View, Screen) []string{overlapping, outside, small, close, unread, faint, dim, far} {
		found = append(found, check(panel, v, s)...)
	}
	return found
}

func TestPagesHaveNoFault(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		for _, f := range faults(panel, v, s) {
			t.Error(f)
		}
	})
}

// overlapping: an item over another, or out of its sheet.
func overlapping(_ Panel, _ sample.View, s Screen) (found []string) {
	for i, a := range s.Items {
		for _, b := range s.Items[i+1:] {
			if a.Over != b.Over || !a.overlaps(b.Rect) {
				continue
			}
			if a.solid() && b.solid() {
				found = append(found, b.what()+" lies over "+a.what())
			}
			if a.Kind == Surface && !a.holds(b.Rect) {
				found = append(found, b.what()+" runs out of its sheet "+a.what())
			}
			if b.Kind == Surface && a.solid() {
				found = append(found, a.what()+" is hidden by a sheet "+b.what())
			}
		}
	}
	return found
}

// outside: an item off the glass, or a part outside of its item.
func outside(panel Panel, _ sample.View, s Screen) (found []string) {
	glass := Rect{0, 0, float32(panel.W), float32(panel.H)}
	for _, it := range s.Items {
		if !glass.holds(it.Rect) {
			found = append(found, it.what()+" is outside")
		}
		for _, in := range it.Inside {
			if !it.holds(in.upright()) {
				found = append(found, in.what()+" runs out of "+it.what())
			}
		}
	}
	if len(s.Items) == 0 {
		found = append(found, "an empty screen")
	}
	return found
}

// upright is the rectangle of a stroke that goes up or left.
func (it Item) upright() Rect {
	r := it.Rect
	if r.W < 0 {
		r.X, r.W = r.X+r.W, -r.W
	}
	if r.H < 0 {
		r.Y, r.H = r.Y+r.H, -r.H
	}
	return r
}

// small: targets of less than 12.7 mm, digit keys of less than 20, letter keys of
// less than 18.
func small(panel Panel, v sample.View, s Screen) (found []string) {
	for _, it := range s.Items {
		least := float32(12.7)
		switch {
		case it.Kind == Key && it.Cap == CapChar && v.Pad == kiosk.PadLetters:
			least = 18
		case it.Kind == Key && it.Cap == CapChar:
			least = 20
		case it.Kind != Key && it.Kind != Button:
			continue
		}
		if w, h := it.W/panel.mm(), it.H/panel.mm(); min(w, h) < least-0.01 {
			found = append(found, fmt.Sprintf("%s is %.1f by %.1f mm", it.what(), w, h))
		}
	}
	return found
}

// close: less than 2.54 mm between two targets.
func close(panel Panel, _ sample.View, s Screen) (found []string) {
	var targets []Item
	for _, it := range s.Items {
		if it.Kind == Button || it.Kind == Key {
			targets = append(targets, it)
		}
	}
	for i, a := range targets {
		for _, b := range targets[i+1:] {
			dx := max(a.X, b.X) - min(a.X+a.W, b.X+b.W)
			dy := max(a.Y, b.Y) - min(a.Y+a.H, b.Y+b.H)
			if gap := max(dx, dy) / panel.mm(); a.Over == b.Over && gap < 2.54 {
				found = append(found, fmt.Sprintf("%s and %s are %.1f mm apart", a.what(), b.what(), gap))
			}
		}
	}
	return found
}

func texts(s Screen) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for _, it := range s.Items {
			if it.Kind == Line && !yield(it) {
				return
			}
			for _, in := range it.Inside {
				if in.Kind == Line && !yield(in) {
					return
				}
			}
		}
	}
}

// unread: text below the floor of its size, wider than its line, or broken before what may not begin a line.
func unread(panel Panel, v sample.View, s Screen) (found []string) {
	floor := map[kiosk.Size]float32{kiosk.SizeSmall: 3.5, kiosk.SizeNormal: 4.8, kiosk.SizeLarge: 6.4, kiosk.SizeLargest: 8.5}[v.Size]
	bad := func(it Item, format string, args ...any) {
		found = append(found, it.what()+" "+fmt.Sprintf(format, args...))
	}
	for it := range texts(s) {
		floor := floor
		if it.Ruby {
			floor *= rubySize
		}
		if capMM := it.Px * capital / panel.mm(); capMM < floor {
			bad(it, "has capitals of %.1f mm", capMM)
		}
		if it.Px != ceil(it.Px) {
			bad(it, "has a size of %v", it.Px)
		}
		if w := Width(it.Text, it.Px, it.Bold); w > it.W {
			bad(it, "is %.0f wide", w)
		}
		if first := []rune(it.Text)[0]; strings.ContainsRune(notFirst, first) {
			bad(it, "begins with %q", first)
		}
	}
	return found
}

// far: a control in the upper half of an upright panel, or a row of more than
// seven letters.
func far(panel Panel, _ sample.View, s Screen) (found []string) {
	if !panel.portrait() {
		return nil
	}
	rows := map[float32]int{}
	for _, it := range s.Items {
		if (it.Kind == Button || it.Kind == Key) && it.Y < s.H/2 && it.Staff.Button != staff.ButtonCell { // the touch grid tries the upper half too
			found = append(found, it.what()+" is in the upper half")
		}
		if it.Kind == Key && it.Cap == CapChar {
			rows[it.Y]++
		}
	}
	for _, n := range rows {
		if n > 7 {
			found = append(found, fmt.Sprintf("a row of %d keys", n))
		}
	}
	return found
}

// Each kind of fault is found where it is made.
func TestArithmeticFindsWhatIsWrong(t *testing.T) {
	find := func(name string, want Kind) (laid, int) {
		for _, s := range all() {
			if strings.HasPrefix(s.name, name) {
				for i, it := range s.Items {
					if it.Kind == want && it.Cap != CapShow {
						return s, i
					}
				}
			}
		}
		t.Fatalf("no %s", name)
		return laid{}, 0
	}
	for _, c := range []struct {
		page string
		kind Kind
		harm func(*Item)
		says string
	}{
		{"10.1/0/0/needs/", Line, func(it *Item) { it.Y += 60 }, "lies over"},
		{"10.1/0/0/needs/", Line, func(it *Item) { it.X -= 200 }, "is outside"},
		{"10.1/0/0/needs/", Line, func(it *Item) { it.Px = 20 }, "capitals of"},
		{"10.1/1/2/needs/", Line, func(it *Item) { it.Px = 60 }, "capitals of"},
		{"10.1/0/0/needs/", Line, func(it *Item) { it.Px *= 2 }, "wide"},
		{"10.1/0/0/needs/", Line, func(it *Item) { it.Ink = Edge }, "contrast"},
		{"10.1/0/0/needs/", Button, func(it *Item) { it.Edge = Faint }, "hardly seen"},
		{"10.1/0/0/needs/", Button, func(it *Item) { it.W = 70 }, "by"},
		{"10.1/0/0/P proof/", Key, func(it *Item) { it.H -= 3 }, "mm"},
		{"10.1/0/0/U proof/", Key, func(it *Item) { it.X += 3 }, "mm apart"},
		{"portrait/0/0/U proof/", Key, func(it *Item) { it.Y = 900 }, "upper half"},
		{"10.1/0/0/P telling reset/", Surface, func(it *Item) { it.H -= 40 }, "runs out of its sheet"},
	} {
		s, i := find(c.page, c.kind)
		if was := faults(s.panel, s.view, s.Screen); len(was) > 0 {
			continue // TestPagesHaveNoFault says it
		}
		s.Items = slices.Clone(s.Items)
		c.harm(&s.Items[i])
		if got := strings.Join(faults(s.panel, s.view, s.Screen), "\n"); !strings.Contains(got, c.says) {
			t.Errorf("%s: %d %q harmed, and found is %q, not %q", c.page, c.kind, s.Items[i].Text, got, c.says)
		}
	}
}
