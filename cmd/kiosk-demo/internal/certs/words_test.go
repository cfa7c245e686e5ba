package certs

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// keys are those that the page and its code name, and those that are put together of parts.
func keys(t *testing.T) (all []key) {
	t.Helper()
	for _, name := range []string{"page.html", "page.go", "steps.go", "look.go", "consents.go"} {
		b := must.Read(t, name)
		for _, m := range regexp.MustCompile(`(?:Say |Say\(|= |: |stepHome, |stepList, |return )"([A-Z][A-Za-z]+)"`).FindAllStringSubmatch(string(b), -1) {
			if !slices.Contains(names[:], m[1]) && m[1] != "Content-Type" {
				all = append(all, key(m[1]))
			}
		}
	}
	l := &look{}
	for act, name := range names {
		if l.Act = name; name == "" {
			continue
		}
		if act := Act(act); act != Activate && act != Withdraw && act != CardWithdraw { // those follow from what is shown
			all = append(all, key("Act"+name))
		}
		if secrets[act].Ref == 0 {
			continue
		}
		all = append(all, key(strings.TrimPrefix(name, "Card")+"Go"))
		if act := Act(act); act != Apply && act != Private && act != Withdraw && act != CardWithdraw {
			all = append(all, key(strings.TrimPrefix(name, "Card")+"What"))
		}
		if Act(act) < Consents {
			all = append(all, key("Done"+name))
		}
	}
	for _, item := range []string{"name", "address", "birth", "sex"} {
		all = append(all, key("item "+item))
	}
	for _, state := range []string{"pending", "active", "expired", "cancelled", "ended"} {
		all = append(all, key("consent "+state))
	}
	all = append(all, "phone auth", "phone sign", "issued", "good", "held", "revoked", "Android", "IPhone", "Plain", "FormPIN", "FormPassword", "Languages", "Language", "LangName")
	slices.Sort(all)
	return slices.Compact(all)
}

var holes = regexp.MustCompile(`\{\w+\}`)

// TestEverySentenceIsSaidInEveryLanguage, has the placeholders of the Japanese one, and none is left.
func TestEverySentenceIsSaidInEveryLanguage(t *testing.T) {
	all := keys(t)
	for l := range kiosk.Langs {
		if len(languages[l]) != len(ja) {
			t.Errorf("%s has %d sentences, Japanese has %d", l, len(languages[l]), len(ja))
		}
		for _, k := range all {
			s := words{lang: l, ref: kiosk.RefAuth, maker: "-", resident: "-"}.Say(k)
			if strings.TrimSpace(s) == "" || strings.ContainsAny(s, "{}") {
				t.Errorf("%s in %s is %q", k, l, s)
			}
		}
		for k, s := range languages[l] {
			of := func(s string) []string {
				all := holes.FindAllString(s, -1)
				slices.Sort(all)
				return slices.Compact(all)
			}
			if !slices.Contains(all, k) {
				t.Errorf("%s is said nowhere", k)
			}
			if !slices.Equal(of(s), of(ja[k])) {
				t.Errorf("%s in %s has the placeholders %v, in Japanese %v", k, l, of(s), of(ja[k]))
			}
			if phone.Say(l, string(k), 0) == s || kiosks[k] != 0 {
				t.Errorf("%s in %s is said elsewhere with the same words: %q", k, l, s)
			}
		}
	}
	for k := range kiosks {
		if !slices.Contains(all, k) {
			t.Errorf("%s of the kiosk is said nowhere", k)
		}
	}
}

// TestTheKiosksNamesStandInItsCatalogueAlone: no sentence spells out what the kiosk has a name for, and each is in
// the writing of its language.
func TestTheKiosksNamesStandInItsCatalogueAlone(t *testing.T) {
	japanese, kana, latin := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}]`), regexp.MustCompile(`[\p{Hiragana}\p{Katakana}]`), regexp.MustCompile(`[a-zA-Z]{3,}`)
	for l, table := range languages {
		for k, s := range table {
			bare := strings.ToLower(holes.ReplaceAllString(s, ""))
			for _, name := range []text.Key{text.WordPIN, text.WordPassword, text.NameCode, text.NameReader, text.NameOffice} {
				if strings.Contains(bare, strings.ToLower(text.Of(l, name))) {
					t.Errorf("%s in %s says %q itself", k, l, text.Of(l, name))
				}
			}
			foreign := latin
			switch l {
			case kiosk.Simplified, kiosk.Traditional:
				foreign = kana
			case kiosk.English, kiosk.Korean, kiosk.Vietnamese, kiosk.Portuguese:
				foreign = japanese
			}
			if foreign.MatchString(bare) {
				t.Errorf("%s in %s has another language's words: %q", k, l, s)
			}
		}
	}
}

// TestSentencesOfEasyJapaneseAreShort, and every kanji of them has its reading.
func TestSentencesOfEasyJapaneseAreShort(t *testing.T) {
	for k, s := range easy {
		for part := range strings.SplitSeq(holes.ReplaceAllString(s, ""), "。") {
			if n := len([]rune(part)); n > 40 {
				t.Errorf("%s: %d characters in %q", k, n, part)
			}
		}
		rs := []rune(s)
		for _, r := range text.Readings(s) {
			for i := range r.Len {
				rs[r.At+i] = ' '
			}
		}
		if i := slices.IndexFunc(rs, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
			t.Errorf("%s: %q has no reading in %q", k, rs[i], s)
		}
	}
}

// TestTheLanguageIsChosenOnThePage, which then is marked as of that language, and in easy Japanese has readings; a consent
// is marked as of the language in which it was given.
func TestTheLanguageIsChosenOnThePage(t *testing.T) {
	h := &hand{left: 5, agreed: []appclient.Consent{{Consent: strings.Repeat("1", 32), Company: "銀行", Title: "口座", Purpose: "住所の変更", Items: []string{"address"}, Lang: "ja", State: "active"}}}
	page := New(h, phone.LanguageOf)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		page.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	v, err := Visit(s.URL)
	must.OK(t, err)
	for _, does := range []error{v.Open(t.Context()), v.Press(t.Context(), "do", "person", "value", "r"), v.Press(t.Context(), "do", "phone", "value", "p"),
		v.Press(t.Context(), "do", "act", "value", "CardConsents"), v.Press(t.Context(), "do", "secret", "secret", "1234")} {
		if does != nil {
			t.Fatal(does)
		}
	}
	for l := range kiosk.Langs {
		r, err := v.http.PostForm(s.URL+Root+"language", map[string][]string{"to": {l.String()}})
		if err == nil {
			r.Body.Close()
			err = v.Open(t.Context())
		}
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatal(err)
		}
		for _, want := range []string{`<html lang="` + l.String() + `">`, text.Of(l, text.ListNever), `<h2 lang="ja">銀行: 口座</h2>`} {
			if l == kiosk.Easy && !strings.HasPrefix(want, "<") {
				want = `まだ<ruby>何<rp>(</rp><rt>なに</rt>`
			}
			if err := v.Says(want); err != nil {
				t.Errorf("%s: %v", l, err)
			}
		}
		if has := strings.Contains(v.Page, "<ruby>"); has != (l == kiosk.Easy) {
			t.Errorf("%s: readings: %v", l, has)
		}
	}
}
