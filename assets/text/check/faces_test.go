package check

import (
	"slices"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"

	faces "multicopy.example/assets/font"
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

func own() (all []kiosk.Lang) {
	for l := range kiosk.Langs {
		if _, ok := faces.Own[l.String()]; ok {
			all = append(all, l)
		}
	}
	return all
}

func TestCharactersOfAFaceAreThoseOfItsLanguage(t *testing.T) {
	for _, l := range own() {
		said := text.When(l, 1_795_000_000) + text.Day(l, 1_795_000_000)
		set := text.SettingOf(l)
		said += set.Colon + set.Comma + set.Then + set.Open + set.Close
		for _, s := range text.Sentences(l) {
			said += s.Text
		}
		rs := []rune(said)
		slices.Sort(rs)
		var want []rune
		for _, r := range slices.Compact(rs) {
			if r > 0x7E {
				want = append(want, r)
			}
		}
		golden.Is(t, "../../font/"+l.String()+".txt", []byte(string(want)+"\n")) // -update, and then make font
	}
}

// A line is measured by one table, whichever face it is drawn with.
func TestFacesAreAsWideAsTheJapaneseOne(t *testing.T) {
	parse := func(b []byte) *sfnt.Font {
		f, err := sfnt.Parse(b)
		must.OK(t, err)
		return f
	}
	wide := func(f *sfnt.Font, r rune) (float32, bool) {
		g, err := f.GlyphIndex(nil, r)
		if err != nil || g == 0 {
			return 0, false
		}
		a, err := f.GlyphAdvance(nil, g, 1000<<6, font.HintingNone)
		must.OK(t, err)
		return float32(a), true
	}
	shared := 0
	for _, l := range own() {
		for _, pair := range [][2][]byte{{faces.Own[l.String()].Regular, faces.Regular}, {faces.Own[l.String()].Bold, faces.Bold}} {
			mine, japanese := parse(pair[0]), parse(pair[1])
			used := map[rune]bool{}
			for _, s := range text.Sentences(l) {
				for _, r := range s.Text {
					used[r] = true
				}
			}
			for r := range used {
				a, ok := wide(mine, r)
				b, both := wide(japanese, r)
				if !ok {
					t.Errorf("%s: no glyph for %q", l, r)
				} else if both {
					if shared++; a != b {
						t.Errorf("%s: %q is %v wide, in the Japanese face %v", l, r, a, b)
					}
				}
			}
		}
	}
	if shared < 1000 {
		t.Errorf("only %d characters were compared", shared)
	}
}
