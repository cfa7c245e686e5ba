package visit

import (
	"image"
	"image/draw"
	"math"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/plan"
)

// paint draws a layout as a toolkit would, a text as a bar of its ink.
func paint(s plan.Screen) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, int(s.W), int(s.H)))
	box(m, plan.Rect{W: s.W, H: s.H}, s.Paper)
	paintItems(m, s.Items)
	return m
}

func paintItems(m *image.RGBA, items []plan.Item) {
	for _, it := range items {
		switch it.Kind {
		case plan.Line:
			box(m, plan.Rect{X: it.X, Y: it.Y + it.H*0.35, W: it.W, H: it.H * 0.3}, it.Ink)
		case plan.Surface, plan.Button, plan.Key, plan.Cell, plan.Bar, plan.Round:
			box(m, it.Rect, it.Edge)
			it.X, it.Y, it.W, it.H = it.X+it.Thick, it.Y+it.Thick, it.W-2*it.Thick, it.H-2*it.Thick
			box(m, it.Rect, it.Paper)
		}
		paintItems(m, it.Inside)
	}
}

func box(m *image.RGBA, r plan.Rect, c plan.Role) {
	if c == plan.None {
		return
	}
	round := func(v float32) int { return int(math.Round(float64(v))) }
	at := image.Rect(round(r.X), round(r.Y), round(r.X+r.W), round(r.Y+r.H))
	draw.Draw(m, at, image.NewUniform(c.Colour()), image.Point{}, draw.Src)
}

// stations are the places where the script waits for the screen.
var stations = []kiosk.Place{kiosk.Idle, kiosk.Needs, kiosk.PlaceCard, kiosk.Plan, kiosk.Code, kiosk.NewSecret, kiosk.Again,
	kiosk.Confirm, kiosk.Proof, kiosk.Telling, kiosk.TakeCard, kiosk.Thanks}

func TestAScreenIsToldFromAllOthers(t *testing.T) {
	for _, panel := range []plan.Panel{plan.Panel10, plan.Panel15} {
		r := &Resident{Panel: panel, Tries: 5}
		for _, p := range stations {
			m := paint(r.screen(p, empty(p)))
			for _, q := range stations {
				s := r.screen(q, empty(q))
				if got := drawn(m, s); got != (p == q) {
					t.Errorf("%v: the picture of %s is taken for %s: %v (%.4f wrong)", panel.W, p, q, got, unlike(m, s))
				}
			}
		}
	}
}

func TestAnEmptyScreenIsNoPictureOfAnything(t *testing.T) {
	r := &Resident{Panel: plan.Panel10}
	m := image.NewRGBA(image.Rect(0, 0, 1280, 800))
	for _, p := range stations {
		if drawn(m, r.screen(p, empty(p))) {
			t.Errorf("black is taken for %s", p)
		}
	}
	if drawn(image.NewRGBA(image.Rect(0, 0, 10, 10)), r.screen(kiosk.Idle, plan.Fill{})) {
		t.Error("a picture of another size is taken")
	}
}

// A pad on which one character is missing is not full.
func TestATapThatWasLostIsNoticed(t *testing.T) {
	r := &Resident{Panel: plan.Panel10, Tries: 5}
	for p, n := range map[kiosk.Place]int{kiosk.Code: 8, kiosk.NewSecret: 10, kiosk.Again: 10, kiosk.Proof: 4} {
		full := r.screen(p, plan.Fill{Typed: n})
		short := empty(p)
		short.Typed = n - 1
		if p == kiosk.NewSecret || p == kiosk.Again {
			short.Form = 0 // nine characters are a good entry too
		}
		if !drawn(paint(full), full) {
			t.Errorf("%s: a full pad is not taken for one", p)
		}
		if drawn(paint(r.screen(p, short)), full) {
			t.Errorf("%s: a pad that lacks a character is taken for full", p)
		}
	}
}

func TestEveryKeyAndButtonThatTheScriptNeedsIsThere(t *testing.T) {
	for _, panel := range []plan.Panel{plan.Panel10, plan.Panel15} {
		for tries := range int8(6) {
			r := &Resident{Panel: panel, Tries: tries}
			pads := map[kiosk.Place]string{kiosk.Code: "0123456789", kiosk.Proof: "0123456789",
				kiosk.NewSecret: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", kiosk.Again: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}
			for p, keys := range pads {
				s := r.screen(p, plan.Fill{Typed: 4})
				for _, c := range []byte(keys) {
					if _, ok := find(s, c); !ok {
						t.Errorf("the pad of %s lacks a key", p)
					}
				}
			}
			for _, p := range stations {
				want := kiosk.ButtonOK
				if p == kiosk.Plan && tries < 5 {
					want = kiosk.ButtonReset
				}
				if p == kiosk.PlaceCard || p == kiosk.TakeCard {
					continue // these wait for the card
				}
				has := false
				for _, it := range r.screen(p, plan.Fill{}).Items {
					has = has || it.Kind == plan.Button && it.Press == want
				}
				if !has {
					t.Errorf("%s with %d tries has no button %s", p, tries, want)
				}
			}
		}
	}
}

func TestThePhonesTroubleIsRead(t *testing.T) {
	page := "<div class=\"trouble\" role=\"alert\"><strong>!</strong><div><p>ちがいます</p>\n<p class=\"en\">Not right.</p></div></div>"
	if got := trouble(page); got != "Not right." {
		t.Errorf("trouble is %q", got)
	}
}
