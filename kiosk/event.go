package kiosk

// Kind is what happened.
type Kind uint8

const (
	NoEvent Kind = iota // nothing; never delivered

	// From the screen. A key of a pad changes its Secret and posts KeyPressed
	// without saying which: keys are not events.
	Pressed
	KeyPressed // a key changed what is typed
	PageTurned // another page of a view that does not fit on one; which page is the display's alone

	// From the clock.
	TimerFired // timer number Timer of the place has fired
	VisitOver  // the visit's cap has passed

	// From the reader, unasked.
	CardGone   // the session's card has left the field
	ReaderLost // the reader does not answer
	LedgerLost // a durable record could not be kept; what should have followed it did not happen
	StaffIn    // staff wants the maintenance mode (kiosk/staff)
	StaffOut   // and has left it

	// Replies. They carry the Op of the effect they answer.
	Recovered // ledger open, intents of the last run closed, reader ready
	Unwell    // Recover could not; Message says why
	Healthy   // may a visit begin: Message is NoMessage, or why not: E-FUL, E-HRS, E-NET, …
	CardIn    // one card in the field; Message is NoMessage, or why the ledger takes no new visit
	CardRead  // its facts
	CardBad   // it cannot be used; Message says why
	Opened    // the session
	Refused   // the authority refuses, or the network fails; Message says why
	CodeRight // the ticket is here
	CodeWrong // Left entries remain
	Verified  // the proof secret is right
	NotRight  // it is wrong: Left tries remain; 0 is blocked
	Unsure    // VERIFY was sent and its answer lost: a try may be spent
	Signed    // the card signed the proof
	Proved    // the authority believes it
	Granted   // the loop has one live grant
	NoGrant   // there is none; Message says why; the card is unchanged
	Wrote     // the write ended as Outcome says
	Settled   // the authority knows; Fresh: it gave a fresh challenge
	Unsettled // it does not know yet; the ledger's queue will tell it
	NoCard    // nothing lies on the reader, or the reader is lost
	ACard     // something lies there

	PrinterReady // a slip can be printed
	NoPrinter    // none can, or none was
	Printed      // the slip is printed

	Looked // what lies here is known; Found is FoundDead or FoundCard
	Seen   // the person's phones: Found is FoundNothing, FoundHeld or FoundGood
	Held   // the hold ended as Outcome says

	ListIn    // Rows consents are listed: Found is FoundNothing, FoundReadOnly or FoundConsents; asked again, FoundGone or FoundConsents
	Withdrawn // the withdrawal ended as Outcome says

	kindCount
)

// String is the kind's name in traces and golden files.
func (k Kind) String() string {
	if k >= kindCount {
		return "event?"
	}
	return [...]string{"none", "pressed", "key", "page", "timer", "visit-over", "card-gone", "reader-lost", "ledger-lost", "staff-in", "staff-out",
		"recovered", "unwell", "healthy", "card-in", "card-read", "card-bad", "opened", "refused", "code-right",
		"code-wrong", "verified", "not-right", "unsure", "signed", "proved", "granted", "no-grant", "wrote",
		"settled", "unsettled", "no-card", "a-card", "printer-ready", "no-printer", "printed", "looked", "seen", "held", "list", "withdrawn"}[k]
}

// Button is what was pressed. Every button of every screen is here; a button
// that a place does not offer changes nothing there.
type Button uint8

