package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// ear is a voice that keeps what it says.
type ear struct {
	said    [][]string
	tones   int
	hushed  int
	private bool
}

func (e *ear) Say(_ kiosk.Lang, s []string) { e.said = append(e.said, s) }
func (e *ear) Tone()                        { e.tones++ }
func (e *ear) Hush()                        { e.hushed++ }
func (e *ear) Private() bool                { return e.private }

func (e *ear) take() (last []string) {
	if n := len(e.said); n > 0 {
		last = e.said[n-1]
	}
	e.said = nil
	return last
}

func hearing(t *testing.T) (*Display, *ear, kiosk.View) {
	t.Helper()
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	e := &ear{}
	f.Speaks(e)
	v := pin
	v.Lang, v.Secret = kiosk.English, s
	return f, e, v
}

func TestWhoTouchesHearsNothing(t *testing.T) {
	f, e, v := hearing(t)
	f.Show(v)
	f.keyDown(fyne.Key1, false)
	if len(e.said)+e.tones != 0 {
		t.Errorf("said: %q", e.said)
	}
}

// The first key has the page read, the next ones the button alone, and a whole round the
// page again.
func TestAPageIsReadOnceAndAgainAfterARound(t *testing.T) {
	f, e, _ := hearing(t)
	f.Show(kiosk.View{Place: kiosk.Needs, Lang: kiosk.English})
	f.keyDown(fyne.KeyTab, false)
	all := e.take()
	if len(all) < 5 || !slices.Contains(all, "button") {
		t.Fatalf("%q", all)
	}
	whole := 0
	for range f.screen.Stops() {
		f.keyDown(fyne.KeyTab, false)
		switch said := e.take(); len(said) {
		case 3:
		case len(all):
			whole++
		default:
			t.Errorf("%q", said)
		}
	}
	if whole != 1 {
		t.Errorf("the page is read %d times in a round", whole)
	}
	f.Show(kiosk.View{Place: kiosk.Idle, Lang: kiosk.English})
	if e.hushed == 0 || len(e.take()) != 0 {
		t.Error("the next person hears the one before")
	}
}

// With headphones digits are said; without, each is one tone, and so is each character that is
// typed.
func TestDigitsOfASecretAreHeardInHeadphonesAlone(t *testing.T) {
	for _, private := range []bool{false, true} {
		f, e, v := hearing(t)
		e.private = private
		f.Show(v)
		f.keyDown(fyne.KeyTab, false)
		e.take()
		tones := e.tones
		f.keyDown(fyne.KeyTab, false)
		said := strings.Join(e.take(), " ")
		f.keyDown(fyne.KeyReturn, false)
		typed := strings.Join(e.take(), " ")
		if private && (said != "2 key 3 of 14" && !strings.HasPrefix(said, "2 key") || !strings.HasPrefix(typed, "Typed: 1") || e.tones != 0) {
			t.Errorf("with headphones: %q, %q, %d tones", said, typed, e.tones)
		}
		if !private && (said != "" || strings.Contains(typed, "Typed") || e.tones != tones+2) {
			t.Errorf("without: %q, %q, %d tones", said, typed, e.tones-tones)
		}
	}
}

// What was wrong is said when it is shown, without what was said already.
func TestAnErrorIsSaidWhenItComes(t *testing.T) {
	f, e, v := hearing(t)
	f.Show(v)
	f.keyDown(fyne.KeyTab, false)
	e.take()
	v.Message, v.Tries = kiosk.MsgWrongProof, 2
	f.Show(v)
	said := strings.Join(e.take(), " ")
	if !strings.Contains(said, "Wrong PIN") || !strings.Contains(said, "Tries left: 2") || strings.Contains(said, "The card checks") {
		t.Errorf("%q", said)
	}
}
