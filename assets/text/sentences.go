package text

import (
	"strconv"

	"multicopy.example/kiosk"
)

// A Sentence is one text of the catalogue in one language, as it stands in its
// table, placeholders and all.
type Sentence struct {
	Name string // its key's number, or its message's code and part: "key 12", "E-NET do"
	Text string
}

// Sentences are all that a language has to say, in an order that is the same in
// every language. One that may be left out is not here when it is empty.
func Sentences(l kiosk.Lang) (all []Sentence) {
	for _, k := range Keys() {
		all = append(all, Sentence{"key " + strconv.Itoa(int(k)), Of(l, k)})
	}
	for _, w := range kiosk.Messages() {
		t := wordTables[l][w]
		for _, part := range []struct {
			name, text string
			wanted     bool
		}{{"what", t.What, true}, {"same", t.Same, false}, {"do", t.Do, w.Code() != ""}, {"where", t.Where, w.Code() != ""}} {
			if part.text != "" || part.wanted {
				all = append(all, Sentence{w.String() + " " + part.name, part.text})
			}
		}
	}
	return append(append(all, staffSentences(l)...), pageSentences(l)...)
}
