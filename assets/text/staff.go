package text

import (
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// A StaffPage is what a screen of maintenance says: its title, and what to do or to
// know, which may be empty.
type StaffPage struct{ Title, What string }

// A StaffReason is what the out-of-service sign says for a reason, and the reason's
// short name on its button.
type StaffReason struct{ Name, Says string }

type pageTable struct {
	pages   [staff.Places]StaffPage
	buttons map[staff.Button]string
	tasks   map[kiosk.StaffTask]string
	follows map[kiosk.StaffTask]string // of what cannot be taken back: what it does, read before the fresh code
	reasons [staff.Reasons]string
	notes   [staff.Notes]string
	roles   map[kiosk.Role]string
	words   [staffWords]string
}

// StaffWord is a word or sentence of maintenance that stands on several screens.
type StaffWord uint8

// The words.
const (
	StaffWell        StaffWord = iota // every item is well
	StaffWatch                        // the worst item is a warning
	StaffDown                         // the worst item is critical
	StaffHelp                         // the number of the help desk
	StaffMachine                      // the machine's number
	StaffNoSign                       // the out-of-service sign is down
	StaffSignSays                     // what it says
	StaffDigits                       // how many digits are typed
	StaffVisits                       // how many visits of the day ended how
	StaffWaitSeconds                  // how many seconds have to be waited yet
	StaffWaitMinutes                  // how many minutes and seconds
	StaffRestarts                     // the machine starts again by itself, soon

	staffWords
)

func pagesOf(l kiosk.Lang) *pageTable {
	if l == kiosk.Japanese {
		return &jaPages
	}
	return &enPages
}

// StaffPageOf is the text of a screen of maintenance.
func StaffPageOf(l kiosk.Lang, p staff.Place) StaffPage { return pagesOf(l).pages[p] }

// StaffButton is the label of a button of maintenance.
func StaffButton(l kiosk.Lang, b staff.Button) string { return pagesOf(l).buttons[b] }

// StaffTaskName is the label of the button that has a task done.
func StaffTaskName(l kiosk.Lang, t kiosk.StaffTask) string { return pagesOf(l).tasks[t] }

// StaffFollows is what a task that cannot be taken back does; empty of all others.
func StaffFollows(l kiosk.Lang, t kiosk.StaffTask) string { return pagesOf(l).follows[t] }

// StaffReasonOf is a reason of the out-of-service sign. What it says is what residents
// read.
func StaffReasonOf(l kiosk.Lang, r staff.Reason) StaffReason {
	if l != kiosk.Japanese {
		l = kiosk.English
	}
	return StaffReason{pagesOf(l).reasons[r], wordTables[l][r.Message()].What}
}

// StaffNote is what a screen says of what has just happened; empty for NoNote.
func StaffNote(l kiosk.Lang, n staff.Note) string { return pagesOf(l).notes[n] }

// StaffRole is the name of a role.
func StaffRole(l kiosk.Lang, r kiosk.Role) string { return pagesOf(l).roles[r] }

// StaffSay is a word of maintenance.
func StaffSay(l kiosk.Lang, w StaffWord) string { return pagesOf(l).words[w] }

// StaffWait says how long has to be waited yet, in whole seconds that are never too few.
func StaffWait(l kiosk.Lang, d time.Duration) string {
	n := int((d + time.Second - 1) / time.Second)
	if n < 60 {
		return fmt.Sprintf(StaffSay(l, StaffWaitSeconds), n)
	}
	return fmt.Sprintf(StaffSay(l, StaffWaitMinutes), n/60, n%60)
}

// StaffToday says how many visits of the day changed a card, changed none, and are in
// doubt.
func StaffToday(l kiosk.Lang, n [3]int) string {
	return fmt.Sprintf(StaffSay(l, StaffVisits), n[0], n[1], n[2])
}

// StaffOperator is what the operator's code is called where it has to be waited for.
func StaffOperator(l kiosk.Lang) string { return StaffPageOf(l, staff.OperatorCode).Title }

// pageSentences are those of [Sentences]: none where staff reads another language.
func pageSentences(l kiosk.Lang) (all []Sentence) {
	if l != kiosk.Japanese && l != kiosk.English {
		return nil
	}
	t := pagesOf(l)
	add := func(name, s string) { all = append(all, Sentence{"staff " + name, s}) }
	for i := staff.Closed + 1; i < staff.Places; i++ {
		add(i.String()+" title", t.pages[i].Title)
		if t.pages[i].What != "" {
			add(i.String()+" what", t.pages[i].What)
		}
	}
	for _, b := range staff.AllButtons() {
		if t.buttons[b] != "" {
			add("button "+b.String(), t.buttons[b])
		}
	}
	for _, x := range kiosk.StaffTasks() {
		if t.tasks[x] != "" {
			add("task "+x.String(), t.tasks[x])
		}
	}
	for _, x := range kiosk.StaffTasks() {
		if t.follows[x] != "" {
			add("follows "+x.String(), t.follows[x])
		}
	}
	for i := staff.NoReason + 1; i < staff.Reasons; i++ {
		add("reason name", t.reasons[i])
	}
	for i := staff.NoNote + 1; i < staff.Notes; i++ {
		add("note "+i.String(), t.notes[i])
	}
	for _, r := range []kiosk.Role{kiosk.Clerk, kiosk.Technician} {
		add("role", t.roles[r])
	}
	for _, w := range t.words {
		add("word", w)
	}
	for w := range reportWords {
		add("report", ReportSay(l, w))
	}
	return all
}
