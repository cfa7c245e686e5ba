package staff

import "multicopy.example/kiosk"

// Do is what the loop is asked to do.
type Do uint8

const (
	// At once, in order.
	DoRecord  Do = iota + 1 // append Entry; durable before the next effect, or the rest is cancelled and RecordLost follows
	DoCount                 // count an attempt of Role, or of the operator (Task); durable before the next effect, or the rest is cancelled and CountRefused follows
	DoWipe                  // erase these Codes
	DoStay                  // the ten minutes begin now
	DoAbandon               // forget the new codes that were not confirmed

	// Later: each is answered by one reply with the effect's Op.
	DoCompare // compare what was counted, as Task says: Compared
	DoTime    // ask the authority for the time: TimeTold
	DoMake    // make new codes for Role: Made
	DoConfirm // compare the first code of the new authenticator: Compared
	DoAct     // do Task, of the sign with Reason, of the touch grid with Cells: Acted

	doCount
)

// String is the effect's name in traces and golden files.
func (d Do) String() string {
	if d == 0 || d >= doCount {
		return "do?"
	}
	return [...]string{"", "record", "count", "wipe", "stay", "abandon", "compare", "time", "make", "confirm", "act"}[d]
}

// Asks reports whether the effect is answered by a reply.
func (d Do) Asks() bool { return d >= DoCompare && d < doCount }

// An Effect is one thing to do. Effects of one step are carried out in order.
type Effect struct {
	Do     Do
	Op     uint32 // of those that are answered
	Entry  kiosk.Entry
	Codes  Codes
	Role   kiosk.Role
	Task   kiosk.StaffTask
	Reason Reason
	Cells  Cells // of the touch grid, those that were touched
}
