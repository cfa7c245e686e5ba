package layout

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// byRows is scanning by rows as it begins on a screen.
func byRows(s Screen, at kiosk.Place) Focus { return Focus{Shown: true, ByRows: true}.Begin(s, at) }

// Each target is reached by two presses at most, and far sooner on a pad of letters than one after the other.
func TestScanningByRowsReachesEveryTargetByTwoPresses(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		if v.Lang != kiosk.English || v.Size != kiosk.SizeNormal {
			return
		}
		all, most := s.Stops(), 0
		for _, want := range all {
			f, steps := byRows(s, v.Place), 0
			for in := false; steps < 200 && f.Shown; steps++ {
				if row := f.Row(s); !in && len(row) > 0 && rowOf(s.rows(), want.Stop()) == rowOf(s.rows(), f.At) {
					if f, in = f.Enter(s); !in { // alone in its row
						in = true
					}
					continue
				}
				if it, ok := f.On(s); ok && in && it.Stop() == want.Stop() {
					break
				}
				f = f.Scan(s, v.Place)
			}
			if it, ok := f.On(s); !ok || it.Stop() != want.Stop() {
				t.Errorf("%s is not reached in %d steps", want.what(), steps)
			}
			most = max(most, steps)
		}
		if v.Pad == kiosk.PadLetters && s.Page+1 == s.Pages && v.Choosing == kiosk.NoChoice && len(all) > 36 && most > 24 {
			t.Errorf("%d steps to the farthest of %d targets", most, len(all))
		}
	})
}

// A row that was entered by mistake is left after two rounds, and a screen without a press rests.
func TestARowIsLeftAfterTwoRoundsAndScanningRests(t *testing.T) {
	v := kiosk.View{Place: kiosk.Proof, Flow: kiosk.FlowP, Pad: kiosk.PadPIN, Tries: 3}
	s := Lay(v, Panel10, Fill{})
	f, in := byRows(s, v.Place).Enter(s)
	if row := (Focus{Shown: true, ByRows: true, row: true, At: f.At}).Row(s); !in || len(row) != 3 || len(f.Row(s)) != 1 {
		t.Fatalf("the first row has %d targets, of which %d have the focus", len(row), len(f.Row(s)))
	}
	for range InRow * 3 {
		if f.row {
			t.Fatal("the row is left too soon")
		}
		f = f.Scan(s, v.Place)
	}
	if !f.row || f.At != byRows(s, v.Place).At {
		t.Errorf("the row is not left: %v", f)
	}
	steps := 0
	for ; f.Shown; steps++ {
		if f = f.Scan(s, v.Place); steps > 1000 {
			t.Fatal("it never rests")
		}
	}
	if want := Rounds * len(s.rows()); steps != want || !f.ByRows {
		t.Errorf("it rests after %d steps, not %d", steps, want)
	}
	if f = f.Pressed(); !f.row || f.rounds != 0 {
		t.Error("behind a press it goes over targets")
	}
	if f = f.Move(s, v.Place, +1); f.row {
		t.Error("a key goes over rows")
	}
}

// The ring goes around all of a row, and over no target of another.
func TestRingGoesAroundARow(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		if v.Lang != kiosk.English || v.Size != kiosk.SizeNormal {
			return
		}
		for _, row := range s.rows() {
			it, ok := Focus{Shown: true, ByRows: true, row: true, At: row[len(row)-1].Stop()}.Framed(s)
			if !ok {
				t.Errorf("no ring")
			}
			ring := Ring(it, v.Theme)[0].Rect
			for _, other := range s.Stops() {
				if in := rowOf(s.rows(), other.Stop()) == rowOf(s.rows(), row[0].Stop()); in != ring.overlaps(other.Rect) {
					t.Errorf("the ring of the row of %s, %v, over %s: %v", row[0].what(), ring, other.what(), !in)
				}
			}
		}
	})
	if _, ok := (Focus{ByRows: true}).Framed(Screen{}); ok {
		t.Error("a ring around nothing")
	}
}
