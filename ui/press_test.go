package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
	"multicopy.example/ui/internal/sample"
	"multicopy.example/ui/layout"
)

// targets are what can be touched now: what lies over the rest alone, where
// something does.
func (f *Display) targets() (all []*target) {
	layers := [][]fyne.CanvasObject{f.still.Objects, f.live.Objects}
	if len(f.over.Objects) > 0 {
		layers = [][]fyne.CanvasObject{f.over.Objects}
	}
	for _, objects := range layers {
		for _, o := range objects {
			if t, ok := o.(*target); ok {
				all = append(all, t)
			}
		}
	}
	return all
}

func (f *Display) key1(t *testing.T, c layout.Cap, ch byte) *target {
	t.Helper()
	for _, k := range f.targets() {
		if k.it.Kind == layout.Key && k.it.Cap == c && k.it.Char == ch {
			return k
		}
	}
	t.Fatalf("no key %d %q", c, ch)
	return nil
}

// Touching every planned target, at its own place on the glass, posts just its
// own event, for the place it was drawn on.
func TestTouchPostsTheTargetsOwnEvent(t *testing.T) {
	var got []kiosk.Event
	f, s := newDisplay(t, layout.Panel10, func(e kiosk.Event) { got = append(got, e) })
	pressed := 0
	for _, v := range sample.Views(kiosk.Japanese, kiosk.SizeNormal) {
		typeIn(s, v)
		v.Secret = s
		f.Show(v.View)
		for _, k := range f.targets() {
			if k.it.Turn != 0 { // page_test.go turns pages
				continue
			}
			got = nil
			typeIn(s, v)
			f.Show(v.View)
			at := fyne.NewPos(k.it.X+k.it.W/2, k.it.Y+k.it.H/2)
			if k.it.Kind == layout.Surface {
				at = fyne.NewPos(2, 2)
			}
			test.TapCanvas(f.win.Canvas(), at)
			want := kiosk.Event{Kind: kiosk.Pressed, Button: k.it.Press, Lang: k.it.Lang, Theme: k.it.Theme, Row: k.it.Row, Place: v.Place}
			switch {
			case k.it.Kind == layout.Surface:
				want.Button = kiosk.ButtonStay
			case k.it.Cap == layout.CapShow:
				want = kiosk.Event{}
			case k.it.Kind == layout.Key:
				want = kiosk.Event{Kind: kiosk.KeyPressed, Place: v.Place}
			}
			if want == (kiosk.Event{}) && len(got) == 0 {
				continue
			}
			if len(got) != 1 || got[0] != want {
				t.Errorf("%s: touching %q posted %v, want %v", v.Name, k.it.Text, got, want)
			}
			pressed++
		}
	}
	if pressed < 500 {
		t.Errorf("only %d touches", pressed)
	}
}

func shown(f *Display) (dots, chars int) {
	for _, o := range f.live.Objects {
		switch o := o.(type) {
		case *canvas.Circle:
			dots++
		case *canvas.Text:
			if len(o.Text) == 1 {
				chars++
			}
		}
	}
	return dots, chars
}

func contents(t *testing.T, s secret.Secret) (out string) {
	t.Helper()
	for i := range s.Len() {
		b, _ := s.At(i)
		out += string(rune(b))
	}
	return out
}

func TestPadTakesEveryKey(t *testing.T) {
	keys := 0
	f, s := newDisplay(t, layout.Panel10, func(e kiosk.Event) {
		if e.Kind == kiosk.KeyPressed {
			keys++
		}
	})
	f.Show(kiosk.View{Place: kiosk.NewSecret, Flow: kiosk.FlowP, Pad: kiosk.PadLetters, Secret: s})
	const all = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for from := 0; from < len(all); from += 16 {
		part := all[from:min(from+16, len(all))]
		for i := range part {
			test.Tap(f.key1(t, layout.CapChar, part[i]))
		}
		if got := contents(t, s); got != part {
			t.Errorf("typed %q, the slot holds %q", part, got)
		}
		if dots, _ := shown(f); dots < len(part) {
			t.Errorf("%d dots for %d characters", dots, len(part))
		}
		test.Tap(f.key1(t, layout.CapErase, 0))
		if got := contents(t, s); got != part[:len(part)-1] {
			t.Errorf("erased one of %q: %q", part, got)
		}
		test.Tap(f.key1(t, layout.CapClear, 0))
		if s.Len() != 0 {
			t.Error("cleared, and something is left")
		}
	}
	if keys != len(all)+6 {
		t.Errorf("%d events for %d touches", keys, len(all)+6)
	}
}

