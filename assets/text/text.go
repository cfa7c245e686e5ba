// Package text is the catalogue of every sentence the kiosk can show, in every
// language: Go tables, one file a language, no file read at run time.
//
// Rules for these sentences. The two secrets are never named without
// their shape, because people carry four secrets that sound alike ({target},
// {proof}). A refusal says what happened, what is unchanged, what to do and
// where. "Nothing has changed" stands in [Nothing] alone, and [Tell] never
// takes it once a try was spent or a write begun, nor unless the authority has
// said that no earlier visit is in doubt. No sentence asks a resident
// for a name or shows one.
//
// Read keys.go first, then ja.go.
package text

import (
	"strconv"
	"strings"

	"multicopy.example/kiosk"
)

type table [keys]string

var tables = [kiosk.Langs]*table{kiosk.Japanese: &ja, kiosk.English: &en, kiosk.Easy: &easy, kiosk.Simplified: &hans, kiosk.Traditional: &hant,
	kiosk.Korean: &ko, kiosk.Vietnamese: &vi, kiosk.Portuguese: &pt}

// Of is the sentence of a key as it stands in the table, placeholders and all.
func Of(l kiosk.Lang, k Key) string {
	if l >= kiosk.Langs || k >= keys {
		return ""
	}
	return tables[l][k]
}

// Say is the sentence of a key with the view's values put in: {target} and
// {proof} are the two secrets with their shapes, {targetword} and {proofword}
// their short names, {n} is the number given, {of} how many tasks a visit has.
func Say(v kiosk.View, k Key, n int8) string {
	return fill(v, Of(v.Lang, k), n)
}

func fill(v kiosk.View, s string, n int8) string {
	if !strings.Contains(s, "{") {
		return s
	}
	s = strings.ReplaceAll(s, "{target}", Of(v.Lang, Secret(v.Flow, v.Flow.Target())))
	s = strings.ReplaceAll(s, "{proof}", Of(v.Lang, Secret(v.Flow, v.Flow.Proof())))
	s = strings.ReplaceAll(s, "{full}", strconv.Itoa(int(v.Flow.Proof().Full())))
	s = strings.ReplaceAll(s, "{targetword}", Of(v.Lang, word(v.Flow, v.Flow.Target())))
	s = strings.ReplaceAll(s, "{proofword}", Of(v.Lang, word(v.Flow, v.Flow.Proof())))
	s = strings.ReplaceAll(s, "{of}", strconv.Itoa(int(v.Of)))
	return strings.ReplaceAll(s, "{n}", strconv.Itoa(int(n)))
}

// Secret is the key of a secret's name; before the reservation is known it
// names neither.
func Secret(f kiosk.Flow, r kiosk.Ref) Key {
	switch {
	case f == kiosk.NoFlow:
		return NameEither
	case r == kiosk.RefSign:
		return NamePassword
	}
	return NamePIN
}

// word is the key of a secret's short name, for sentences on a page that names it
// with its shape.
func word(f kiosk.Flow, r kiosk.Ref) Key {
	switch Secret(f, r) {
	case NamePIN:
		return WordPIN
	case NamePassword:
		return WordPassword
	}
	return WordEither
}
