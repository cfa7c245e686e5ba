package run

import (
	"context"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

// The ports. Each is implemented by a package that never sees this one; each
// error unwraps to a port.Fault or one of the errors in kiosk/port/port.go. Every
// call ends soon after its context does.

// Reader is the card reader.
type Reader interface {
	// Ready opens the reader from nothing and asks it for its name; nil
	// means that Wait can work. Fault E-RDR otherwise.
	Ready(ctx context.Context) error
	// Wait returns when one card stands in the field. Faults: E-RDR the
	// reader is lost, E-TYP2 two cards, E-TYP not such a card.
	Wait(ctx context.Context) (Card, error)
	// Answers asks the reader for its name, whatever lies in the field: nothing
	// reaches a card and the field stays off. Fault E-RDR where it is lost.
	Answers(ctx context.Context) error
}

// Card is one card in the field, until it leaves. After port.ErrGone every
// call answers port.ErrGone: a card that comes back is another Card.
type Card interface {
	// Read spends nothing and asks for no secret.
	Read(ctx context.Context) (port.Facts, error)
	// Verify spends a try. port.WrongSecret, port.ErrBlocked; port.ErrGone
	// where it is not known whether the try was spent. Never repeated.
	Verify(ctx context.Context, ref kiosk.Ref, s secret.Secret) error
	// Sign makes a PKCS#1 v1.5 signature (256 bytes) of a SHA-256 digest.
	Sign(ctx context.Context, ref kiosk.Ref, digest [32]byte) ([]byte, error)
	// Challenge is 16 bytes, good for the next command only.
	Challenge(ctx context.Context) ([]byte, error)
	// Run opens the card with the grant's command and sets (Reset) or
	// unlocks (Unlock) the target. nil: done. port.ErrRefused: certainly
	// unchanged. port.ErrUnknown: sent, and not known.
	Run(ctx context.Context, g port.Grant, fresh secret.Secret) error
	// Present asks whether the card is still there; port.ErrGone when not.
	// It spends nothing and is never called between Challenge and Run.
	Present(ctx context.Context) error
	// Release takes the power from the card and so every verified state.
	Release(ctx context.Context) error
}

// Authority is the far end. Errors: port.Fault of the reason; port.WrongCode.
type Authority interface {
	// Health is what was heard last; Ask asks anew.
	Health(ctx context.Context) (port.Health, error)
	Ask(ctx context.Context) (port.Health, error)
	Open(ctx context.Context, f port.Facts) (port.Session, error)
	// Code seals the one-time password inside Use and answers the ticket. An
	// empty secret is sent where the session's factor is the reservation alone.
	Code(ctx context.Context, s port.Session, code secret.Secret) (ticket [32]byte, err error)
	// Keep repeats the request whose answer was the session's ticket, so that the
	// authority sees that the visit goes on and may keep its claim.
	Keep(ctx context.Context, s port.Session) error
	// Digest is what the card signs: composed here, never received.
	Digest(s port.Session, authCert []byte, act kiosk.Act) [32]byte
	Prove(ctx context.Context, s port.Session, act kiosk.Act, signature []byte) error
	// Look says how a card's certificates are, and opens a session that renews nothing
	// where its user-authentication certificate is good.
	Look(ctx context.Context, f port.Facts) (port.Looked, error)
	// SeeDigest is what the card signs for See: composed here, never received.
	SeeDigest(s port.Session, authCert []byte) [32]byte
	// See hands over the signature and answers the person's phones, at most
	// kiosk.MaxPhones.
	See(ctx context.Context, s port.Session, signature []byte) ([]kiosk.Phone, error)
	// Hold has the certificates of that phone held; where they are held already, too.
	// port.ErrRefused: certainly not done. All other errors leave it open.
	Hold(ctx context.Context, s port.Session, carrier [16]byte) error
	// Consents are those of the card's holder that stand, after See, at most kiosk.MaxConsents.
	Consents(ctx context.Context, s port.Session) (port.Consents, error)
	// WithdrawDigest is what the card's signing key signs for Withdraw: composed here of listed
	// fields, never received.
	WithdrawDigest(w port.Withdrawal, certificate [32]byte) ([32]byte, error)
	// Withdraw ends that consent; where it has ended already, too. port.ErrRefused: certainly
	// not done. All other errors leave it open.
	Withdraw(ctx context.Context, s port.Session, w port.Withdrawal, signature []byte) (port.Withdrawn, error)
	Grant(ctx context.Context, s port.Session, challenge []byte) (port.Grant, error)
	// Settle tells the outcome and gets a fresh challenge unless it is Done.
	// A zero grant means the last one of the session.
	Settle(ctx context.Context, s kiosk.SessionID, g kiosk.GrantID, o kiosk.Outcome) (challenge [32]byte, err error)
}

// Ledger keeps every record durably before the act that follows it.
type Ledger interface {
	Append(ctx context.Context, e kiosk.Entry) error // durable when it returns
	// Open lists the intents that have no outcome: what a run that was cut
	// short left behind, oldest first.
	Open(ctx context.Context) ([]kiosk.Entry, error)
	// Room says how full it is, in percent, and at 100 the Fault E-FUL: no
	// new visit may begin. One that has begun appends to its end.
	Room(ctx context.Context) (percent int, err error)
}

// Staff is what maintenance needs beside the other ports (kiosk/staff). A kiosk
// whose Ports have none has no maintenance.
type Staff interface {
	// Facts are what the mode finds when it opens.
	Facts() StaffFacts
	// Count counts an attempt of the role, or of the operator's code where the task
	// says so; it is durable when it returns. NoNote: counted; else why not.
	Count(ctx context.Context, r kiosk.Role, t kiosk.StaffTask) (staff.Note, error)
	// Compare compares what was counted last, as the task says.
	Compare(ctx context.Context, t kiosk.StaffTask, codes port.StaffCodes) (staff.Verdict, error)
	// Time asks the authority for the time, and reports whether it said it.
	Time(ctx context.Context) (sure bool, err error)
	// Make makes new codes, of which nothing is kept before Confirm answers Right;
	// Abandon forgets them. Show has the QR code from here.
	Make(ctx context.Context, r kiosk.Role, codes port.StaffCodes) error
	Confirm(ctx context.Context, codes port.StaffCodes) (staff.Verdict, error)
	Abandon()
	// Act does what staff is logged in for. An error goes with Failed or Unknown.
	// r is what the sign is to say, touched what of the touch grid was touched.
	Act(ctx context.Context, t kiosk.StaffTask, r staff.Reason, touched staff.Cells) (StaffActed, error)
	// Show draws a view of maintenance over the screen's ScreenStaff. The last one
	// has the place staff.Closed.
	Show(v staff.View)
}

// StaffActed is what came of an act.
type StaffActed struct {
	Outcome kiosk.Outcome
	Note    staff.Note // why it failed, where staff can do something about it
	Digest  [32]byte   // of an export that is done: SHA-256 of the file
}

// StaffFacts is what maintenance finds when it opens.
type StaffFacts struct {
	Enrolled staff.Roles  // which roles have codes
	Door     bool         // the door of the machine is open
	Sign     staff.Reason // what the out-of-service sign says
}

// Printer prints the slip of a result. A kiosk whose Ports have none offers none.
type Printer interface {
	// Ready is nil where a slip can be printed now.
	Ready(ctx context.Context) error
	// Print prints the slip of that view and returns when it is printed. One that has
	// begun is finished, also where ctx ends.
	Print(ctx context.Context, v kiosk.View) error
}

// Display is the screen.
type Display interface {
	// Show draws a view. It returns when the view is on the screen.
	Show(v kiosk.View)
}

// Board is the machine around us.
type Board interface {
	Alive()          // feed the watchdog
	Started()        // once: a screen that says what is so stands, and be it out of service
	Healthy()        // once: a visit could begin, so that this image may be marked good
	Lamp(on bool)    // the clerk's lamp
	Tone(kiosk.Tone) // a sound the resident hears
}
