package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
	"multicopy.example/ui/layout"
)

// ear is a voice that keeps what it says.
type ear struct {
	said    [][]string
	tones   int
	hushed  int
	private bool
	volume  kiosk.Volume
}

func (e *ear) Say(_ kiosk.Lang, sentences []string, name Name) {
	said := slices.Clone(sentences)
	for i, s := range said {
		of, is := layout.NameSaid(s)
		for at := 0; is; at++ {
			r, ok := name(of, at)
			if !ok {
				break
			}
			if at == 0 {
				said[i] = ""
			}
			said[i] += string(r)
		}
	}
	e.said = append(e.said, said)
}
func (e *ear) Volume(v kiosk.Volume) { e.volume = v }
func (e *ear) Tone()                 { e.tones++ }
func (e *ear) Hush()                 { e.hushed++ }
func (e *ear) Private() bool         { return e.private }

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

// sounding is a display on which a page of sound can be opened.
func sounding(t *testing.T) (*Display, *ear, kiosk.View, *[]kiosk.Event) {
	t.Helper()
	var all []kiosk.Event
	f, _ := newDisplay(t, layout.Panel10, func(e kiosk.Event) {
		if e.Kind == kiosk.Pressed {
			all = append(all, e)
		}
	})
	e := &ear{}
	f.Speaks(e)
	return f, e, kiosk.View{Place: kiosk.Needs, Lang: kiosk.English, Sound: true, Volume: kiosk.VolumeUsual, Tries: -1}, &all
}

// Keys of a keypad set the volume anywhere; what it is now is said, and said as loud as that.
func TestVolumeIsSetByKeysAndSaid(t *testing.T) {
	f, e, v, posted := sounding(t)
	f.Show(v)
	f.keyDown(fyne.KeyPlus, false)
	if all := e.take(); e.volume != kiosk.VolumeUsual || len(all) < 5 || len(*posted) != 1 || (*posted)[0].Button != kiosk.ButtonLouder {
		t.Fatalf("%v is posted, volume %d, said %q", *posted, e.volume, all)
	}
	v.Volume++
	if f.Show(v); e.volume != v.Volume || strings.Join(e.take(), " ") != "Volume: 4 of 5" {
		t.Errorf("volume %d, said %q", e.volume, e.take())
	}
	f.keyDown(fyne.KeyMinus, false)
	f.keyDown(fyne.KeyAsterisk, false)
	if n := len(*posted); n != 3 || (*posted)[1].Button != kiosk.ButtonQuieter || (*posted)[2].Button != kiosk.ButtonDark {
		t.Errorf("%v", *posted)
	}
}

// Two switches reach the page of sound behind the last target, where it is seen and said, and choose on it.
func TestTwoSwitchesReachThePageOfSound(t *testing.T) {
	f, e, v, posted := sounding(t)
	f.Show(v)
	f.keyDown(fyne.KeyTab, false)
	f.keyDown(fyne.KeyTab, true)
	for i := 0; f.focus.At.Press != kiosk.ButtonSound && i < 20; i++ {
		f.keyDown(fyne.KeyTab, true)
	}
	if said := strings.Join(e.take(), " "); !strings.HasPrefix(said, "Sound button") || len(f.mark.Objects) != 3 {
		t.Fatalf("%q is said, %d objects mark it", said, len(f.mark.Objects))
	}
	if f.keyDown(fyne.KeyReturn, false); len(*posted) != 1 || (*posted)[0].Button != kiosk.ButtonSound {
		t.Fatalf("%v", *posted)
	}
	v.Sound, v.Choosing = false, kiosk.ChoiceSound
	f.Show(v)
	if said := strings.Join(e.take(), " "); !strings.Contains(said, "Volume: 3 of 5") || !strings.Contains(said, "Quieter button") {
		t.Errorf("%q", said)
	}
	v.Volume--
	if f.Show(v); strings.Join(e.take(), " ") != "Volume: 2 of 5" {
		t.Error("the volume is not said, or more is")
	}
}

// Dark glass covers every target for a finger and none for keys. A touch presses nothing that stands under it: it
// opens the lit page of sound, answers the question whether a person is there, or has it said how the picture comes back.
func TestATouchOnDarkGlassSaysHowThePictureComesBack(t *testing.T) {
	f, e, v, posted := sounding(t)
	f.Show(v)
	f.keyDown(fyne.KeyTab, false)
	e.take()
	v.Dark, v.Darkened = true, true
	f.Show(v)
	if said := strings.Join(e.take(), " "); len(f.dark.Objects) != 1 || !strings.HasPrefix(said, "The screen is dark") {
		t.Fatalf("%d covers, %q", len(f.dark.Objects), said)
	}
	cover := f.dark.Objects[0].(*target)
	if size := f.win.Content().Size(); cover.Size() != size || !samePaper(cover) {
		t.Errorf("the cover is %v of %v", cover.Size(), size)
	}
	f.keyDown(fyne.KeyTab, false)
	if said := e.take(); len(said) != 3 {
		t.Errorf("a key says %q", said)
	}
	cover.Tapped(nil)
	v.Sound = false
	f.Show(v)
	e.take()
	cover.Tapped(nil)
	if said := strings.Join(e.take(), " "); !strings.HasPrefix(said, "The screen is dark") {
		t.Errorf("%q", said)
	}
	v.Warn, v.Stay = true, true
	f.Show(v)
	cover.Tapped(nil)
	if n := len(*posted); n != 2 || (*posted)[0].Button != kiosk.ButtonSound || (*posted)[1].Button != kiosk.ButtonStay {
		t.Errorf("%v", *posted)
	}
	e.take()
	v.Warn, v.Dark, v.Darkened = false, false, false
	if f.Show(v); len(f.dark.Objects) != 0 || !strings.Contains(strings.Join(e.take(), " "), "The screen shows again") {
		t.Error("the glass stays dark, or it is not said")
	}
}

func samePaper(c *target) bool { return c.it.Paper == layout.CodeDark && c.it.Down == layout.CodeDark }

// consent is the page of one consent, whose company and service are lent.
func consent(t *testing.T) kiosk.View {
	t.Helper()
	l, err := secret.NewList()
	must.OK(t, err)
	t.Cleanup(l.Wipe)
	if !kiosk.PutConsents(l, []kiosk.Consent{{Items: 1}, {Items: 2, Company: []byte("令和銀行"), Title: []byte("住所の変更")}}) {
		t.Fatal("the list has no room")
	}
	return kiosk.View{Place: kiosk.OneConsent, Flow: kiosk.FlowC, Found: kiosk.FoundConsents, Rows: 2, Row: 1, List: l, Lang: kiosk.English}
}

// A company's name is heard in headphones, once, where it stands; where others hear, it is said that it is not.
func TestNamesOfCompaniesAreHeardInHeadphonesAlone(t *testing.T) {
	for _, private := range []bool{true, false} {
		f, e, _ := hearing(t)
		e.private = private
		f.focus.Shown = true
		f.Show(consent(t))
		said := strings.Join(e.take(), " | ")
		named, alone := strings.Count(said, "令和銀行 | 住所の変更"), strings.Count(said, "headphones alone")
		if private != (named == 1) || private != (alone == 0) || alone > 1 || strings.ContainsAny(said, layout.SaidCompany+layout.SaidService) {
			t.Errorf("private %v: %q", private, said)
		}
	}
}
