// Package check says what is the matter with the machine: call [Judge] with the
// [Facts] that were measured, and show the [Finding] of each item. It is pure: it
// measures nothing, and the screen of maintenance mode, `kiosk doctor` and the
// heartbeat get the same answer from the same facts.
//
// The columns of a finding are those of the field's service manuals: the level
// (normal, warning, critical), what to do, now or soon, and whether a clerk can do
// it or an engineer is needed. The sentences are in assets/text; the codes are
// ours, are said on the telephone, and are never used for anything else.
package check

// An Item is one line of the screen: a part of the machine, or what it depends on.
type Item uint8

// The items, in the order in which they are shown.
const (
	Program Item = iota // the kiosk's own program
	Reader
	Screen
	Network
	Authority
	Ledger
	Queue // of records that the authority does not have yet
	Disk
	Clock
	KioskCertificate
	AuthorityCertificate
	Temperature
	Printer
	Door
	Configuration
	Watchdog
	Sign   // that staff has put up
	Update // that the authority offered

	ItemCount // how many there are
)

var itemNames = [ItemCount]string{"program", "reader", "screen", "network", "authority", "ledger", "queue", "disk", "clock",
	"kiosk-certificate", "authority-certificate", "temperature", "printer", "door", "configuration", "watchdog", "sign", "update"}

// String is the item's name in JSON; never another one.
func (i Item) String() string {
	if i >= ItemCount {
		return "item?"
	}
	return itemNames[i]
}

// Items is a set of them.
type Items uint32

// Of is the set of these items.
func Of(items ...Item) (s Items) {
	for _, i := range items {
		s |= 1 << i
	}
	return s
}

// Has reports whether the item is in the set.
func (s Items) Has(i Item) bool { return s&(1<<i) != 0 }

// A Level says how an item is.
type Level uint8

// The levels, the worst last.
const (
	Absent   Level = iota // this machine has no such part
	Untested              // it was not asked, or could not be
	Normal
	Warning  // the kiosk works, and will not if nothing is done
	Critical // no visit can begin
)

// String is the level's name in JSON.
func (l Level) String() string {
	return [...]string{Absent: "absent", Untested: "untested", Normal: "normal", Warning: "warning", Critical: "critical"}[l]
}

// Time is when something has to be done.
type Time uint8

// Now is while the clerk stands there, Soon is within days.
const (
	NoTime Time = iota
	Soon
	Now
)

// String is the time's name in JSON.
func (t Time) String() string { return [...]string{"", "soon", "now"}[t] }

// Role is who can do it.
type Role uint8

// A Clerk has the shop's keys and hands; an Engineer opens the machine or changes
// what it is told.
const (
	NoRole Role = iota
	Clerk
	Engineer
)

// String is the role's name in JSON.
func (r Role) String() string { return [...]string{"", "clerk", "engineer"}[r] }

// A Finding is what is said of one item. Fault is [NoFault] where its level is none
// of warning and critical.
type Finding struct {
	Item  Item
	Level Level
	Fault Fault
}

// Judge says how each item is, in the order of the items. Of several faults of one
// item the first of the table is told: it is the one to mend first.
func Judge(f Facts) []Finding {
	all := make([]Finding, 0, ItemCount)
	for i := range ItemCount {
		all = append(all, judge(i, &f))
	}
	return all
}

func judge(i Item, f *Facts) Finding {
	switch {
	case f.Absent.Has(i):
		return Finding{Item: i, Level: Absent}
	case f.Late.Has(i):
		return Finding{Item: i, Level: Late.Level(), Fault: Late}
	case !f.Tested.Has(i):
		return Finding{Item: i, Level: Untested}
	}
	for fault := NoFault + 1; fault < faultCount; fault++ {
		if r := &faults[fault]; r.item == i && r.met != nil && r.met(f) {
			return Finding{Item: i, Level: r.level, Fault: fault}
		}
	}
	return Finding{Item: i, Level: Normal}
}

// Worst is the level of the one light: critical, warning, or normal. What was not
// tested makes it no worse.
func Worst(all []Finding) Level {
	worst := Normal
	for _, f := range all {
		worst = max(worst, f.Level)
	}
	return worst
}
