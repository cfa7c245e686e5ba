// Package check says what the catalogue of sentences lacks: a sentence without a
// text, a character without a glyph in the embedded fonts, a review. Call [Look].
package check

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/image/font/sfnt"

	"multicopy.example/assets/font"
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A Language is what one language of the catalogue has and lacks.
type Language struct {
	Tag       string   `json:"tag"`  // RFC 5646
	Name      string   `json:"name"` // in the language itself
	Sentences int      `json:"sentences"`
	Reviewed  int      `json:"reviewed"`
	Draft     int      `json:"draft"`
	Missing   []string `json:"missing"` // names of sentences without a text
	Glyphs    []string `json:"glyphs"`  // characters that one of the fonts cannot draw
}

// Whole reports whether the language can be shown to a resident.
func (l Language) Whole() bool { return len(l.Missing) == 0 && len(l.Glyphs) == 0 }

// Look looks at every language of the catalogue.
func Look() ([]Language, error) {
	var all []Language
	for l := range kiosk.Langs {
		weights, err := weightsOf(l)
		if err != nil {
			return nil, fmt.Errorf("read an embedded font: %w", err)
		}
		all = append(all, language(l.String(), text.Sentences(l), text.Reviews[l.String()], weights))
		all[len(all)-1].Name = text.Of(l, text.LangName)
	}
	return all, nil
}

// A weight is what a text of that weight is drawn with, the language's own face first.
type weight []*sfnt.Font

func weightsOf(l kiosk.Lang) (all []weight, err error) {
	own := font.Own[l.String()]
	for _, files := range [][][]byte{{own.Regular, font.Regular}, {own.Bold, font.Bold}} {
		var w weight
		for _, file := range files {
			if file == nil { // no face of its own
				continue
			}
			f, err := sfnt.Parse(file)
			if err != nil {
				return nil, err
			}
			w = append(w, f)
		}
		all = append(all, w)
	}
	return all, nil
}

func language(tag string, sentences []text.Sentence, reviews map[string]text.Review, weights []weight) Language {
	is := Language{Tag: tag, Sentences: len(sentences), Missing: []string{}, Glyphs: []string{}}
	seen := map[rune]bool{}
	for _, s := range sentences {
		if strings.TrimSpace(s.Text) == "" {
			is.Missing = append(is.Missing, s.Name)
		}
		if _, ok := reviews[text.Fingerprint(s.Text)]; ok {
			is.Reviewed++
		} else {
			is.Draft++
		}
		for _, r := range s.Text {
			if !seen[r] && !drawn(r, weights) {
				is.Glyphs = append(is.Glyphs, string(r))
			}
			seen[r] = true
		}
	}
	return is
}

// drawn reports whether each weight has the character.
func drawn(r rune, weights []weight) bool {
	return !slices.ContainsFunc(weights, func(w weight) bool {
		return !slices.ContainsFunc(w, func(f *sfnt.Font) bool {
			g, err := f.GlyphIndex(nil, r)
			return err == nil && g != 0
		})
	})
}

// Print prints a line a language, and what it lacks.
func Print(out io.Writer, all []Language) {
	for _, l := range all {
		fmt.Fprintf(out, "%-3s %-8s %d sentences: %d reviewed, %d draft; %d missing, %d glyphs missing\n",
			l.Tag, l.Name, l.Sentences, l.Reviewed, l.Draft, len(l.Missing), len(l.Glyphs))
		for _, m := range l.Missing {
			fmt.Fprintf(out, "    missing: %s\n", m)
		}
		if len(l.Glyphs) > 0 {
			fmt.Fprintf(out, "    no glyph: %s\n", strings.Join(l.Glyphs, " "))
		}
	}
}
