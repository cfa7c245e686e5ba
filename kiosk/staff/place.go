package staff

import (
	"time"

	"multicopy.example/kiosk"
)

// A Place is one screen of maintenance and one thing waited for.
type Place uint8

const (
	Closed            Place = iota // residents have the machine
	Look                           // the state of the machine; no login
	Forgotten                      // what to do with a card that was left
	ChooseRole                     // clerk or technician
	OwnCode                        // the own code is typed
	Code                           // the one-time password is typed
	Comparing                      // both are counted and compared
	Refused                        // what came of it, where no login did
	ClockWrong                     // the clock is wrong, and the ways in
	AskingTime                     // the authority is asked for the time
	ClerkHome                      // what a clerk may do
	TechnicianHome                 // what a technician may do
	SignReasons                    // the out-of-service sign, with its reasons
	TestPage                       // test slip and test tone
	RestartPage                    // start the firmware anew
	SelfTests                      // self tests and their results
	Queue                          // the queue of records
	Events                         // the last events
	Config                         // the configuration
	Report                         // the readiness report
	Danger                         // what cannot be taken back
	FreshCode                      // a fresh one-time password is typed
	FreshComparing                 // and counted and compared
	Working                        // an act is under way
	Result                         // what came of it
	EnrolWho                       // whose codes are made anew
	OperatorCode                   // the operator's code is typed
	OperatorComparing              // and counted and compared
	NewOwn                         // the new own code is typed
	NewAgain                       // and again
	Enrolling                      // the new codes are made
	ShowQR                         // the QR code, once
	ConfirmCode                    // the new authenticator's first code is typed
	Confirming                     // and compared
	TouchGrid                      // the cells of the glass are touched, one by one

	Places // how many there are
)

// places is the only list of places: one row each. It is filled in init, because its
// functions read it.
var places [Places]place

// A place is one row. TestEveryPlaceHasAWholeRow walks the table.
type place struct {
	name   string        // in traces and golden files
	idle   time.Duration // the silence after which maintenance is left
	busy   bool          // it waits for a port and not for a person
	typed  Codes         // what the pad types into
	who    Roles         // who may be here
	offers Buttons       // what may be pressed beside ButtonLeave, which is offered everywhere
	answer func(State, Event) (State, []Effect)
}

// How long a person may be silent.
const (
	glance = 60 * time.Second  // a question, or a code that is typed
	read   = 120 * time.Second // something to read
	port   = 30 * time.Second  // a port that compares
	task   = 180 * time.Second // a port that does what takes a while
)

// Who may be somewhere.
const (
	withoutLogin = Roles(1 << kiosk.NoRole)
	clerks       = Roles(1 << kiosk.Clerk)
	technicians  = Roles(1 << kiosk.Technician)
	loggedIn     = clerks | technicians
)

