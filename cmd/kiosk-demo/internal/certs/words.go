package certs

import (
	"net/http"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/kiosk"
)

// A key names one sentence of ja.go and the other tables, one of the page beside this one, or one of the
// kiosk's.
type key string

type table map[key]string

var languages = map[kiosk.Lang]table{kiosk.Japanese: ja, kiosk.English: en, kiosk.Easy: easy, kiosk.Simplified: hans, kiosk.Traditional: hant,
	kiosk.Korean: ko, kiosk.Vietnamese: vi, kiosk.Portuguese: pt}

// kiosks are the sentences of the kiosk's catalogue that the page says too.
var kiosks = map[key]text.Key{
	"Android": text.LyingAndroid, "IPhone": text.LyingIPhone, "phone auth": text.LyingUser, "phone sign": text.LyingSign,
	"good": text.CertIsGood, "held": text.CertIsHeld, "revoked": text.CertIsRevoked, "HoldGo": text.HoldNow,
	"ListTitle": text.ListTitle, "ListMay": text.ListMay, "ListNever": text.ListNever,
	"item name": text.MayName, "item address": text.MayAddress, "item birth": text.MayBirth, "item sex": text.MaySex,
	"WithdrawTitle": text.WithdrawTitle, "WithdrawThis": text.WithdrawOne, "WithdrawEnds": text.WithdrawWhat, "WithdrawKeeps": text.WithdrawStays,
	"WithdrawAgain": text.WithdrawAnew,
}

// words say the sentences of one language. In them stand {pin}, {password}, {office} and {reader},
// which are the kiosk's words, and {asked}, what is asked of whom.
type words struct {
	lang            kiosk.Lang
	ref             kiosk.Ref
	maker, resident string
}

// Say is a sentence, "" with no key.
func (w words) Say(k key) string {
	if s, ok := languages[w.lang][k]; ok {
		return phone.Fill(w.lang, s, "{asked}", phone.Name(w.lang, w.ref), "{maker}", w.maker, "{resident}", w.resident)
	}
	if shared, ok := kiosks[k]; ok {
		return text.Of(w.lang, shared)
	}
	return phone.Say(w.lang, string(k), w.ref)
}

// Tries is how many are left, "" where that is not known.
func (w words) Tries(left int8) string {
	if left <= 0 {
		return ""
	}
	return text.Say(kiosk.View{Lang: w.lang}, text.TriesLeft, left)
}

// Lang is the language's tag.
func (w words) Lang() string { return w.lang.String() }

// Others are the languages that can be switched to.
func (w words) Others() (all []words) {
	for _, l := range phone.Others(w.lang) {
		all = append(all, words{lang: l})
	}
	return all
}

// switchTo remembers the language and shows the same page in it.
func switchTo(w http.ResponseWriter, r *http.Request) {
	phone.Choose(w, r)
	http.Redirect(w, r, home, http.StatusSeeOther)
}