const (
	NoButton       Button = iota // none
	ButtonOK                     // begin, next, go on, understood
	ButtonBack                   // to the question before
	ButtonStop                   // end the visit
	ButtonWhich                  // which secret is which
	ButtonNone                   // I know neither
	ButtonReset                  // I forgot it: choose a new one
	ButtonUnlock                 // I remember it: unlock only
	ButtonStay                   // still here (while the warning stands)
	ButtonLang                   // the page of languages
	ButtonSmaller                // smaller text
	ButtonLarger                 // larger text
	ButtonCounter                // the page to show at the municipal office
	ButtonSpeak                  // on the page of languages: the event's Lang
	ButtonSlip                   // print a slip of the result
	ButtonLook                   // what lies here, and: I have lost my phone
	ButtonConsents               // what have I agreed to
	ButtonPick                   // this one of the list: the event's Row
	ButtonEnd                    // withdraw it
	ButtonColours                // the page of colours
	ButtonTheme                  // on the page of colours: the event's Theme
	ButtonSound                  // the page of sound
	ButtonQuieter                // on it, or by a key of its own: speech is less loud
	ButtonLouder                 // louder
	ButtonDark                   // the glass is dark, or is not any more

	buttonCount
)

// String is the button's name in traces, golden files and layouts.
func (b Button) String() string {
	if b >= buttonCount {
		return "button?"
	}
	return [...]string{"-", "ok", "back", "stop", "which", "neither", "reset", "unlock", "stay", "lang", "smaller", "larger", "counter", "speak", "slip", "look", "consents", "pick", "end", "colours", "theme", "sound", "quieter", "louder", "dark"}[b]
}

// Buttons are all that can be pressed.
func Buttons() (all []Button) {
	for b := ButtonOK; b < buttonCount; b++ {
		all = append(all, b)
	}
	return all
}

// Form is the set of rules that an entry breaks; zero is a good entry. The
// loop fills it from the Secret when OK is pressed.
type Form uint8

const (
	FormShort    Form = 1 << iota // too few characters (8, 6 or 4)
	FormLong                      // too many (8, 16 or 4)
	FormNoLetter                  // signing password without a letter
	FormNoDigit                   // signing password without a digit
	FormChar                      // a character outside the alphabet
	FormWeak                      // 0000, 1234, … : a warning, not a refusal
)

// Bad reports whether the entry is refused. A weak one is not.
func (f Form) Bad() bool { return f&^FormWeak != 0 }

// An Event is one thing that happened. It is flat and comparable, so that it
// can be enumerated, kept, printed and replayed; no field can hold a secret,
// its length, or an identity.
type Event struct {
	Kind    Kind
	Op      uint32 // of the effect this answers
	Timer   uint8  // TimerFired: which
	Place   Place  // Pressed, KeyPressed, PageTurned: the screen it was made on; a touch meant for another changes nothing
	Button  Button // Pressed: which
	Form    Form   // Pressed OK on a pad: what the entry breaks
	Lang    Lang   // Pressed ButtonSpeak: which
	Theme   Theme  // Pressed ButtonTheme: which
	Same    bool   // Pressed OK on Again: it equals the first. CardRead: it is the session's card
	Left    int8   // NotRight, CodeWrong: what remains
	Auth    int8   // CardRead, Opened, Looked, Refused instead of these: tries of the 4-digit PIN, -1 unknown
	Sign    int8   // CardRead, Opened, Looked, Refused instead of these: tries of the signing password, -1 unknown
	Token   Token  // CardRead
	HasSign bool   // CardRead: a signing certificate exists
	Trusted bool   // CardRead: its CA is one of the configuration
	Flow    Flow   // Opened
	Factor  Factor // Opened
	Codes   int8   // Opened: one-time passwords left
	Doubt   bool   // Opened: an earlier visit of the card ended without a result
	Fresh   bool   // Settled
	Found   Found  // Looked, Seen, ListIn
	Rows    int8   // ListIn
	Row     int8   // Pressed ButtonPick: which
	Outcome Outcome
	Message Message // why
}

// tries are the card's counters that the event brings.
func (e Event) tries() Tries { return Tries{e.Auth, e.Sign} }

// touch reports whether the event was made with a finger on the screen.
func (e Event) touch() bool {
	return e.Kind == Pressed || e.Kind == KeyPressed || e.Kind == PageTurned
}

// reply reports whether the event answers an effect.
func (e Event) reply() bool { return e.Kind >= Recovered && e.Kind < kindCount }
