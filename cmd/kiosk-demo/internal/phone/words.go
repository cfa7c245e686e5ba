package phone

import (
	"net/http"
	"strings"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A key names one sentence of ja.go and the other tables, or one of the kiosk's.
type key string

type table map[key]string

// languages are those of the page: the kiosk's.
var languages = map[kiosk.Lang]table{kiosk.Japanese: ja, kiosk.English: en, kiosk.Easy: easy, kiosk.Simplified: hans, kiosk.Traditional: hant,
	kiosk.Korean: ko, kiosk.Vietnamese: vi, kiosk.Portuguese: pt}

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
	return Fill(w.lang, s, "{target}", w.name(w.flow.Target()), "{proof}", w.name(w.flow.Proof()), "{ref}", w.name(w.ref),
		"{other}", w.name(other(w.ref)), "{until}", w.when())
}

func (w words) when() string {
	if w.until.IsZero() {
		return ""
	}
	return text.When(w.lang, w.until.Unix())
}

func (w words) name(ref kiosk.Ref) string { return Name(w.lang, ref) }

// Lang is the language's tag.
func (w words) Lang() string { return w.lang.String() }

// in is the sentence, and the language that it is in: one of the two in which the residents are known.
func (s Sentence) in(l kiosk.Lang) (string, kiosk.Lang) {
	if l == kiosk.Japanese || l == kiosk.Easy {
		return s.JA, kiosk.Japanese
	}
	return s.EN, kiosk.English
}

// Others are the languages that can be switched to.
func (w words) Others() (all []words) {
	for _, l := range Others(w.lang) {
		all = append(all, words{lang: l})
	}
	return all
}

// switchTo remembers the language and shows the same page in it. Nothing else
// changes.
func switchTo(w http.ResponseWriter, r *http.Request) {
	Choose(w, r)
	back := stepWho
	if at := step(r.PostFormValue("at")); at.in(steps...) {
		back = at
	}
	http.Redirect(w, r, back.path(), http.StatusSeeOther)
}
