package text

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"multicopy.example/kiosk"
)

func TestEveryKanjiOfEasyJapaneseHasItsReading(t *testing.T) {
	used := map[string]bool{}
	for _, s := range append(Sentences(kiosk.Easy), Sentence{"a moment", When(kiosk.Easy, 1_795_000_000)}) {
		if s.Text == Of(kiosk.Easy, Languages) { // which says the same in every language
			continue
		}
		rs := []rune(s.Text)
		read := make([]bool, len(rs))
		for _, r := range Readings(s.Text) {
			used[string(rs[r.At:r.At+r.Len])] = true
			for i := range r.Len {
				read[r.At+i] = true
			}
		}
		for i, r := range rs {
			if unicode.Is(unicode.Han, r) && !read[i] {
				t.Errorf("%s: %q has no reading in %q", s.Name, r, s.Text)
			}
		}
	}
	if len(used) < 100 {
		t.Errorf("only %d words were read", len(used))
	}
}

func TestReadingsAreThoseOfTheWord(t *testing.T) {
	for s, want := range map[string]string{
		"カードを入れる": "入い", "マイナポータルに入る": "入はい", "来てください": "来き", "また来られます": "来こ", "あとで来る": "来く",
		"2026年11月18日 20時06分": "年ねん月がつ日にち時じ分ふん", "使える日": "使つか日ひ", "あと2回": "回かい", "何も": "何なに",
		"署名用の電子証明書": "署名用しょめいよう電子証明書でんししょうめいしょ", "イオン": "", "": "",
	} {
		got, rs := "", []rune(s)
		for _, r := range Readings(s) {
			got += string(rs[r.At:r.At+r.Len]) + r.Kana
		}
		if got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestReadingsAreInKanaAndNoLongerThanTheLongestWord(t *testing.T) {
	for word, kana := range readings {
		if strings.ContainsFunc(kana, func(r rune) bool { return !unicode.Is(unicode.Hiragana, r) }) || len([]rune(word)) > longest {
			t.Errorf("%q: %q", word, kana)
		}
	}
}

// A sentence is read in one breath: as it is spoken to a person who learns the language.
func TestSentencesOfEasyJapaneseAreShort(t *testing.T) {
	const most = 40
	for _, s := range Sentences(kiosk.Easy) {
		for part := range strings.SplitSeq(strings.NewReplacer("{target}", "", "{proof}", "", "{targetword}", "", "{proofword}", "").Replace(s.Text), "。") {
			if n := len([]rune(part)); n > most {
				t.Errorf("%s: %d characters in %q", s.Name, n, part)
			}
		}
		for _, word := range []string{"ございます", "いただ", "お越し", "お取り", "お待ち", "ご用意", "ご確認", "いたし"} {
			if strings.Contains(s.Text, word) {
				t.Errorf("%s: %q is no easy Japanese", s.Name, s.Text)
			}
		}
	}
}

// What Tell says that nothing has changed stands in one sentence of each language, and
// in no other.
func TestNothingHasChangedIsOneSentenceOfEachLanguage(t *testing.T) {
	for l := range kiosk.Langs {
		said := strings.TrimRight(Of(l, Nothing), "。.")
		if i := slices.IndexFunc(Keys(), func(k Key) bool { return k != Nothing && strings.Contains(Of(l, k), said) }); i >= 0 {
			t.Errorf("%s: key %d says it too: %q", l, i, Of(l, Key(i)))
		}
	}
}
