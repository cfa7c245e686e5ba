package layout

import (
	"math"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

func begun(s Screen, at kiosk.Place) Focus { return Focus{Shown: true}.Begin(s, at) }

// Next goes over every target that a touch reaches, each once, and back does the same.
func TestNextReachesEveryTargetOnce(t *testing.T) {
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		for _, by := range []int{+1, -1} {
			want := map[Stop]bool{}
			for _, it := range s.Items {
				if over := v.Warn && v.Stay; (it.Kind == Button || it.Kind == Key) && it.Over == over {
					if want[it.Stop()] {
						t.Errorf("%s cannot be told from another", it.what())
					}
					want[it.Stop()] = true
				}
			}
			f := begun(s, v.Place)
			for range len(want) {
				f = f.Move(s, v.Place, by)
				it, ok := f.On(s)
				if !ok || !want[it.Stop()] {
					t.Errorf("by %d the focus is at %v again, or at nothing", by, f.At)
					return
				}
				delete(want, it.Stop())
			}
			if _, ok := f.Move(s, v.Place, by).On(s); len(want) > 0 || !ok && len(s.Stops()) > 0 {
				t.Errorf("by %d %d targets are not reached", by, len(want))
			}
		}
	})
}

// A person who presses at once, with eyes elsewhere, ends nothing and does nothing that
// cannot be undone.
func TestFocusBeginsAtNothingThatEndsOrActs(t *testing.T) {
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		it, ok := begun(s, v.Place).On(s)
		if !ok {
			for _, it := range s.Stops() {
				if rank(v.Place, it) < last {
					t.Errorf("it begins at nothing, and %s is there", it.what())
				}
			}
			return
		}
		asks := v.Warn && v.Stay
		switch {
		case it.Press == kiosk.ButtonEnd, it.Press == kiosk.ButtonStop && it.Turn == 0 && it.Kind == Button && v.Place != kiosk.LastTry:
			t.Errorf("it begins at %s", it.what())
		case it.Press == kiosk.ButtonOK && it.Kind == Button && (v.Place == kiosk.HoldAsk || v.Place == kiosk.WithdrawAsk || v.Place == kiosk.DoubtAgain || v.Place == kiosk.LastTry):
			t.Errorf("it begins at what it asks about, %s", it.what())
		case asks && it.Press != kiosk.ButtonStay:
			t.Errorf("under a question it begins at %s", it.what())
		case v.Pad != kiosk.NoPad && s.Page+1 == s.Pages && !asks && v.Choosing == kiosk.NoChoice && it.Cap != CapChar:
			t.Errorf("a pad begins at %s", it.what())
		case !asks && v.Choosing == kiosk.NoChoice && s.Page+1 < s.Pages && it.Turn <= 0:
			t.Errorf("a page that is not the last begins at %s", it.what())
		}
	})
}

func TestTargetsBesideEachOtherAreReadFromLeftToRight(t *testing.T) {
	every(t, func(t report, _ Panel, _ sample.View, s Screen) {
		all := s.Stops()
		for i := 1; i < len(all); i++ {
			a, b := all[i-1], all[i]
			if a.Kind == b.Kind && a.Y == b.Y && a.X > b.X || a.Cap == CapChar && b.Cap == CapChar && b.Y < a.Y {
				t.Errorf("%s is read before %s", a.what(), b.what())
			}
		}
	})
}

// The focus stays where it was while a character is typed, and begins anew where its
// target is gone.
func TestFocusStaysOnItsTargetWhileThatIsThere(t *testing.T) {
	v := kiosk.View{Place: kiosk.Proof, Flow: kiosk.FlowP, Pad: kiosk.PadPIN, Tries: 3}
	empty, full := Lay(v, Panel10, Fill{Form: kiosk.FormShort}), Lay(v, Panel10, Fill{Typed: 4})
	f := Focus{Shown: true, At: Stop{Kind: Key, Cap: CapChar, Char: '7'}}
	if f.Stay(full, v.Place) != f {
		t.Error("a key is left")
	}
	f.At = Stop{Kind: Button, Press: kiosk.ButtonOK}
	if f.Stay(full, v.Place) != f || f.Stay(empty, v.Place).At != (Stop{Kind: Key, Cap: CapChar, Char: '1'}) {
		t.Error("the focus is at a button that is gone")
	}
	if _, ok := f.On(empty); ok {
		t.Error("a button that is not drawn has the focus")
	}
}

