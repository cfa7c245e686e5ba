package kiosk

import "multicopy.example/kiosk/secret"

// A View is all that a screen shows. It is made from a State by [Look]; the
// loop lends it the secret that is being typed. A screen decides nothing.
type View struct {
	Place    Place
	Flow     Flow
	Act      Act
	Message  Message // the result, or what was wrong with the last entry
	Health   Message // Idle: why no visit can begin; NoMessage when one can
	Tries    int8    // of the proof secret; -1 unknown
	Target   int8    // tries of the secret that is renewed; -1 unknown
	Codes    int8    // one-time passwords left
	Warn     bool    // "are you still there?" stands over the screen; any touch is ButtonStay
	Stay     bool    // with Warn: a touch can still extend
	Slip     Slip    // Telling: whether a slip is offered
	Counter  bool    // Telling: a page to show at the municipal office is offered
	Unlock   bool    // Plan: "remembered, unlock only" is offered
	Result   Outcome
	Earlier  Earlier  // whether a visit before this one may have changed the card; "nothing has changed" needs EarlierCertain
	Full     bool     // the counter of the target, or both where no flow is known, is full: it is not locked
	Card     bool     // a card stands on the reader, and is seen there
	Loud     bool     // TakeCard: the whole screen calls for the card to be taken
	Changed  bool     // a try was spent or a write begun: "nothing has changed" must not be said
	Task     Task     // what the person does here; NoTask where nothing, or no visit is under way
	Now      uint8    // which of the visit's tasks that is, from 1; 0 where none is counted
	Of       uint8    // how many there are; 0 while it is not known
	Step     uint8    // Working: 1 verify, 2 sign, 3 prove, or see in flows L and C, or withdraw, 4 grant, or look again, 5 write, 6 tell
	Found    Found    // of a visit that renews nothing
	Rows     int8     // Listed: how many consents the list has
	Row      int8     // OneConsent, WithdrawAsk: which of them
	Looks    bool     // Idle: what lies here, and what was agreed to, can be asked
	OnReader OnReader // of a visit that renews nothing: what lies there
	Lang     Lang
	Offered  LangSet // the languages of this machine
	Speaks   bool    // the page of languages can be opened
	Colours  bool    // the page of colours can be opened
	Sound    bool    // the page of sound can be opened, by who uses keys or switches
	Volume   Volume  // how loud speech is
	Dark     bool    // nothing is to be seen: who is there listens
	Darkened bool    // so it is wanted, wherever the glass is lit all the same
	Choosing Choice  // which page stands over the place
	Size     Size
	Theme    Theme
	Pad      Pad
	Shuffle  bool   // the digits stand in an order of their own, which Digits has
	Digits   Digits // lent: new on each page
	Shows    Shows
	Secret   secret.Secret // lent: what the pad types into
	List     secret.List   // Shown, HoldAsk: lent: the person's phones, for Phones; Listed to WithdrawAsk: the consents, for ConsentIn

	Session SessionID // Telling: the transaction's number; zero before there is one
	When    int64     // Telling: when, Unix seconds
}

// Shows is what a screen may show of an entry in clear.
type Shows uint8

const (
	ShowsLast  Shows = iota // the last character, while *show* is held
	ShowsWhole              // all of it, from a touch on *show* to the next or to another screen
	ShowsClear              // all of it, always: a one-time password is worth nothing without card and PIN
)

// A Screen is what is drawn at a place. Several places can share one.
type Screen uint8

// The screens, in the order of the places.
const (
	ScreenStarting Screen = iota + 1
	ScreenIdle
	ScreenWhich
	ScreenNeither
	ScreenNeeds
	ScreenPlaceCard
	ScreenChecking
	ScreenWrongCard
	ScreenPlan
	ScreenLying
	ScreenCode
	ScreenCodeAsked
	ScreenNewSecret
	ScreenAgain
	ScreenConfirm
	ScreenLastTry
	ScreenProof
	ScreenWorking
	ScreenShown
	ScreenHoldAsk
	ScreenHolding
	ScreenListed
	ScreenOneConsent
	ScreenWithdrawAsk
	ScreenDoubtCard
	ScreenDoubtReading
	ScreenDoubtAgain
	ScreenTelling
	ScreenCounterPage
	ScreenTakeCard
	ScreenThanks
	ScreenOutOfService
	ScreenStaff

	Screens // the number after the last
)

// Pad is what may be typed on a screen.
type Pad uint8

