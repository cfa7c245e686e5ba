package uidriver

import (
	"image"
	"image/draw"
	"math"
	"testing"

	"multicopy.example/cmd/internal/pixels"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// paint draws a layout as a toolkit would, a text as a bar of its ink.
func paint(s layout.Screen) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, int(s.W), int(s.H)))
	box(m, layout.Rect{W: s.W, H: s.H}, s.Paper)
	paintItems(m, s.Items)
	return m
}

func paintItems(m *image.RGBA, items []layout.Item) {
	for _, it := range items {
		switch it.Kind {
		case layout.Line:
			box(m, layout.Rect{X: it.X, Y: it.Y + it.H*0.35, W: it.W, H: it.H * 0.3}, it.Ink)
		case layout.Surface, layout.Button, layout.Key, layout.Cell, layout.Bar, layout.Round:
			box(m, it.Rect, it.Edge)
			it.X, it.Y, it.W, it.H = it.X+it.Thick, it.Y+it.Thick, it.W-2*it.Thick, it.H-2*it.Thick
			box(m, it.Rect, it.Paper)
		}
		paintItems(m, it.Inside)
	}
}

func box(m *image.RGBA, r layout.Rect, c layout.Role) {
	if c == layout.None {
		return
	}
	round := func(v float32) int { return int(math.Round(float64(v))) }
	at := image.Rect(round(r.X), round(r.Y), round(r.X+r.W), round(r.Y+r.H))
	draw.Draw(m, at, image.NewUniform(c.Colour(kiosk.ThemeLight)), image.Point{}, draw.Src)
}

// residents are the visits that the demo makes.
func residents(panel layout.Panel) []*Resident {
	panel.Reader = layout.Reader{Side: layout.Right, MM: 120}
	return []*Resident{
		{Panel: panel, Flow: kiosk.FlowP, Act: kiosk.Reset, Tries: 5, Slip: true},
		{Panel: panel, Flow: kiosk.FlowP, Act: kiosk.Unlock, Tries: 2},
		{Panel: panel, Flow: kiosk.FlowU, Act: kiosk.Reset, Tries: 0},
	}
}

// stations are the places where the script waits for the screen.
func (r *Resident) stations() []kiosk.Place {
	list := []kiosk.Place{kiosk.Idle, kiosk.Needs, kiosk.PlaceCard, kiosk.Plan, kiosk.Code, kiosk.Confirm, kiosk.Proof,
		kiosk.DoubtCard, kiosk.DoubtAgain, kiosk.Telling, kiosk.TakeCard, kiosk.Thanks}
	if r.Act == kiosk.Reset {
		list = append(list, kiosk.NewSecret, kiosk.Again)
	}
	return list
}

func everyVisit(do func(*Resident)) {
	for _, r := range append(residents(layout.Panel10), residents(layout.Panel15)[:1]...) {
		do(r)
	}
}

func TestAScreenIsToldFromAllOthers(t *testing.T) {
	everyVisit(func(r *Resident) {
		screens := map[kiosk.Place]layout.Screen{}
		for _, p := range r.stations() {
			screens[p] = r.screen(p, r.empty(p))
		}
		for p, seen := range screens {
			m := paint(seen)
			for q, s := range screens {
				if got := pixels.Drawn(m, s); got != (p == q) {
					t.Errorf("%v %s %s: the picture of %s is taken for %s: %v", r.Panel.W, r.Flow, r.Act, p, q, got)
				}
			}
		}
	})
}

func TestAnEmptyScreenIsNoPictureOfAnything(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 1280, 800))
	for _, r := range residents(layout.Panel10) {
		for _, p := range r.stations() {
			if pixels.Drawn(m, r.screen(p, r.empty(p))) {
				t.Errorf("black is taken for %s", p)
			}
		}
		if pixels.Drawn(image.NewRGBA(image.Rect(0, 0, 10, 10)), r.screen(kiosk.Idle, layout.Fill{})) {
			t.Error("a picture of another size is taken")
		}
	}
}

// A pad on which one character is missing is not full.
func TestATapThatWasLostIsNoticed(t *testing.T) {
	everyVisit(func(r *Resident) {
		for _, p := range r.stations() {
			value := map[kiosk.Pad][]byte{kiosk.PadCode: []byte("48260571"), kiosk.PadPIN: []byte("4826"), kiosk.PadLetters: []byte("AB12CD34E5")}[r.state(p).Pad()]
			if value == nil {
				continue
			}
			full := r.screen(p, r.typed(p, value))
			if !pixels.Drawn(paint(full), full) {
				t.Errorf("%s: a full pad is not taken for one", p)
			}
			if pixels.Drawn(paint(r.screen(p, r.typed(p, value[:len(value)-1]))), full) {
				t.Errorf("%s: a pad that lacks a character is taken for full", p)
			}
			half := r.screen(p, r.typed(p, value[:len(value)/2]))
			if !pixels.Drawn(paint(half), half) || pixels.Drawn(paint(full), half) {
				t.Errorf("%s: a half full pad is not told from a full one", p)
			}
		}
	})
}

func TestEveryKeyAndButtonThatTheScriptNeedsIsThere(t *testing.T) {
	everyVisit(func(r *Resident) {
		for _, p := range r.stations() {
			keys := map[kiosk.Pad]string{kiosk.PadCode: "0123456789", kiosk.PadPIN: "0123456789", kiosk.PadLetters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}[r.state(p).Pad()]
			s := r.screen(p, layout.Fill{Typed: 4})
			for _, c := range []byte(keys) {
				if _, ok := find(s, c); !ok {
					t.Errorf("the pad of %s lacks a key", p)
				}
			}
			want := kiosk.ButtonOK
			switch {
			case p == kiosk.PlaceCard || p == kiosk.DoubtCard || p == kiosk.TakeCard:
				continue // these wait for the card
			case p == kiosk.Plan && r.Act == kiosk.Unlock:
				want = kiosk.ButtonUnlock
			case p == kiosk.Plan && r.Tries < r.Flow.Target().Full():
				want = kiosk.ButtonReset
			}
			has := false
			for _, it := range r.screen(p, layout.Fill{}).Items {
				has = has || it.Kind == layout.Button && it.Press == want
			}
			if !has {
				t.Errorf("%s with %d tries has no button %s", p, r.Tries, want)
			}
		}
	})
}
