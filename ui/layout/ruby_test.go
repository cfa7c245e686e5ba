package layout

import (
	"strings"
	"testing"
	"unicode"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// Labels are in kana; each other kanji that the catalogue of easy Japanese puts on a page
// has its reading over it.
func TestEveryKanjiOfEasyJapaneseStandsUnderItsReading(t *testing.T) {
	kanji, seen := 0, map[string]bool{}
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		if v.Lang != kiosk.Easy {
			return
		}
		over := map[string]int{}
		for it := range texts(s) {
			if it.Ruby {
				over[it.Text]++
			}
		}
		for it := range texts(s) {
			rs := []rune(it.Text)
			read := make([]bool, len(rs))
			if it.Lang == kiosk.Easy && !it.Ruby {
				for _, r := range text.Readings(it.Text) {
					if over[r.Kana]--; over[r.Kana] < 0 {
						t.Errorf("%q has no %q over it", it.Text, r.Kana)
					}
					for i := range r.Len {
						read[r.At+i] = true
					}
				}
			}
			for i, r := range rs {
				if !unicode.Is(unicode.Han, r) || foreign(it) || strings.Contains(it.Of, text.Of(kiosk.Easy, text.WordPIN)) && it.Lang != kiosk.Easy { // whose reading stands over the page's text
					continue
				}
				if kanji++; !read[i] && !seen[it.Of] {
					seen[it.Of] = true
					t.Errorf("%q has no reading in %q", r, it.Of)
				}
			}
		}
	})
	if kanji < 10_000 {
		t.Errorf("only %d kanji were looked at", kanji)
	}
}

// foreign is what stands in Japanese, or in Japanese and English, on every page, and the names
// of languages.
func foreign(it Item) bool {
	for l := range kiosk.Langs {
		if it.Of == text.Of(l, text.LangName) {
			return true
		}
	}
	return it.Of == text.Of(kiosk.Japanese, text.Languages) || it.Lang == kiosk.Japanese && !easy[it.Of]
}

// easy are the catalogue's sentences without a value.
var easy = func() map[string]bool {
	all := map[string]bool{}
	for _, s := range text.Sentences(kiosk.Easy) {
		all[s.Text] = true
	}
	for _, s := range text.Sentences(kiosk.Japanese) {
		delete(all, s.Text)
	}
	return all
}()
