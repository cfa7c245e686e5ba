package staff

import (
	"time"

	"multicopy.example/kiosk"
)

// Codes is a set of codes that are typed and not yet erased.
type Codes uint8

const (
	LiveOwn   Codes = 1 << iota // an own code
	LiveCode                    // a one-time password, or the operator's code
	LiveAgain                   // a new own code, typed again

	NoCodes Codes = 0                              // none of them
	LiveAll Codes = LiveOwn | LiveCode | LiveAgain // each of them
)

// Roles is a set of roles; 1<<kiosk.NoRole in it is the state without a login.
type Roles uint8

// Has reports whether the role is in the set.
func (r Roles) Has(role kiosk.Role) bool { return r&(1<<role) != 0 }

// Reason is what the out-of-service sign says: one of five ready sentences.
type Reason uint8

const (
	NoReason     Reason = iota // no sign is up
	ReasonRepair               // a repair has been called for
	ReasonReader               // the card reader is out of order
	ReasonLine                 // no connection
	ReasonPaper                // no paper
	ReasonShop                 // the shop's own reason

	Reasons // how many there are
)

// Message is what residents read while the sign stands for that reason.
func (r Reason) Message() kiosk.Message {
	if r == NoReason || r >= Reasons {
		return kiosk.NoMessage
	}
	return kiosk.MsgOffRepair + kiosk.Message(r-ReasonRepair)
}

// Begun is what the ledger has the beginning of and not the end.
type Begun uint8

const (
	NotBegun Begun = iota // nothing
	Trying                // an attempt with codes
	Doing                 // an act
)

// Cells is a set of cells of the touch grid, counted from the upper left along the rows.
type Cells uint32

// The grid: its cells cover the glass, but for the foot with the way out.
const (
	GridColumns = 5
	GridRows    = 4
	GridCells   = GridColumns * GridRows

	AllCells Cells = 1<<GridCells - 1
)

// Has reports whether the cell is in the set.
func (c Cells) Has(cell uint8) bool { return cell < GridCells && c&(1<<cell) != 0 }

// Limits of maintenance.
const (
	Stay        = 10 * time.Minute // from the opening or the login to the end
	MaxConfirms = 3                // wrong first codes of a new authenticator
)

// A State is where staff is. It is a comparable value without pointers, and holds no
// code: those stand in their slots.
type State struct {
	Place
	Op       uint32          // the request we wait for; a reply to any other is stale
	Role     kiosk.Role      // who is logged in
	Asked    kiosk.Role      // whose codes are typed, or made anew
	Half     kiosk.Role      // whose authenticator has said another time than the clock
	Task     kiosk.StaffTask // what is tried or done
	Chosen   kiosk.StaffTask // what cannot be taken back, and waits for the fresh code
	Begun    Begun
	Live     Codes
	Pick     Reason // the reason that the sign is to say
	Sign     Reason // the reason that it says
	Touched  Cells  // of the touch grid, since it was opened
	Enrolled Roles  // which roles have codes
	Misses   int8   // wrong first codes of a new authenticator, below MaxConfirms
	Door     bool   // the door of the machine is open
	Over     bool   // the ten minutes have passed; it ends with what is under way
	Note     Note   // what the screen says beside its own text
}

// Note is what a screen of maintenance says of what has just happened.
type Note uint8

const (
	NoNote       Note = iota // nothing
	NoteWrong                // own code or one-time password is wrong
	NoteUsed                 // the one-time password was used: wait for the next
	NoteWait                 // too many wrong attempts: the role has to wait
	NoteNoCodes              // the role has no codes yet
	NoteOther                // the other role has to log in for this
	NoteNoRecord             // no record could be kept, so it was not done
	NoteNoCount              // the attempt could not be counted, so it was not compared
	NoteForm                 // not as many digits as there have to be
	NoteMismatch             // the two entries differ
	NoteDoor                 // the door has to be open
	NoteTime                 // the time is known again
	NoteNoTime               // the authority did not say the time
	NoteClock                // the new authenticator and the clock disagree
	NoteDone                 // done
	NoteFailed               // not done
	NoteUnknown              // it is not known whether it was done

	// Why an act was refused, or failed; Acted brings them.
	NoteNoKey     // no key of the operator is configured, to which an export is encrypted
	NoteNoStick   // no stick is mounted
	NoteStickFull // the stick has no room
	NoteStickBad  // the stick was not written, or did not give back what was written
	NoteNotSent   // what would be erased is nowhere else
	NoteNoUpdate  // updates do not come by this screen
	NoteNoBundle  // the stick has no update on it
	NoteForeign   // the update is of another signer
	NoteOlder     // the update is older than what runs
	NoteDamaged   // the update is not whole

	Notes // how many there are
)

// String is the note's name in traces and golden files.
func (n Note) String() string {
	if n >= Notes {
		return "note?"
	}
	return [...]string{"-", "wrong", "used", "wait", "no-codes", "other-role", "no-record", "no-count", "form", "mismatch", "door", "time",
		"no-time", "clock", "done", "failed", "unknown", "no-key", "no-stick", "stick-full", "stick-bad", "not-sent", "no-update", "no-bundle", "foreign", "older", "damaged"}[n]
}

// Refusal reports whether the note says why an act was not done.
func (n Note) Refusal() bool { return n > NoteUnknown && n < Notes }

// other is the other role.
func other(r kiosk.Role) kiosk.Role {
	if r == kiosk.Clerk {
		return kiosk.Technician
	}
	return kiosk.Clerk
}