func init() {
	places = [Places]place{
		Closed: {name: "closed", who: withoutLogin, answer: State.ignore},
		Look: {name: "look", idle: glance, who: withoutLogin,
			offers: buttons(ButtonLogin, ButtonForgotten, ButtonEnrol), answer: State.look},
		Forgotten: {name: "forgotten", idle: read, who: withoutLogin | loggedIn, offers: buttons(ButtonBack), answer: State.page},

		ChooseRole: {name: "choose-role", idle: glance, who: withoutLogin,
			offers: buttons(ButtonClerk, ButtonTechnician, ButtonBack), answer: State.chooseRole},
		OwnCode: {name: "own-code", idle: glance, typed: LiveOwn, who: withoutLogin,
			offers: buttons(ButtonOK, ButtonBack), answer: State.ownCode},
		Code: {name: "code", idle: glance, typed: LiveCode, who: withoutLogin,
			offers: buttons(ButtonOK, ButtonBack), answer: State.code},
		Comparing: {name: "comparing", idle: port, busy: true, who: withoutLogin, answer: State.comparing},
		Refused:   {name: "refused", idle: glance, who: withoutLogin, offers: buttons(ButtonOK), answer: State.refused},
		ClockWrong: {name: "clock-wrong", idle: read, who: withoutLogin,
			offers: buttons(ButtonBoth, ButtonTime, ButtonBack), answer: State.clockWrong},
		AskingTime: {name: "asking-time", idle: port, busy: true, who: withoutLogin, answer: State.askingTime},

		ClerkHome: {name: "clerk-home", idle: read, who: clerks,
			offers: buttons(ButtonSign, ButtonForgotten, ButtonTest, ButtonRestart, ButtonEnrol), answer: State.home},
		TechnicianHome: {name: "technician-home", idle: read, who: technicians,
			offers: buttons(ButtonSign, ButtonForgotten, ButtonTest, ButtonRestart, ButtonEnrol,
				ButtonSelfTests, ButtonQueue, ButtonEvents, ButtonConfig, ButtonReport, ButtonDanger), answer: State.home},

		SignReasons: {name: "sign-reasons", idle: read, who: loggedIn,
			offers: buttons(ButtonTask, ButtonReason, ButtonBack), answer: State.page},
		TestPage:    {name: "test-page", idle: read, who: loggedIn, offers: buttons(ButtonTask, ButtonBack), answer: State.page},
		RestartPage: {name: "restart-page", idle: glance, who: loggedIn, offers: buttons(ButtonTask, ButtonBack), answer: State.page},
		SelfTests:   {name: "self-tests", idle: read, who: technicians, offers: buttons(ButtonTask, ButtonGrid, ButtonBack), answer: State.page},
		TouchGrid:   {name: "touch-grid", idle: read, who: technicians, offers: buttons(ButtonCell, ButtonTask, ButtonBack), answer: State.touchGrid},
		Queue:       {name: "queue", idle: read, who: technicians, offers: buttons(ButtonTask, ButtonDanger, ButtonBack), answer: State.page},
		Events:      {name: "events", idle: read, who: technicians, offers: buttons(ButtonBack), answer: State.page},
		Config:      {name: "config", idle: read, who: technicians, offers: buttons(ButtonBack), answer: State.page},
		Report:      {name: "report", idle: read, who: technicians, offers: buttons(ButtonTask, ButtonBack), answer: State.page},

		Danger: {name: "danger", idle: glance, who: technicians, offers: buttons(ButtonTask, ButtonBack), answer: State.danger},
		FreshCode: {name: "fresh-code", idle: glance, typed: LiveCode, who: technicians,
			offers: buttons(ButtonOK, ButtonBack), answer: State.freshCode},
		FreshComparing: {name: "fresh-comparing", idle: port, busy: true, who: technicians, answer: State.freshComparing},

		Working: {name: "working", idle: task, busy: true, who: loggedIn, answer: State.working},
		Result:  {name: "result", idle: read, who: loggedIn, offers: buttons(ButtonOK), answer: State.result},

		EnrolWho: {name: "enrol-who", idle: glance, who: withoutLogin | loggedIn,
			offers: buttons(ButtonClerk, ButtonTechnician, ButtonBack), answer: State.enrolWho},
		OperatorCode: {name: "operator-code", idle: read, typed: LiveCode, who: withoutLogin | loggedIn,
			offers: buttons(ButtonOK, ButtonBack), answer: State.operatorCode},
		OperatorComparing: {name: "operator-comparing", idle: port, busy: true, who: withoutLogin | loggedIn, answer: State.operatorComparing},
		NewOwn: {name: "new-own", idle: glance, typed: LiveOwn, who: withoutLogin | loggedIn,
			offers: buttons(ButtonOK, ButtonBack), answer: State.newOwn},
		NewAgain: {name: "new-again", idle: glance, typed: LiveAgain, who: withoutLogin | loggedIn,
			offers: buttons(ButtonOK, ButtonBack), answer: State.newAgain},
		Enrolling: {name: "enrolling", idle: port, busy: true, who: withoutLogin | loggedIn, answer: State.enrolling},
		ShowQR:    {name: "show-qr", idle: task, who: withoutLogin | loggedIn, offers: buttons(ButtonOK, ButtonBack), answer: State.showQR},
		ConfirmCode: {name: "confirm-code", idle: glance, typed: LiveCode, who: withoutLogin | loggedIn,
			offers: buttons(ButtonOK, ButtonBack), answer: State.confirmCode},
		Confirming: {name: "confirming", idle: port, busy: true, who: withoutLogin | loggedIn, answer: State.confirming},
	}
}

func (p Place) row() *place {
	if p >= Places {
		return &places[Closed]
	}
	return &places[p]
}

// String is the place's name in traces and golden files.
func (p Place) String() string {
	if p >= Places {
		return "place?"
	}
	return p.row().name
}

// Typing is which code the pad types into; NoCodes without a pad.
func (p Place) Typing() Codes { return p.row().typed }

// Offers reports whether the button stands on the screen.
func (p Place) Offers(b Button) bool {
	return p != Closed && p < Places && (b == ButtonLeave || p.row().offers.has(b))
}

// Digits are how many the pad takes, at least and at most: 6 to 8 of an own code, 8 of
// the operator's, 6 of a one-time password.
func (p Place) Digits() (least, most int) {
	switch typed := p.Typing(); {
	case typed == NoCodes:
		return 0, 0
	case typed != LiveCode:
		return 6, 8
	case p == OperatorCode:
		return 8, 8
	}
	return 6, 6
}

// Idle is how long a person may be silent here before the mode is left; 0 for Closed.
func (p Place) Idle() time.Duration { return p.row().idle }

// Busy reports whether a port is waited for and not a person.
func (p Place) Busy() bool { return p.row().busy }