const (
	NoPad      Pad = iota // nothing is typed
	PadCode               // 8 digits in two groups of four
	PadPIN                // 4 digits
	PadLetters            // 6–16 of A–Z and 0–9
)

// Length is how many characters the pad takes, at least and at most.
func (p Pad) Length() (least, most int) {
	switch p {
	case PadCode:
		return 8, 8
	case PadPIN:
		return 4, 4
	case PadLetters:
		return 6, 16
	}
	return 0, 0
}

// Pad is what is typed at the state's place.
func (s State) Pad() Pad {
	ref := s.Flow.Target()
	switch s.Typing() {
	case LiveNone:
		return NoPad
	case LiveCode:
		return PadCode
	case LiveProof:
		ref = s.Flow.Proof()
	}
	if ref == RefSign {
		return PadLetters
	}
	return PadPIN
}

// Judge tells which rules an entry breaks. It learns nothing but that.
func Judge(p Pad, s secret.Secret) (f Form) {
	least, most := p.Length()
	n := s.Len()
	if n < least {
		f |= FormShort
	}
	if n > most {
		f |= FormLong
	}
	if s.Has(secret.Other) || (p != PadLetters && s.Has(secret.Letter)) {
		f |= FormChar
	}
	if p == PadLetters && !s.Has(secret.Letter) {
		f |= FormNoLetter
	}
	if p == PadLetters && !s.Has(secret.Digit) {
		f |= FormNoDigit
	}
	if p == PadPIN && weak(s) {
		f |= FormWeak
	}
	return f
}

// weak finds 0000, 1234 and their kind: all steps between digits are the same
// and none, one up or one down.
func weak(s secret.Secret) bool {
	first, _ := s.At(0)
	second, ok := s.At(1)
	step := int(second) - int(first)
	if !ok || step < -1 || step > 1 {
		return false
	}
	for i := 1; i < s.Len(); i++ {
		a, _ := s.At(i - 1)
		b, _ := s.At(i)
		if int(b)-int(a) != step {
			return false
		}
	}
	return true
}

// Sign is the sign of the outcome that the view tells of. What came of a write
// decides before the message does: a lost reader after a write is no reason to
// come again.
func (v View) Sign() Sign {
	switch {
	case v.Result == Done:
		return SignDone
	case v.Result == Unknown:
		return SignDoubt
	case v.Message >= messageCount:
		return NoSign
	}
	return messages[v.Message].sign
}

// forCounter reports whether the municipal office is where it goes on, so that a
// page in its language helps.
func (v View) forCounter() bool { return v.Sign() == SignOffice || v.Sign() == SignLocked }

// Look makes the view of a state. Secret, List, Digits, OnReader, Session and When are the loop's
// to fill.
func Look(s State) View {
	v := View{
		Place: s.Place, Flow: s.Flow, Act: s.Act, Message: s.Message, Health: s.Health, Tries: s.proofTries(), Target: s.targetTries(), Codes: s.Codes,
		Warn: s.warned(), Stay: s.Renewed < MaxExtensions && !s.row().noStay, Result: s.Result, Card: s.Card,
		Earlier: s.Earlier, Full: s.full(), Changed: s.Spent, Lang: s.Lang, Size: s.Size, Theme: s.Theme, Pad: s.Pad(), Step: s.row().work,
	}
	v.Unlock = s.Place == Plan && s.canUnlock()
	v.Found, v.Looks = s.Found, s.Place == Idle && s.mayLook()
	v.Rows, v.Row = s.Rows, s.Row
	v.Counter = s.Place == Telling && v.forCounter()
	if s.Place == Telling {
		v.Slip = s.Slip
	}
	v.Shuffle = s.shuffles()
	v.Loud = s.fired(timerLoud)
	if v.Now, v.Of = s.Progress(); v.Now > 0 && s.row().does {
		v.Task = s.task()
	}
	v.Offered, v.Choosing = s.Shop.Offered, s.Choosing
	v.Speaks, v.Colours = s.chooses(ChoiceLanguage), s.chooses(ChoiceTheme)
	v.Sound, v.Volume, v.Dark = s.chooses(ChoiceSound) && s.Choosing != ChoiceSound, s.Volume, s.dark()
	v.Darkened = s.Dark
	switch s.Typing() {
	case LiveCode:
		v.Shows = ShowsClear
	case LiveNew, LiveAgain: // chosen now, and to be kept in mind
		v.Shows = ShowsWhole
	}
	return v
}