// A ninth digit, a fifth, a seventeenth character changes nothing.
func TestFullPadTakesNoMore(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	for _, v := range []kiosk.View{
		{Place: kiosk.Code, Flow: kiosk.FlowP, Pad: kiosk.PadCode, Secret: s},
		{Place: kiosk.Proof, Flow: kiosk.FlowP, Pad: kiosk.PadPIN, Secret: s},
		{Place: kiosk.Proof, Flow: kiosk.FlowU, Pad: kiosk.PadLetters, Secret: s},
	} {
		s.Wipe()
		f.Show(v)
		_, most := v.Pad.Length()
		for range most {
			test.Tap(f.key1(t, layout.CapChar, '1'))
		}
		test.Tap(f.key1(t, layout.CapChar, '2'))
		if got := contents(t, s); len(got) != most || got[most-1] != '1' {
			t.Errorf("%v holds %q", v.Pad, got)
		}
	}
}

// OK appears with the last character that is needed and goes with it, without
// a new view.
func TestOKIsPostedOnceAView(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	f.Show(kiosk.View{Place: kiosk.Proof, Flow: kiosk.FlowP, Pad: kiosk.PadPIN, Secret: s})
	ok := func() bool {
		for _, k := range f.targets() {
			if k.it.Press == kiosk.ButtonOK {
				return true
			}
		}
		return false
	}
	for i := range 4 {
		if ok() {
			t.Errorf("OK after %d digits", i)
		}
		test.Tap(f.key1(t, layout.CapChar, '7'))
	}
	if !ok() {
		t.Error("no OK after 4 digits")
	}
	test.Tap(f.key1(t, layout.CapErase, 0))
	if ok() {
		t.Error("OK stayed after one was erased")
	}
}

// Between OK and the next view the entry belongs to the loop: a finger that is
// quicker than the screen must not change what is being sent.
func TestKeyAfterOKChangesNothing(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := kiosk.View{Place: kiosk.NewSecret, Flow: kiosk.FlowP, Pad: kiosk.PadLetters, Secret: s}
	f.Show(v)
	for _, ch := range []byte("ABC123") {
		test.Tap(f.key1(t, layout.CapChar, ch))
	}
	late := f.key1(t, layout.CapChar, 'Z')
	for _, k := range f.targets() {
		if k.it.Press == kiosk.ButtonOK {
			test.Tap(k)
		}
	}
	test.Tap(late)
	if got := contents(t, s); got != "ABC123" {
		t.Errorf("the entry is %q", got)
	}
	f.Show(v)
	test.Tap(f.key1(t, layout.CapChar, 'Z'))
	if got := contents(t, s); got != "ABC123Z" {
		t.Errorf("the next view takes no keys: %q", got)
	}
}

// One character, the last, and only while the key is held.
func TestShowHidesTheCharacterAgain(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := kiosk.View{Place: kiosk.Proof, Flow: kiosk.FlowP, Pad: kiosk.PadPIN, Secret: s}
	f.Show(v)
	for _, ch := range []byte("482") {
		test.Tap(f.key1(t, layout.CapChar, ch))
	}
	show := f.key1(t, layout.CapShow, 0)
	if dots, chars := shown(f); dots != 3 || chars != 0 {
		t.Errorf("before: %d dots, %d characters", dots, chars)
	}
	for _, lift := range []func(){func() { show.MouseUp(&desktop.MouseEvent{}) }, show.MouseOut, func() { v.Place = kiosk.Code; f.Show(v) }} {
		show.MouseDown(&desktop.MouseEvent{})
		if dots, chars := shown(f); dots != 2 || chars != 1 {
			t.Errorf("held: %d dots, %d characters", dots, chars)
		}
		lift()
		if _, chars := shown(f); chars != 0 {
			t.Error("lifted, and a character stayed")
		}
	}
}

