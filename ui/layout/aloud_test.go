package layout

import (
	"slices"
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// aloudViews are the samples in two languages, of which the first is said in another's sentences.
func aloudViews(do func(v sample.View, f Fill, pages []Screen)) {
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		for _, v := range sample.Views(l, kiosk.SizeNormal) {
			do(v, Fill{v.Typed, v.Form}, pagesOf(v, Panel10))
		}
	}
}

// Whatever stands on a screen, and be it an error, is said; no sentence is said twice, and under a
// question only the question is.
func TestEverySentenceOfAScreenIsSaidOnce(t *testing.T) {
	aloudViews(func(v sample.View, f Fill, pages []Screen) {
		for no, s := range pages {
			said := Aloud(v.View, Panel10, f, no, true)
			for i, one := range said {
				if slices.Contains(said[:i], one) || strings.Contains(one, "●") {
					t.Errorf("%s: %q", v.Name, one)
				}
			}
			if v.Lang != kiosk.English {
				if len(said) == 0 && no == 0 && len(s.aloud()) > 0 {
					t.Errorf("%s: nothing is said", v.Name)
				}
				continue
			}
			for _, it := range s.Items {
				if it.Kind == Line && it.Over == (v.Warn && v.Stay) && !slices.Contains(said, sayable(it)) && sayable(it) != "" {
					t.Errorf("%s: %q is not said", v.Name, it.Of)
				}
			}
		}
	})
}

// Every target is said with its label, what it is, and where it stands among how many.
func TestWhatHasTheFocusIsSaidWithItsRoleAndPlace(t *testing.T) {
	aloudViews(func(v sample.View, f Fill, pages []Screen) {
		for no, s := range pages {
			for _, it := range s.Stops() {
				said, tone := AloudFocus(v.View, Panel10, f, no, Focus{Shown: true, At: it.Stop()}, true)
				if tone || len(said) != 3 || slices.Contains(said, "") || strings.ContainsAny(said[2], "{}") {
					t.Errorf("%s: %q is %q", v.Name, it.Text, said)
				}
			}
		}
	})
}

// A key of a card's secret, and how many were typed, is heard by the person alone. A one-time
// password stands on the screen in clear, and is worth nothing without card and PIN.
func TestASecretsKeysAreOneToneWhereOthersHear(t *testing.T) {
	keys := 0
	aloudViews(func(v sample.View, f Fill, pages []Screen) {
		for no, s := range pages {
			for _, it := range s.Stops() {
				if it.Cap != CapChar {
					continue
				}
				said, tone := AloudFocus(v.View, Panel10, f, no, Focus{Shown: true, At: it.Stop()}, false)
				if secret := v.Pad != kiosk.PadCode; secret != tone || secret != (said == nil) {
					t.Errorf("%s: %q said, a tone: %v", v.Name, said, tone)
				}
				row := Focus{Shown: true, ByRows: true, row: true, At: it.Stop()}
				if said, tone = AloudFocus(v.View, Panel10, f, no, row, false); (v.Pad != kiosk.PadCode) != tone || tone != (said == nil) {
					t.Errorf("%s: of a row %q is said, a tone: %v", v.Name, said, tone)
				}
				if said, _ = AloudFocus(v.View, Panel10, f, no, row, true); !slices.Contains(said, it.Text) {
					t.Errorf("%s: in headphones %q is said of the row of %s", v.Name, said, it.Text)
				}
				keys++
			}
		}
		if said, tone := AloudTyped(v.View, f, false); v.Pad == kiosk.PadPIN && (said != nil || !tone) {
			t.Errorf("%s: %q is said of an entry", v.Name, said)
		}
	})
	if keys < 1000 {
		t.Errorf("only %d keys", keys)
	}
}

// Each piece of each sentence is a clip or is put together from characters that have one.
func TestPiecesOfASentenceAreItsNumbersAndWhatStandsBetween(t *testing.T) {
	for sentence, want := range map[string]string{
		"Tries left: 3":           "Tries left:|3",
		"12 February 2027, 09:05": "12|February|2|0|2|7|09|05",
		"今回、あと2回です。":              "今回、あと|2|回です。",
		"0120-95-0178":            "0|1|2|0|95|0|1|7|8",
		"":                        "",
	} {
		if got := strings.Join(text.Pieces(sentence), "|"); got != want {
			t.Errorf("%q: %q", sentence, got)
		}
	}
}
