package phone

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

var (
	inRuby   = regexp.MustCompile(`<ruby>[^<]+<rp>\(</rp><rt>\p{Hiragana}+</rt><rp>\)</rp></ruby>`)
	inOwn    = regexp.MustCompile(`(?s)<(button|b|p|small)[^>]* lang="[-\w]+"[^>]*>.*?</`)
	scripted = []key{"TakeNone", "CamLost", "FaceAhead", "FaceLeft", "FaceRight", "HintNone", "HintTwo", "HintDark", "HintSmall", "HintUnclear", "Copied", "CopyFailed"}
)

func TestEveryKanjiOfAnEasyPageStandsUnderItsReading(t *testing.T) {
	read := 0
	for path, page := range everyPage(t)[kiosk.Easy] {
		_, body, _ := strings.Cut(page, "</head>")
		read += len(inRuby.FindAllString(body, -1))
		body = inRuby.ReplaceAllString(inOwn.ReplaceAllString(body, "</"), "")
		body = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")
		if i := strings.IndexFunc(body, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
			t.Errorf("%s: no reading at %.60q", path, body[i:])
		}
	}
	if read < 1000 {
		t.Errorf("only %d words have readings", read)
	}
}

// A script puts these on the page as plain text.
func TestWhatAScriptSaysInEasyJapaneseIsInKana(t *testing.T) {
	for _, k := range scripted {
		if strings.ContainsFunc(easy[k], func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %q", k, easy[k])
		}
	}
}

func TestSentencesOfEasyJapaneseAreShort(t *testing.T) {
	for k, s := range easy {
		for part := range strings.SplitSeq(regexp.MustCompile(`\{\w+\}`).ReplaceAllString(s, ""), "。") {
			if n := len([]rune(part)); n > 40 {
				t.Errorf("%s: %d characters in %q", k, n, part)
			}
		}
		rs := []rune(s)
		read := make([]bool, len(rs))
		for _, r := range text.Readings(s) {
			for i := range r.Len {
				read[r.At+i] = true
			}
		}
		for i, r := range rs {
			if unicode.Is(unicode.Han, r) && !read[i] {
				t.Errorf("%s: %q has no reading in %q", k, r, s)
			}
		}
	}
}
