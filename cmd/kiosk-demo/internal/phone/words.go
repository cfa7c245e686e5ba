package phone

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A key names one sentence of ja.go and the other tables, or one of the kiosk's.
type key string

type table map[key]string

// languages are those of the page: the kiosk's.
var languages = map[kiosk.Lang]table{kiosk.Japanese: ja, kiosk.English: en, kiosk.Easy: easy, kiosk.Simplified: hans, kiosk.Traditional: hant,
	kiosk.Korean: ko, kiosk.Vietnamese: vi, kiosk.Portuguese: pt}

// spoken are they in the order of the kiosk's.
func spoken() (all []kiosk.Lang) {
	for l := range kiosk.Langs {
		if _, ok := languages[l]; ok {
			all = append(all, l)
		}
	}
	return all
}

// kiosks are the sentences of the kiosk's catalogue that the page says too.
var kiosks = map[key]text.Key{
	"LangName": text.LangName, "Languages": text.Languages, "LastTitle": text.LastTitle, "Neither": text.Neither, "NeedsCard": text.NeedsCard,
	"NeitherPhone": text.NeitherPhone, "ProofTitle": text.ProofTitle,
}

// words say the sentences of one language. In them stand {pin}, {password},
// {code}, {reader} and {office}, which are the kiosk's words and the only ones
// for these; {target} and {proof}, the flow's two secrets; {ref}, the secret
// that is asked or locked, and {other}, the card's other one; and {until}.
type words struct {
	lang  kiosk.Lang
	flow  kiosk.Flow
	ref   kiosk.Ref
	until time.Time
}

// Say is a sentence, "" with no key.
func (w words) Say(k key) string {
	if s, ok := languages[w.lang][k]; ok {
		return w.fill(s)
	}
	if shared, ok := kiosks[k]; ok {
		return w.fill(text.Of(w.lang, shared))
	}
	return ""
}

func (w words) fill(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return strings.NewReplacer("{pin}", w.name(kiosk.RefAuth), "{password}", w.name(kiosk.RefSign), "{code}", text.Of(w.lang, text.NameCode),
		"{reader}", text.Of(w.lang, text.NameReader), "{office}", text.Of(w.lang, text.NameOffice), "{target}", w.name(w.flow.Target()),
		"{proof}", w.name(w.flow.Proof()), "{ref}", w.name(w.ref), "{other}", w.name(other(w.ref)), "{until}", w.when()).Replace(s)
}

func (w words) when() string {
	if w.until.IsZero() {
		return ""
	}
	return text.When(w.lang, w.until.Unix())
}

// name is what a secret is called, on the kiosk's screens too.
func (w words) name(ref kiosk.Ref) string {
	if ref == kiosk.RefSign {
		return whole.Replace(text.Of(w.lang, text.NamePassword))
	}
	return whole.Replace(text.Of(w.lang, text.NamePIN))
}

// whole keeps "4-digit" and "6–16" on one line: a browser breaks after each of these,
// unless a word joiner (U+2060) follows.
var whole = strings.NewReplacer("-", "-\u2060", "–", "–\u2060", "～", "～\u2060")

// Lang is the language's tag.
func (w words) Lang() string { return w.lang.String() }

// in is the sentence, and the language that it is in: one of the two in which the residents are known.
func (s Sentence) in(l kiosk.Lang) (string, kiosk.Lang) {
	if l == kiosk.Japanese || l == kiosk.Easy {
		return s.JA, kiosk.Japanese
	}
	return s.EN, kiosk.English
}

// others are the languages that can be switched to.
func (w words) others() (all []words) {
	for _, l := range spoken() {
		if l != w.lang {
			all = append(all, words{lang: l})
		}
	}
	return all
}

const languageCookie = "language"

// browsers are the languages in which a browser may ask: who reads none of them is likelier to read
// English, and no browser asks for easy Japanese.
var browsers = func() []kiosk.Lang {
	return slices.DeleteFunc(append([]kiosk.Lang{kiosk.English}, spoken()...), func(l kiosk.Lang) bool { return l == kiosk.Easy })
}()

var matcher = func() language.Matcher {
	var tags []language.Tag
	for _, l := range browsers {
		tags = append(tags, language.MustParse(l.String()))
	}
	return language.NewMatcher(tags)
}()

// LanguageOf is the language that was chosen, at first the browser's, and
// Japanese where it names none.
func LanguageOf(r *http.Request) kiosk.Lang {
	if c, err := r.Cookie(languageCookie); err == nil {
		if l, ok := tagged(c.Value); ok {
			return l
		}
	}
	wanted := r.Header.Get("Accept-Language")
	if wanted == "" {
		return kiosk.Japanese
	}
	_, index := language.MatchStrings(matcher, wanted)
	return browsers[index]
}

// tagged is the language of a tag.
func tagged(tag string) (kiosk.Lang, bool) {
	all := spoken()
	i := slices.IndexFunc(all, func(l kiosk.Lang) bool { return l.String() == tag })
	return all[max(i, 0)], i >= 0
}

// switchTo remembers the language and shows the same page in it. Nothing else
// changes.
func switchTo(w http.ResponseWriter, r *http.Request) {
	if to, ok := tagged(r.PostFormValue("to")); ok {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: to.String(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	back := stepWho
	if at := step(r.PostFormValue("at")); at.in(steps...) {
		back = at
	}
	http.Redirect(w, r, back.path(), http.StatusSeeOther)
}
