package check

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"

	"multicopy.example/assets/font"
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

func TestCatalogueIsWhole(t *testing.T) {
	all, err := Look()
	must.OK(t, err)
	for i, l := range all {
		same := all[kiosk.Japanese].Sentences
		if kiosk.Lang(i) != kiosk.Japanese && kiosk.Lang(i) != kiosk.English { // staff reads these two
			same = all[kiosk.Easy].Sentences
		}
		if !l.Whole() || l.Sentences < 200 || l.Reviewed+l.Draft != l.Sentences || l.Sentences != same {
			t.Errorf("%+v", l)
		}
	}
	var out strings.Builder
	Print(&out, all)
	if !strings.Contains(out.String(), "ja  日本語") || strings.Contains(out.String(), "no glyph") {
		t.Error(out.String())
	}
}

func TestWhatALanguageLacksIsNamed(t *testing.T) {
	f, err := sfnt.Parse(font.Regular)
	must.OK(t, err)
	said := text.Sentence{Name: "key 2", Text: "やめる"}
	reviews := map[string]text.Review{
		text.Fingerprint(said.Text):      {By: "an office", Date: "2026-11-26"},
		text.Fingerprint("as key 3 was"): {By: "an office", Date: "2026-11-26"},
	}
	l := language("xx", []text.Sentence{{Name: "key 1", Text: " "}, said, {Name: "key 3", Text: "changed 🂡"}}, reviews, []weight{{f}})
	if !slices.Equal(l.Missing, []string{"key 1"}) || !slices.Equal(l.Glyphs, []string{"🂡"}) || l.Reviewed != 1 || l.Draft != 2 || l.Whole() {
		t.Errorf("%+v", l)
	}
	var out strings.Builder
	Print(&out, []Language{l})
	if !strings.Contains(out.String(), "missing: key 1") || !strings.Contains(out.String(), "no glyph: 🂡") {
		t.Error(out.String())
	}
}

func TestEveryReviewHasItsReviewerAndDate(t *testing.T) {
	for tag, reviews := range text.Reviews {
		for of, r := range reviews {
			if r.By == "" || len(r.Date) != len("2006-01-02") {
				t.Errorf("%s %s: %+v", tag, of, r)
			}
		}
	}
}

// What is typed and when it was: not in the catalogue, and drawn all the same.
func TestKeysAndDatesHaveGlyphs(t *testing.T) {
	for l := range kiosk.Langs {
		weights, err := weightsOf(l)
		must.OK(t, err)
		for _, r := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + text.When(l, 1_795_000_000) {
			if !drawn(r, weights) {
				t.Errorf("%s: no glyph for %q", l, r)
			}
		}
	}
}
