package layout

import (
	"slices"
	"strconv"
	"strings"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// What a screen says aloud: every sentence of its page in the order of the plan, and then
// what has the focus. It is a function of the view, as the picture is, and says no more than
// the picture shows.

// A name stands in what is said as one of these: characters of no script, in the place of a name that no string has.
const (
	SaidCompany = "\uE000"
	SaidService = "\uE001"
)

// nameSaid is what stands for a name.
func nameSaid(of kiosk.NameOf) string {
	if of == kiosk.NameOfService {
		return SaidService
	}
	return SaidCompany
}

// NameSaid is the name that a sentence stands for.
func NameSaid(sentence string) (of kiosk.NameOf, is bool) {
	switch sentence {
	case SaidCompany:
		return kiosk.NameOfCompany, true
	case SaidService:
		return kiosk.NameOfService, true
	}
	return 0, false
}

// Aloud are the sentences of one page, with what stands for names: those are said where no other person hears, and
// elsewhere it is said that they are not. Japanese is said in the sentences of easy
// Japanese: each of its kanji has a reading, and a synthesizer needs one. Their pages are not those
// that stand, so that all of them are said with the first.
func Aloud(v kiosk.View, panel Panel, f Fill, no int, private bool) (all []string) {
	switch {
	case v.Lang != kiosk.Japanese:
		all = LayPage(v, panel, f, no).aloud()
	case no == 0:
		v.Lang = kiosk.Easy
		all = wholeAloud(v, panel, f)
	}
	if private {
		return all
	}
	for i, s := range all {
		if _, is := NameSaid(s); is {
			all[i] = text.Of(v.Lang, text.SayAlone)
		}
	}
	return slices.Compact(all)
}

// wholeAloud are the sentences of all pages.
func wholeAloud(v kiosk.View, panel Panel, f Fill) (all []string) {
	for i := 0; ; i++ {
		s := LayPage(v, panel, f, i)
		for _, sentence := range s.aloud() {
			if !slices.Contains(all, sentence) {
				all = append(all, sentence)
			}
		}
		if i+1 >= s.Pages {
			return all
		}
	}
}

// aloud are the sentences that stand beside the targets, each once; those that lie over the rest alone, where some do.
func (s Screen) aloud() (all []string) {
	over := slices.ContainsFunc(s.Items, func(it Item) bool { return it.Over })
	for _, it := range s.Items {
		if it.Kind != Line && it.Kind != Glyph || it.Ruby || it.Over != over {
			continue
		}
		if said := sayable(it); said != "" && !slices.Contains(all, said) {
			all = append(all, said)
		}
	}
	return all
}

// sayable is a line's sentence, or a label, without what only covers a name.
func sayable(it Item) string {
	s := it.Of
	if s == "" {
		s = it.Text
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "●", "")), " ")
}

// AloudFocus says what has the focus: its label, whether it is a button or a key, and which of how many
// it is. A key of a secret is said only where no other person hears it; elsewhere every such key is
// the same tone.
func AloudFocus(v kiosk.View, panel Panel, f Fill, no int, focus Focus, private bool) (said []string, tone bool) {
	shown := LayPage(v, panel, f, no)
	it, ok := focus.On(shown)
	if !ok {
		return nil, false
	}
	if row := focus.Row(shown); len(row) > 1 {
		return rowAloud(v, panel, f, row, private)
	}
	if unsaid(v, it, private) {
		return nil, true
	}
	called := label(v, panel, f, it)
	v.Lang = text.Spoken(v.Lang)
	stops := shown.Stops()
	role := text.SayButton
	if it.Kind == Key {
		role = text.SayKey
	}
	at := slices.IndexFunc(stops, func(o Item) bool { return o.Stop() == it.Stop() })
	nth := strings.NewReplacer("{n}", strconv.Itoa(at+1), "{of}", strconv.Itoa(len(stops))).Replace(text.Of(v.Lang, text.SayNth))
	return []string{called, text.Of(v.Lang, role), nth}, false
}

// unsaid reports whether the target is a key of a secret that others would hear.
func unsaid(v kiosk.View, it Item, private bool) bool {
	return it.Cap == CapChar && v.Shows != kiosk.ShowsClear && !private
}

// rowAloud says the labels of a row.
func rowAloud(v kiosk.View, panel Panel, f Fill, row []Item, private bool) (said []string, tone bool) {
	for _, it := range row {
		if unsaid(v, it, private) {
			return nil, true
		}
		said = append(said, label(v, panel, f, it))
	}
	return said, false
}

// label is what a target is called.
func label(v kiosk.View, panel Panel, f Fill, it Item) string {
	if v.Lang != kiosk.Japanese || it.Press == kiosk.ButtonSpeak {
		return sayable(it)
	}
	v.Lang = kiosk.Easy
	return easyLabel(v, panel, f, it)
}

// easyLabel is the label of the same target in easy Japanese, on whichever page it stands
// there.
func easyLabel(v kiosk.View, panel Panel, f Fill, it Item) string {
	for no := 0; ; no++ {
		s := LayPage(v, panel, f, no)
		for _, same := range s.Stops() {
			if same.Stop() == it.Stop() {
				return sayable(same)
			}
		}
		if no+1 >= s.Pages {
			v.Lang = kiosk.Japanese
			return sayable(it)
		}
	}
}

// AloudTyped says how far an entry has come, where no other person hears it; elsewhere a
// tone says that a character was taken.
func AloudTyped(v kiosk.View, f Fill, private bool) (said []string, tone bool) {
	if v.Shows != kiosk.ShowsClear && !private {
		return nil, true
	}
	if v.Lang == kiosk.Japanese {
		v.Lang = kiosk.Easy
	}
	return []string{strings.ReplaceAll(text.Of(v.Lang, text.SayTyped), "{n}", strconv.Itoa(f.Typed))}, false
}

// Fresh are the sentences that were not there before: what a page says where it is drawn
// anew.
func Fresh(before, now []string) (fresh []string) {
	for _, s := range now {
		if !slices.Contains(before, s) {
			fresh = append(fresh, s)
		}
	}
	return fresh
}
