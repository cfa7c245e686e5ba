package phone

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// What the other page of the app shares with this one: the languages and how one is chosen, the names of
// things, sentences that both say, and how a page is written.

// Languages is the template "languages", the list at the head of a page. What it shows has Switch, the address
// that a choice is sent to, Step, Others and Say.
//
//go:embed languages.html
var Languages string

// Spoken are the languages of the app, the kiosk's.
func Spoken() (all []kiosk.Lang) {
	for l := range kiosk.Langs {
		all = append(all, l)
	}
	return all
}

// Others are those that can be switched to.
func Others(l kiosk.Lang) []kiosk.Lang {
	return slices.DeleteFunc(Spoken(), func(o kiosk.Lang) bool { return o == l })
}

// Say is a sentence that both pages say, with {ref} put in; "" where there is none.
func Say(l kiosk.Lang, k string, ref kiosk.Ref) string { return words{lang: l, ref: ref}.Say(key(k)) }

// Fill puts the kiosk's names into a sentence, for {pin}, {password}, {code}, {reader} and {office}, and more:
// placeholders and what they stand for, behind each other.
func Fill(l kiosk.Lang, s string, more ...string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return strings.NewReplacer(append(more, "{pin}", Name(l, kiosk.RefAuth), "{password}", Name(l, kiosk.RefSign), "{code}", text.Of(l, text.NameCode),
		"{reader}", text.Of(l, text.NameReader), "{office}", text.Of(l, text.NameOffice))...).Replace(s)
}

// Name is what a secret is called, on the kiosk's screens too.
func Name(l kiosk.Lang, ref kiosk.Ref) string {
	if ref == kiosk.RefSign {
		return Whole(text.Of(l, text.NamePassword))
	}
	return Whole(text.Of(l, text.NamePIN))
}

// Whole keeps "4-digit" and "6–16" on one line: a browser breaks after each of these,
// unless a word joiner (U+2060) follows.
func Whole(s string) string { return whole.Replace(s) }

var whole = strings.NewReplacer("-", "-\u2060", "–", "–\u2060", "～", "～\u2060")

const languageCookie = "language"

// browsers are the languages in which a browser may ask: who reads none of them is likelier to read
// English, and no browser asks for easy Japanese.
var browsers = func() []kiosk.Lang {
	return slices.DeleteFunc(append([]kiosk.Lang{kiosk.English}, Spoken()...), func(l kiosk.Lang) bool { return l == kiosk.Easy })
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
	all := Spoken()
	i := slices.IndexFunc(all, func(l kiosk.Lang) bool { return l.String() == tag })
	return all[max(i, 0)], i >= 0
}

// Choose remembers the language that a form of "languages" asks for.
func Choose(w http.ResponseWriter, r *http.Request) {
	if to, ok := tagged(r.PostFormValue("to")); ok {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: to.String(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
}

// Write answers with a page, with readings where it is in easy Japanese. Its buffers, which may hold the
// one-time password, have room for any page, so that they leave no copies behind by growing.
func Write(w http.ResponseWriter, page *template.Template, l kiosk.Lang, shown any) {
	var b, read bytes.Buffer
	b.Grow(32 << 10)
	defer func() { clear(b.Bytes()); clear(read.Bytes()) }()
	if err := page.Execute(&b, shown); err != nil {
		http.Error(w, "the page is broken: "+err.Error(), http.StatusInternalServerError)
		return
	}
	if l == kiosk.Easy {
		read.Grow(64 << 10)
		annotate(&read, b.Bytes())
		b, read = read, b
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(b.Bytes()) //nolint:errcheck // the browser has gone
}