// A new secret is kept in mind by reading it once: a touch shows all of it, the next
// hides it, and so does another screen. It starts hidden.
func TestNewSecretIsSeenWholeBetweenTwoTouches(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := kiosk.View{Place: kiosk.NewSecret, Flow: kiosk.FlowP, Pad: kiosk.PadLetters, Shows: kiosk.ShowsWhole, Secret: s}
	f.Show(v)
	for _, ch := range []byte("SAKURA25") {
		test.Tap(f.key1(t, layout.CapChar, ch))
	}
	look := func(when string, want int) {
		t.Helper()
		if dots, chars := shown(f); chars != want || dots < 8-want {
			t.Errorf("%s: %d dots, %d characters", when, dots, chars)
		}
	}
	look("at first", 0)
	test.Tap(f.key1(t, layout.CapShow, 0))
	look("shown", 8)
	test.Tap(f.key1(t, layout.CapErase, 0))
	look("erased one", 7)
	test.Tap(f.key1(t, layout.CapChar, '6'))
	test.Tap(f.key1(t, layout.CapShow, 0))
	look("hidden", 0)
	test.Tap(f.key1(t, layout.CapShow, 0))
	v.Place = kiosk.Again
	f.Show(v)
	look("on the next screen", 0)
}

// The one-time password is read off a phone and compared by eye.
func TestOneTimePasswordIsSeenAsItIsTyped(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	f.Show(kiosk.View{Place: kiosk.Code, Flow: kiosk.FlowP, Pad: kiosk.PadCode, Codes: 5, Shows: kiosk.ShowsClear, Secret: s})
	for i, ch := range []byte("12345678") {
		test.Tap(f.key1(t, layout.CapChar, ch))
		if _, chars := shown(f); chars != i+1 {
			t.Errorf("%d digits are seen of %d", chars, i+1)
		}
	}
}

// The first key takes the notice away, and the second may be under a finger then.
func TestKeyUnderAFingerStaysWhenTheNoticeGoes(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := kiosk.View{Place: kiosk.Code, Flow: kiosk.FlowP, Codes: 4, Pad: kiosk.PadCode, Shows: kiosk.ShowsClear, Message: kiosk.MsgWrongCode, Secret: s}
	f.Show(v)
	test.Tap(f.key1(t, layout.CapChar, '1'))
	down := f.key1(t, layout.CapChar, '2')
	down.MouseDown(&desktop.MouseEvent{})
	v.Message = kiosk.NoMessage
	f.Show(v)
	if f.key1(t, layout.CapChar, '2') != down {
		t.Error("the key was made anew under the finger")
	}
}

// The watchdog's round shows the same view again and again; that must cost
// nothing and must not take a key from under a finger.
func TestSameViewIsNotBuiltAgain(t *testing.T) {
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	v := kiosk.View{Place: kiosk.Proof, Flow: kiosk.FlowP, Tries: 3, Pad: kiosk.PadPIN, Secret: s}
	f.Show(v)
	key := f.key1(t, layout.CapChar, '5')
	test.Tap(key)
	f.Show(v)
	if f.key1(t, layout.CapChar, '5') != key {
		t.Error("the keys were made anew")
	}
	s.Wipe() // by a timer, which the display does not know of
	f.Show(v)
	if dots, _ := shown(f); dots != 0 {
		t.Error("what was wiped still stands there as dots")
	}
}

// A loop that has records to close must not hang on a window that is gone.
func TestShowReturnsAfterTheEnd(t *testing.T) {
	f, _ := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	f.end()
	f.end()
	f.Show(kiosk.View{Place: kiosk.Idle})
	if f.drawn {
		t.Error("drawn on a window that is gone")
	}
}

// What the layout measured is what Fyne draws: no text is wider than its box.
func TestFyneDrawsTextsAsWideAsMeasured(t *testing.T) {
	newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	n := 0
	for l := range kiosk.Langs {
		for _, v := range sample.Views(l, kiosk.SizeLarge) {
			for _, it := range layout.Lay(v.View, layout.Panel10, layout.Fill{Typed: v.Typed, Form: v.Form}).Items {
				for _, in := range append([]layout.Item{it}, it.Inside...) {
					if in.Kind != layout.Line {
						continue
					}
					var w float32
					for _, run := range runs(in) {
						size, _ := fyne.CurrentApp().Driver().RenderedTextSize(run.text, in.Px, fyne.TextStyle{Bold: in.Bold}, run.source)
						w += size.Width
					}
					if w > in.W+1 {
						t.Errorf("%q is %.1f wide, planned %.1f", in.Text, w, in.W)
					}
					n++
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d texts", n)
	}
}
