package staff

import "multicopy.example/kiosk"

// Kind is what happened.
type Kind uint8

const (
	NoEvent Kind = iota // nothing; never delivered

	Opened       // the mode is opened: Enrolled, Door, Sign as they are
	Pressed      // a button, and with ButtonTask its Task, with ButtonReason its Reason, with ButtonCell its Cell
	KeyPressed   // a key changed what is typed; which, is not said
	TimerFired   // the place was left alone for its idle time; Op is the state's
	TimeUp       // the ten minutes have passed
	DoorMoved    // Door says how it stands now
	RecordLost   // a record could not be kept; what stands behind it was not done
	CountRefused // the attempt was not counted, as Note says; what stands behind it was not done

	// Replies. They carry the Op of the effect they answer.
	Compared // Verdict
	TimeTold // Sure: the authority has said the time
	Made     // new codes were made, where Outcome is done; the QR code is the display's to show
	Acted    // Outcome; where it is failed Note may say why, and of an export that is done Digest is the file's

	kindCount
)

// String is the kind's name in traces and golden files.
func (k Kind) String() string {
	if k >= kindCount {
		return "event?"
	}
	return [...]string{"none", "opened", "pressed", "key", "timer", "time-up", "door", "record-lost", "count-refused",
		"compared", "time-told", "made", "acted"}[k]
}

// Button is what was pressed.
type Button uint8

const (
	NoButton         Button = iota // none
	ButtonLeave                    // end the mode
	ButtonOK                       // next, go on, understood
	ButtonBack                     // to the page before
	ButtonLogin                    // log in
	ButtonForgotten                // what to do with a card that was left
	ButtonEnrol                    // new codes for a role
	ButtonClerk                    // the clerk
	ButtonTechnician               // the technician
	ButtonBoth                     // the other role logs in too
	ButtonTime                     // ask the authority for the time
	ButtonSign                     // to SignReasons
	ButtonTest                     // to TestPage
	ButtonRestart                  // to RestartPage
	ButtonSelfTests                // to SelfTests
	ButtonQueue                    // to Queue
	ButtonEvents                   // to Events
	ButtonConfig                   // to Config
	ButtonReport                   // to Report
	ButtonDanger                   // to Danger
	ButtonTask                     // do the event's Task
	ButtonReason                   // put up the sign with the event's Reason
	ButtonGrid                     // to TouchGrid
	ButtonCell                     // the event's Cell of the touch grid

	buttonCount
)

// String is the button's name in traces and golden files.
func (b Button) String() string {
	if b >= buttonCount {
		return "button?"
	}
	return [...]string{"-", "leave", "ok", "back", "login", "forgotten", "enrol", "clerk", "technician", "both", "time", "sign", "test",
		"restart", "self-tests", "queue", "events", "config", "report", "danger", "task", "reason", "grid", "cell"}[b]
}

// AllButtons are all that can be pressed.
func AllButtons() (all []Button) {
	for b := ButtonLeave; b < buttonCount; b++ {
		all = append(all, b)
	}
	return all
}

// Buttons is a set of buttons.
type Buttons uint32

func buttons(all ...Button) (s Buttons) {
	for _, b := range all {
		s |= 1 << b
	}
	return s
}

func (s Buttons) has(b Button) bool { return s&(1<<b) != 0 }

// Verdict is what came of a comparison of codes.
type Verdict uint8

const (
	Wrong       Verdict = iota // own code or one-time password; it is not said which
	Right                      // both; the step is used up, on disk
	Used                       // the own code is right and the one-time password was used: wait for the next
	ClockOff                   // the own code is right, and the one-time password fits another time, or the clock is known to be wrong
	ClockAgreed                // as ClockOff, and the other role's authenticator has just said the same time: both steps are used up, on disk

	verdictCount
)

// String is the verdict's name in traces, golden files and logs.
func (v Verdict) String() string {
	if v >= verdictCount {
		return "verdict?"
	}
	return [...]string{"wrong", "right", "used", "clock-off", "clock-agreed"}[v]
}

// An Event is one thing that happened. It is flat and comparable; no field can hold
// a code or its length.
type Event struct {
	Kind     Kind
	Op       uint32 // of the effect this answers; TimerFired: of the state that was left alone
	Place    Place  // Pressed, KeyPressed: the screen it was made on; a touch meant for another changes nothing
	Button   Button // Pressed
	Task     kiosk.StaffTask
	Reason   Reason
	Cell     uint8 // Pressed ButtonCell
	Bad      bool  // Pressed ButtonOK on a pad: not the digits that there have to be
	Same     bool  // Pressed ButtonOK on NewAgain: it equals the first
	Verdict  Verdict
	Outcome  kiosk.Outcome
	Sure     bool
	Enrolled Roles
	Door     bool
	Sign     Reason
	Note     Note     // CountRefused: NoteWait, NoteNoCodes or NoteNoCount; Acted: a refusal, or none
	Digest   [32]byte // Acted: SHA-256 of what was exported
}

func (e Event) touch() bool { return e.Kind == Pressed || e.Kind == KeyPressed }

func (e Event) reply() bool { return e.Kind >= Compared && e.Kind < kindCount }

func (e Event) pressed(b Button) bool { return e.Kind == Pressed && e.Button == b }
