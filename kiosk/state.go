package kiosk

import "time"

// A Place is where one resident is: one screen and one thing waited for.
type Place uint8

const (
	Starting     Place = iota // ledger and reader are being opened
	Idle                      // 0 attract
	PageWhich                 // 0 which secret is which
	PageNeither               // 0 I know neither secret
	Needs                     // 1 what you need; agree or stop
	PlaceCard                 // 2 put the card on the reader
	Reading                   // 3 the card is read
	Opening                   // 3 the authority opens a session
	Plan                      // 4 what will be done
	Code                      // 5 the one-time password is typed
	CodeAsked                 // 5 the authority compares it
	NewSecret                 // 6 the new secret is typed
	Again                     // 7 and again
	Confirm                   // 8 last look before the proof
	LastTry                   // 9 one try left: go on, or to the office
	Proof                     // 9 the proof secret is typed
	Verifying                 // 10 VERIFY: a try is being spent
	Signing                   // 10 the card signs the proof
	Proving                   // 10 the authority believes it
	Granting                  // 10 GET CHALLENGE, then the grant
	Writing                   // 10 the card is opened and written
	Settling                  // 10 the authority is told the outcome
	DoubtCard                 // 10 in doubt: put the same card back
	DoubtReading              // 10 in doubt: its counters are read
	DoubtAgain                // 10 in doubt: same card; OK repeats the write
	Telling                   // 11 the result
	TakeCard                  // 12 until the card is gone
	Thanks                    // 12 and goodbye
	OutOfService              // no visit can begin; the word says why
	Staff                     // maintenance; residents are elsewhere

	Places // how many there are
)

var placeNames = [Places]string{
	"starting", "idle", "page-which", "page-neither", "needs", "place-card", "reading", "opening", "plan",
	"code", "code-asked", "new-secret", "again", "confirm", "last-try", "proof",
	"verifying", "signing", "proving", "granting", "writing", "settling", "doubt-card", "doubt-reading", "doubt-again",
	"telling", "take-card", "thanks", "out-of-service", "staff",
}

// String is the place's name in traces and golden files.
func (p Place) String() string {
	if p >= Places {
		return "place?"
	}
	return placeNames[p]
}

// LiveSecrets is the set of secrets that are live: typed and not yet wiped.
type LiveSecrets uint8

const (
	LiveCode  LiveSecrets = 1 << iota // the one-time password
	LiveNew                           // the new secret
	LiveAgain                         // the new secret, typed again
	LiveProof                         // the proof secret

	LiveNone LiveSecrets = 0                                          // none of them
	LiveAll  LiveSecrets = LiveCode | LiveNew | LiveAgain | LiveProof // each of them
)

// A State is where one resident is. It is a comparable value without
// pointers: equal states behave alike for ever, so all of them can be walked.
// Payload (certificates, challenges, tickets, grants) never enters it.
type State struct {
	Place
	Op    uint32 // the request we wait for; a reply to any other is stale
	Timer uint8  // how many of the place's timers have fired
	Flow  Flow
	Act   Act

	Factor  Factor
	Tries   int8 // of the proof secret, as this card last said; -1 before it has
	Target  int8 // of the target, as this card last said before the write; -1 before it has
	Codes   int8 // one-time passwords the resident may still type
	Misses  int8 // how often the second entry differed from the first
	Grants  int8 // grants asked for in this visit, at most MaxGrants
	Renewed int8 // touches that extended the visit, at most MaxExtensions

	Live   LiveSecrets // which secrets are live
	Intent Intent      // an irreversible act recorded without its outcome
	Result Outcome
	Card   bool // a card stands on the reader, as far as we know
	Fresh  bool // Settle answered with a challenge: a doubtful write may be repeated
	Over   bool // the visit's cap has passed; it ends at the next place that can end
	Spent  bool // a try was spent, or a write begun, in this visit
	Warned bool // the resident knows that the next try is the last, and pressed OK

	Message Message // what we are telling the resident
	Health  Message // why no visit can begin: NoMessage, E-NET, E-HRS, …
	Lang    Lang
	Size    Size
	Role    Role
}

// Lang is the language of every text on the screen.
type Lang uint8

const (
	Japanese Lang = iota // 日本語
	English              // English

	Langs // how many there are
)

// Size is the size of the text on the screen.
type Size uint8

const (
	SizeNormal Size = iota // capitals of 4.8 mm
	SizeLarge              // capitals of 6.1 mm

	Sizes // how many there are
)