// The first use of a key shows where one is, and moves nothing.
func TestAHiddenFocusIsShownBeforeItMoves(t *testing.T) {
	v := kiosk.View{Place: kiosk.Idle, Looks: true}
	s := Lay(v, Panel10, Fill{})
	f := Focus{}.Begin(s, v.Place)
	if _, ok := f.On(s); ok {
		t.Error("it is shown before a key is used")
	}
	f = f.Move(s, v.Place, +1)
	if it, ok := f.On(s); !ok || it.Press != kiosk.ButtonOK {
		t.Errorf("the first key shows %v", f.At)
	}
}

func TestScanningPassesEverythingAndRestsAfterItsRounds(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		if panel.W != Panel10.W || v.Lang != kiosk.English || v.Size != kiosk.SizeNormal || len(s.Stops()) == 0 { // the others differ in where targets stand
			return
		}
		f, passed := begun(s, v.Place), map[Stop]int{}
		steps := 0
		for ; f.Shown && steps <= Rounds*len(s.Stops())+1; steps++ {
			f = f.Scan(s, v.Place)
			passed[f.At]++
		}
		delete(passed, Stop{}) // where it rests, on a screen that begins at nothing
		if n := len(s.Stops()); steps > Rounds*n+1 || len(passed) != n {
			t.Errorf("%d steps over %d of %d targets", steps, len(passed), n)
		}
	})
	v := kiosk.View{Place: kiosk.Idle}
	s := Lay(v, Panel10, Fill{})
	f := begun(s, v.Place)
	for range 1000 {
		if f = f.Scan(s, v.Place).Pressed(); !f.Shown {
			t.Fatal("it rests although a switch is pressed")
		}
	}
}

// Whatever the paper beside a target, one of the ring's two colours stands out by 3:1,
// and the two from each other.
func TestRingStandsOutOnEveryPaper(t *testing.T) {
	apart := func(a, b float64) float64 { return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05) }
	in, out := luminance(RingInner), luminance(RingOuter)
	if apart(in, out) < 7 {
		t.Error("the ring's colours are alike")
	}
	for theme := range kiosk.Themes {
		if line := luminance(Ring(Item{}, theme)[1].Colour); apart(line, luminance(Page.Colour(theme))) < 7 {
			t.Errorf("%v: the ring's own line is not seen on the page", theme)
		}
		for r := None + 1; r < roles; r++ {
			if l := luminance(r.Colour(theme)); math.Max(apart(l, in), apart(l, out)) < 3 {
				t.Errorf("%v: on paper %d the ring is not seen", theme, r)
			}
		}
	}
}

// The ring lies on the glass, and over no other target.
func TestRingTouchesNoOtherTarget(t *testing.T) {
	every(t, func(t report, panel Panel, _ sample.View, s Screen) {
		for _, it := range s.Stops() {
			outer := Ring(it, kiosk.Theme(0))[0].Rect
			if outer.X < 0 || outer.Y < 0 || outer.X+outer.W > float32(panel.W) || outer.Y+outer.H > float32(panel.H) {
				t.Errorf("the ring of %s leaves the glass", it.what())
			}
			for _, other := range s.Stops() {
				if other.Stop() != it.Stop() && outer.overlaps(other.Rect) {
					t.Errorf("the ring of %s lies over %s", it.what(), other.what())
				}
			}
		}
	})
}

func TestStaffsTargetsAreReachedToo(t *testing.T) {
	eachStaff(func(name string, st Staff, panel Panel, typed int) {
		s := LayStaff(st, panel, Fill{Typed: typed}, 0)
		f, seen := begun(s, kiosk.Staff), map[Stop]bool{}
		for range s.Stops() {
			f = f.Move(s, kiosk.Staff, +1)
			seen[f.At] = true
		}
		if len(seen) != len(s.Stops()) {
			t.Errorf("%s: %d of %d targets", name, len(seen), len(s.Stops()))
		}
	})
}
