package layout

import (
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
	"multicopy.example/ui/internal/sample"
)

// named lays out the page of one consent with these names, and reads them off its glyphs.
func named(t *testing.T, company, title string, z kiosk.Size) (Screen, string) {
	t.Helper()
	l := lent(t)
	if !kiosk.PutConsents(l, []kiosk.Consent{{Items: 2, Company: []byte(company), Title: []byte(title)}}) {
		t.Fatalf("%q has no room", company)
	}
	s := Lay(kiosk.View{Place: kiosk.OneConsent, Flow: kiosk.FlowC, Found: kiosk.FoundConsents, Rows: 1, List: l, Size: z}, Panel10, Fill{})
	var b strings.Builder
	for _, it := range s.Items {
		if it.Kind == Glyph {
			b.WriteString(it.Text)
		}
	}
	return s, b.String()
}

// lent is one list for all tests of this file: none is given back.
var lent = func() func(*testing.T) secret.List {
	var l secret.List
	return func(t *testing.T) secret.List {
		if l == 0 {
			var err error
			l, err = secret.NewList()
			must.OK(t, err)
		}
		return l
	}
}()

// A name whose characters the font has is shown whole; for one that it lacks 〓 stands, and
// the page says what that is.
func TestNameIsShownWithWhatTheFontHas(t *testing.T) {
	for name, want := range map[string]string{
		"令和銀行": "令和銀行", "Rei Bank": "ReiBank", "鷗外堂書店": "鷗外堂書店", "𠮷野家": "〓野家", "銀行🏦": "銀行〓", "銀\u200b行\u202e": "銀〓行〓", "行\n": "行〓", "": "",
	} {
		want := want
		for _, r := range name { // what the font has is the font's to say
			if want != "" && r > ' ' && !drawable(r) && strings.ContainsRune(want, r) {
				want = strings.ReplaceAll(want, string(r), "〓")
			}
		}
		s, got := named(t, name, "", kiosk.SizeNormal)
		said := strings.Contains(s.String(), "〓は、この画面で表せない文字です。")
		if got != want || said != strings.Contains(want, "〓") {
			t.Errorf("%q is shown as %q, want %q; said: %v", name, got, want, said)
		}
		if name != "" && strings.Contains(s.String(), name) {
			t.Errorf("the printed screen has the name %q", name)
		}
	}
}

// Each name of every script is on the glass, in order, and each character in its own string.
func TestGlyphsOfANameStandOnTheGlass(t *testing.T) {
	seen := 0
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		var before Item
		for _, it := range s.Items {
			if it.Kind != Glyph {
				continue
			}
			if seen++; len([]rune(it.Text)) != 1 || it.Px < 1 || Contrast(it.Ink, it.Paper, kiosk.ThemeLight) < 7 {
				t.Errorf("%q at %.0f px", it.Text, it.Px)
			}
			if it.X < 0 || it.X+it.W > s.W || it.Y+it.H > s.H {
				t.Errorf("%q is outside", it.Text)
			}
			if before.Px == it.Px && before.Y == it.Y && before.X+before.W > it.X+0.01 {
				t.Errorf("%q lies over %q", it.Text, before.Text)
			}
			before = it
		}
	})
	if seen < 1000 {
		t.Errorf("only %d glyphs", seen)
	}
}

// A Latin word is not broken where a line can hold it.
func TestNameIsBrokenBetweenItsWords(t *testing.T) {
	s, _ := named(t, "International Insurance Brokers Co.", "", kiosk.SizeLargest)
	var y float32
	var words []string
	for _, it := range s.Items {
		if it.Kind != Glyph {
			continue
		}
		if it.Y != y {
			words, y = append(words, ""), it.Y
		}
		words[len(words)-1] += it.Text
	}
	for _, line := range words {
		for _, part := range []string{"Intern", "Insur", "Brok"} {
			if strings.Contains(line, part) && !strings.Contains(line, map[string]string{"Intern": "International", "Insur": "Insurance", "Brok": "Brokers"}[part]) {
				t.Errorf("lines %q", words)
			}
		}
	}
	if len(words) < 2 {
		t.Errorf("lines %q", words)
	}
}

// The rows say nothing of a name, and no page of the list has more than four.
func TestRowsOfTheListAreCovered(t *testing.T) {
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		rows := 0
		for _, it := range s.Items {
			if it.Kind == Glyph && v.Place == kiosk.Listed {
				t.Errorf("%q is shown", it.Text)
			}
			if it.Kind == Button && it.Press == kiosk.ButtonPick {
				if rows++; !strings.Contains(it.Text, text.Of(v.Lang, text.ListCovered)) {
					t.Errorf("row %q", it.Text)
				}
			}
		}
		if rows > mostRows || v.Place == kiosk.Listed && rows == 0 {
			t.Errorf("%d rows", rows)
		}
	})
}