// Role is who is logged in at the maintenance screen.
type Role uint8

const (
	NoRole     Role = iota // not logged in
	Clerk                  // 店員
	Technician             // 保守員
)

// Limits of one visit.
const (
	MaxGrants     = 3  // per reservation; the authority counts too
	MaxExtensions = 10 // WCAG 2.2.1 asks for ten at least
	MaxMisses     = 3  // second entries that may differ before both are typed anew

	// VisitCap is the longest visit, extensions that were asked for by touch
	// not counted. It ends at the first place that holds no begun act.
	VisitCap = 15 * time.Minute
)

// timerAction is what happens when a timer fires.
type timerAction uint8

const (
	timerWipe   timerAction = iota + 1 // erase what was typed here, stay
	timerWarn                          // ask whether somebody is still there
	timerLeave                         // end the visit
	timerTone                          // sound: the card is still here
	timerRed                           // the whole screen turns red
	timerLamp                          // call the clerk
	timerRepeat                        // do the place's own work once more
)

// A timer fires so long after the last change of state or key press.
type timer struct {
	after time.Duration
	does  timerAction
}

// timers of every place, in the order of time. A place without one would never
// be left in silence; the walk checks that there is none.
var timers = [Places][]timer{
	Starting:     {{30 * time.Second, timerRepeat}},
	Idle:         {{20 * time.Second, timerRepeat}},
	PageWhich:    leaveAfterWarning(120, 30),
	PageNeither:  leaveAfterWarning(120, 30),
	Needs:        leaveAfterWarning(120, 30),
	PlaceCard:    leaveAfterWarning(60, 20),
	Reading:      {{15 * time.Second, timerLeave}},
	Opening:      {{25 * time.Second, timerLeave}},
	Plan:         leaveAfterWarning(120, 30),
	Code:         leaveAfterWarning(120, 30),
	CodeAsked:    {{25 * time.Second, timerLeave}},
	NewSecret:    wipeThenLeave(60, 120, 30),
	Again:        wipeThenLeave(60, 120, 30),
	Confirm:      leaveAfterWarning(60, 30),
	LastTry:      leaveAfterWarning(60, 30),
	Proof:        wipeThenLeave(60, 90, 30),
	Verifying:    {{30 * time.Second, timerLeave}},
	Signing:      {{30 * time.Second, timerLeave}},
	Proving:      {{30 * time.Second, timerLeave}},
	Granting:     {{30 * time.Second, timerLeave}},
	Writing:      {{30 * time.Second, timerLeave}},
	Settling:     {{30 * time.Second, timerLeave}},
	DoubtCard:    leaveAfterWarning(60, 30),
	DoubtReading: {{15 * time.Second, timerLeave}},
	DoubtAgain:   leaveAfterWarning(60, 30),
	Telling:      {{30 * time.Second, timerLeave}},
	TakeCard: {{100 * time.Millisecond, timerTone}, {5 * time.Second, timerTone}, {10 * time.Second, timerTone},
		{15 * time.Second, timerTone}, {20 * time.Second, timerTone}, {25 * time.Second, timerTone},
		{30 * time.Second, timerRed}, {35 * time.Second, timerTone}, {40 * time.Second, timerTone},
		{60 * time.Second, timerLamp}},
	Thanks:       {{10 * time.Second, timerLeave}},
	OutOfService: {{1 * time.Second, timerRepeat}, {30 * time.Second, timerRepeat}}, // back within 5 s of what was missing
	Staff:        {{600 * time.Second, timerLeave}},
}

func leaveAfterWarning(idle, warning time.Duration) []timer {
	return []timer{{idle * time.Second, timerWarn}, {(idle + warning) * time.Second, timerLeave}}
}

func wipeThenLeave(wipe, idle, warning time.Duration) []timer {
	return append([]timer{{wipe * time.Second, timerWipe}}, leaveAfterWarning(idle, warning)...)
}

// NextTimer is how long after the last change the next timer of this state
// fires; false when none is left.
func (s State) NextTimer() (time.Duration, bool) {
	if s.Place >= Places || int(s.Timer) >= len(timers[s.Place]) {
		return 0, false
	}
	return timers[s.Place][s.Timer].after, true
}

// warned reports whether the question "are you still there?" stands on the
// screen.
func (s State) warned() bool {
	return s.Timer > 0 && s.Place < Places && timers[s.Place][s.Timer-1].does == timerWarn
}
