package text

import (
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
)

// Advice is what staff reads of a fault: what is the matter, and the first thing
// to do.
type Advice struct{ What, Do string }

// What staff reads has two languages: Japanese, and English for a shop that has
// chosen any other one.
type (
	adviceTable map[check.Fault]Advice
	staffTable  struct {
		items  [check.ItemCount]string
		levels [check.Critical + 1]string
		times  [check.Now + 1]string
		roles  [check.Engineer + 1]string
		test   string
		advice adviceTable
	}
)

func adviceIn(l kiosk.Lang) *staffTable {
	if l == kiosk.Japanese {
		return &jaStaff
	}
	return &enStaff
}

// AdviceFor is the advice on a fault; empty for [check.NoFault].
func AdviceFor(l kiosk.Lang, f check.Fault) Advice { return adviceIn(l).advice[f] }

// ItemName is the name of an item of the machine.
func ItemName(l kiosk.Lang, i check.Item) string {
	if i >= check.ItemCount {
		return ""
	}
	return adviceIn(l).items[i]
}

// LevelName is the word for how an item is.
func LevelName(l kiosk.Lang, v check.Level) string { return adviceIn(l).levels[v] }

// TimeName is the word for when something has to be done.
func TimeName(l kiosk.Lang, t check.Time) string { return adviceIn(l).times[t] }

// RoleName is the word for who can do it.
func RoleName(l kiosk.Lang, r check.Role) string { return adviceIn(l).roles[r] }

// TestPrint is the title of a slip that is printed to see whether the printer prints.
func TestPrint(l kiosk.Lang) string { return adviceIn(l).test }

// staffSentences are those of [Sentences]: none where staff reads another language.
func staffSentences(l kiosk.Lang) (all []Sentence) {
	if l != kiosk.Japanese && l != kiosk.English {
		return nil
	}
	t := adviceIn(l)
	for i, s := range t.items {
		all = append(all, Sentence{"staff " + check.Item(i).String(), s})
	}
	for i, s := range t.levels {
		all = append(all, Sentence{"staff " + check.Level(i).String(), s})
	}
	for _, i := range []check.Time{check.Soon, check.Now} {
		all = append(all, Sentence{"staff " + i.String(), t.times[i]})
	}
	for _, i := range []check.Role{check.Clerk, check.Engineer} {
		all = append(all, Sentence{"staff " + i.String(), t.roles[i]})
	}
	all = append(all, Sentence{"staff test print", t.test})
	for _, f := range check.Faults() {
		all = append(all, Sentence{"staff " + f.Code() + " what", t.advice[f].What}, Sentence{"staff " + f.Code() + " do", t.advice[f].Do})
	}
	return all
}
