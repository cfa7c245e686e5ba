package text

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"multicopy.example/kiosk"
)

// What is said aloud is put together from clips: the parts of a sentence between its
// numbers, the numbers, and single characters for what no sentence has.

// Spoken is the language whose clips are used: kanji without a reading cannot be said, and easy
// Japanese has all.
func Spoken(l kiosk.Lang) kiosk.Lang {
	if l == kiosk.Japanese {
		return kiosk.Easy
	}
	return l
}

// mostNumber has a clip as a number; what is longer is said digit by digit.
const mostNumber = 99

// Pieces cuts a sentence where its numbers begin and end. What has neither a letter nor a
// digit is not said.
func Pieces(sentence string) (all []string) {
	var piece strings.Builder
	digits := false
	flush := func() {
		s := strings.TrimSpace(piece.String())
		piece.Reset()
		switch {
		case !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		case digits && len(s) > len("99"):
			all = append(all, strings.Split(s, "")...)
		default:
			all = append(all, s)
		}
	}
	for _, r := range sentence {
		if is := '0' <= r && r <= '9'; is != digits {
			flush()
			digits = is
		}
		piece.WriteRune(r)
	}
	flush()
	return all
}

// Clip is the name of a piece's clip.
func Clip(l kiosk.Lang, piece string) string {
	sum := sha256.Sum256([]byte(Spoken(l).String() + "\x00" + piece))
	return hex.EncodeToString(sum[:10])
}

// Clips are those of sentences, in their order. A piece without one is said by its
// characters, and a character without one is not said.
func Clips(l kiosk.Lang, sentences []string, has func(name string) bool) (names []string) {
	for _, s := range sentences {
		for _, piece := range Pieces(s) {
			if n := Clip(l, piece); has(n) {
				names = append(names, n)
				continue
			}
			for _, r := range piece {
				if n := Clip(l, string(r)); has(n) {
					names = append(names, n)
				}
			}
		}
	}
	return names
}

// Spares are the pieces that have a clip whatever the sentences are: numbers, digits with a zero
// before them, letters, and what stands between the numbers of a date in each month.
func Spares(l kiosk.Lang) (all []string) {
	for n := range mostNumber + 1 {
		all = append(all, fmt.Sprint(n))
	}
	for n := range 10 {
		all = append(all, fmt.Sprintf("%02d", n))
	}
	for _, c := range Letters(l) {
		all = append(all, string(c))
	}
	const month = 30*24*60*60 + 36_000
	for n := range int64(12) {
		all = append(all, Pieces(Day(Spoken(l), 1_800_000_000+n*month))...)
	}
	return all
}

// Letters are the characters of a language of which a name can be put together: of Japanese the syllables too.
func Letters(l kiosk.Lang) (all []rune) {
	for c := 'A'; c <= 'Z'; c++ {
		all = append(all, c)
	}
	for c := 'ぁ'; c <= 'ゔ' && Spoken(l) == kiosk.Easy; c++ {
		all = append(all, c)
	}
	return all
}

// Kana is a piece as a synthesizer reads it: a sentence in easy Japanese with each kanji's
// reading in its place; any other as it stands.
func Kana(l kiosk.Lang, piece string) string {
	if Spoken(l) != kiosk.Easy {
		return piece
	}
	rs, out, at := []rune(piece), "", 0
	if len(rs) > 0 && counters[rs[0]] != "" { // it stands behind a number
		out, at, rs[0] = counters[rs[0]], 1, ' '
	}
	for _, r := range Readings(string(rs)) {
		out += string(rs[at:r.At]) + r.Kana
		at = r.At + r.Len
	}
	return out + string(rs[at:])
}

// Sum names all sentences of the catalogue: clips of another sum are of other sentences.
func Sum() string {
	sum := sha256.New()
	for l := range kiosk.Langs {
		for _, k := range Keys() {
			fmt.Fprintf(sum, "%q\n", Of(l, k))
		}
		for _, m := range kiosk.Messages() {
			fmt.Fprintf(sum, "%q\n", wordTables[l][m])
		}
	}
	return "sentences " + hex.EncodeToString(sum.Sum(nil))
}
