package kiosk

// A Place is where one resident is: one screen and one thing waited for.
type Place uint8

const (
	Starting     Place = iota // ledger and reader are being opened
	Idle                      // 0 attract
	PageWhich                 // 0 which secret is which
	PageNeither               // 0 I know neither secret
	Needs                     // 1 what you need; begin or stop
	PlaceCard                 // 2 put the card on the reader
	Reading                   // 3 the card is read
	WrongCard                 // 3 a phone, or another card: take it away
	Opening                   // 3 the authority opens a session
	Plan                      // 4 what will be done
	Lying                     // 4 what lies on the reader, and whether it is good
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
	Seeing                    // 10 the authority says which phones the person has
	Shown                     // 11 those phones
	HoldAsk                   // 11 last look before one is held
	Holding                   // 11 the authority holds it
	Listing                   // 10 the authority says what the person has agreed to
	Listed                    // 11 that list, its names covered
	OneConsent                // 11 one of it, its names shown
	WithdrawAsk               // 11 last look before the password that withdraws it
	Withdrawing               // 10 the authority ends it
	LookingAgain              // 10 no answer came: the list says how it is
	DoubtCard                 // 10 in doubt: put the same card back
	DoubtReading              // 10 in doubt: its counters are read
	DoubtAgain                // 10 in doubt: same card; OK repeats the write
	Telling                   // 11 the result
	CounterPage               // 11 the result, to be shown at the municipal office
	TakeCard                  // 12 until the card is gone
	Thanks                    // 12 and goodbye
	OutOfService              // no visit can begin; the message says why
	StaffField                // staff wants in: does a card lie on the reader?
	Staff                     // maintenance (kiosk/staff); residents are elsewhere

	Places // how many there are
)

// places is the only list of places in the tree: one row each. doc.go says how
// to add one. It is filled in init, because its functions read it.
var places [Places]place

// A reaction is what a place makes of something that can happen anywhere.
type reaction = func(State) (State, []Effect)

// A place is one row. TestEveryPlaceHasAWholeRow walks the table and wants every
// column that has no useful zero.
type place struct {
	name   string      // in traces, replays and golden files
	screen Screen      // what is drawn
	task   Task        // what of a person's tasks the place belongs to; NoTask outside of a visit
	does   bool        // the person does that task here, or reads what leads to it; elsewhere the screen says its number alone
	work   uint8       // which command of the burst is under way, from 1; 0 outside of it
	typed  LiveSecrets // what the pad types into
	timers []timer     // in the order of time
	clock  Place       // the place whose clock runs on here; Starting, the zero, for a clock of its own

	cap    atCap // what the visit's cap does here
	watch  Watch // what the reader is watched for meanwhile
	busy   bool  // it waits for a port and not for a person
	quiet  bool  // no secret is live here and nothing is under way
	sizes  bool  // the size of the text can be changed
	speaks bool  // the pages of languages and of colours can be opened
	noStay bool  // a touch extends nothing: a secret is typed here, or held while a page or a card is read
	staff  bool  // a maintenance login is taken
	lit    bool  // never dark, and without a page of sound: what stands here is for others to see too
	number bool  // the screen shows number and time of the transaction

	filled Button // the emphasised button, which a person presses who does not read: never one that risks something
	acts   bool   // a press of OK does at once what is asked about here: keys and switches do not begin at it

	answer     func(State, Event) (State, []Effect) // a press, or the reply to a request
	repeat     reaction                             // timerRepeat
	silence    reaction                             // timerLeave
	stop       reaction                             // the resident ends the visit
	lifted     reaction                             // the watch saw the card leave
	readerLost reaction                             // the reader is lost, and no command of this place said so
	ledgerLost reaction                             // a record could not be kept; live secrets are wiped already
}

// atCap is what happens here once the visit has taken too long.
type atCap uint8

const (
	capNone  atCap = iota // no visit is under way
	capEnds               // it ends here; what is in doubt is recorded and told already
	capWaits              // it ends at the next place where it can: something is under way whose end must be known
)

func init() {
	places = [Places]place{
		Starting: {
			name: "starting", screen: ScreenStarting,
			timers: repeats(30), busy: true, quiet: true,
			answer: State.starting, repeat: State.recoverAgain, stop: unchanged,
			lifted: unchanged, readerLost: State.reopen, ledgerLost: State.forgetAndReopen,
		},
		Idle: {
			name: "idle", screen: ScreenIdle, filled: ButtonOK,
			timers: repeats(20), watch: WatchReader, quiet: true, sizes: true, speaks: true, staff: true,
			answer: State.idle, repeat: State.healthAgain, stop: unchanged,
			lifted: unchanged, readerLost: State.reopen, ledgerLost: State.forgetAndReopen,
		},
		PageWhich: {
			name: "page-which", screen: ScreenWhich,
			timers: leaveAfterWarning(120, 30), watch: WatchReader, quiet: true, sizes: true, speaks: true,
			answer: State.page, silence: State.home, stop: unchanged,
			lifted: unchanged, readerLost: State.reopen, ledgerLost: State.forgetAndReopen,
		},
		PageNeither: {
			name: "page-neither", screen: ScreenNeither,
			timers: leaveAfterWarning(120, 30), watch: WatchReader, quiet: true, sizes: true, speaks: true,
			answer: State.page, silence: State.home, stop: unchanged,
			lifted: unchanged, readerLost: State.reopen, ledgerLost: State.forgetAndReopen,
		},
		Needs: {
			name: "needs", screen: ScreenNeeds, task: TaskCard, does: true, filled: ButtonOK,
			timers: leaveAfterWarning(120, 30), cap: capEnds, watch: WatchReader, quiet: true, sizes: true, speaks: true,
			answer: State.needs, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: unchanged, readerLost: leaving(MsgReader), ledgerLost: State.forgetAndReopen,
		},
		PlaceCard: {
			name: "place-card", screen: ScreenPlaceCard, task: TaskCard, does: true,
			timers: leaveAfterWarning(60, 20), cap: capEnds, quiet: true, sizes: true, speaks: true,
			answer: State.placeCard, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: unchanged, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Reading: {
			name: "reading", screen: ScreenChecking, task: TaskCard,
			timers: leaves(15), cap: capWaits, busy: true,
			answer: State.reading, silence: leaving(MsgCardFault), stop: leaving(MsgStopped),
			lifted: unchanged, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		WrongCard: {
			name: "wrong-card", screen: ScreenWrongCard, task: TaskCard, does: true,
			timers: leaveAfterWarning(60, 20), cap: capEnds, watch: WatchField, speaks: true,
			answer: State.ignore, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.wrongCardTaken, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Opening: {
			name: "opening", screen: ScreenChecking, task: TaskCard,
			timers: leaves(25), cap: capWaits, watch: WatchCard, busy: true,
			answer: State.opening, silence: leaving(MsgNetwork), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Plan: {
			name: "plan", screen: ScreenPlan, task: TaskCheck, does: true, filled: ButtonOK,
			timers: leaveAfterWarning(120, 30), cap: capEnds, watch: WatchCard, speaks: true,
			answer: State.plan, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Lying: {
			name: "lying", screen: ScreenLying, task: TaskCheck, does: true, filled: ButtonOK,
			timers: leaveAfterWarning(120, 30), cap: capEnds, watch: WatchCard, speaks: true,
			answer: State.lying, silence: leaving(MsgTimeout), stop: leaving(MsgLooked),
			lifted: State.lookTaken, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Code: {
			name: "code", screen: ScreenCode, task: TaskCode, does: true, typed: LiveCode, filled: ButtonOK,
			timers: leaveAfterWarning(120, 30), cap: capEnds, watch: WatchCard, speaks: true,
			answer: State.code, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		CodeAsked: {
			name: "code-asked", screen: ScreenCodeAsked, task: TaskCode,
			timers: leaves(25), cap: capWaits, watch: WatchCard, busy: true,
			answer: State.codeAsked, silence: leaving(MsgNetwork), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		NewSecret: {
			name: "new-secret", screen: ScreenNewSecret, task: TaskNew, does: true, typed: LiveNew, filled: ButtonOK,
			timers: wipeThenLeave(60, 120, 30), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.newSecret, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Again: {
			name: "again", screen: ScreenAgain, task: TaskNew, does: true, typed: LiveAgain, filled: ButtonOK,
			timers: wipeThenLeave(60, 120, 30), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.again, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Confirm: {
			name: "confirm", screen: ScreenConfirm, task: TaskProof, does: true, filled: ButtonOK,
			timers: leaveAfterWarning(60, 30), cap: capEnds, watch: WatchCard, speaks: true,
			answer: State.confirm, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		LastTry: {
			name: "last-try", screen: ScreenLastTry, task: TaskProof, does: true, filled: ButtonStop,
			timers: leaveAfterWarning(60, 30), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.lastTry, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Proof: {
			name: "proof", screen: ScreenProof, task: TaskProof, does: true, typed: LiveProof, filled: ButtonOK,
			timers: wipeThenLeave(60, 90, 30), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.proof, silence: leaving(MsgTimeout), stop: leaving(MsgStopped),
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Verifying: {
			name: "verifying", screen: ScreenWorking, task: TaskProof, work: 1,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.verifying, silence: leaving(MsgCardFault), stop: unchanged,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.tellUnrecorded,
		},
		Signing: {
			name: "signing", screen: ScreenWorking, task: TaskProof, work: 2,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.signing, silence: State.burstUnanswered, stop: unchanged,
			lifted: unchanged, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Proving: {
			name: "proving", screen: ScreenWorking, task: TaskProof, work: 3,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.proving, silence: State.burstUnanswered, stop: unchanged,
			lifted: State.liftNoted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Granting: {
			name: "granting", screen: ScreenWorking, task: TaskProof, work: 4,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.granting, silence: State.burstUnanswered, stop: unchanged,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.tellUnrecorded,
		},
		Writing: {
			name: "writing", screen: ScreenWorking, task: TaskProof, work: 5,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.writing, silence: State.writeUnanswered, stop: unchanged,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.tellUnrecorded,
		},
		Settling: {
			name: "settling", screen: ScreenWorking, task: TaskProof, work: 6,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.settling, silence: State.settleUnanswered, stop: unchanged,
			lifted: State.liftNoted, readerLost: unchanged, ledgerLost: State.tellUnrecorded,
		},
		Seeing: {
			name: "seeing", screen: ScreenWorking, task: TaskProof, work: 3,
			timers: leaves(30), cap: capWaits, watch: WatchCard, busy: true,
			answer: State.seeing, silence: leaving(MsgNetwork), stop: unchanged,
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Shown: {
			name: "shown", screen: ScreenShown, task: TaskPhone, does: true, filled: ButtonOK,
			timers: leaveAfterWarning(40, 20), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.shown, silence: leaving(MsgTimeout), stop: leaving(MsgLooked),
			lifted: State.lookTaken, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		HoldAsk: {
			name: "hold-ask", screen: ScreenHoldAsk, task: TaskPhone, does: true, filled: ButtonOK, acts: true,
			timers: leaveAfterWarning(40, 20), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.holdAsk, silence: leaving(MsgTimeout), stop: leaving(MsgLooked),
			lifted: State.lookTaken, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Holding: {
			name: "holding", screen: ScreenHolding, task: TaskPhone,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.holding, silence: State.holdUnanswered, stop: unchanged,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.tellUnrecorded,
		},
		Listing: {
			name: "listing", screen: ScreenWorking, task: TaskProof, work: 3,
			timers: leaves(30), cap: capWaits, watch: WatchCard, busy: true,
			answer: State.listing, silence: leaving(MsgNetwork), stop: unchanged,
			lifted: State.sessionLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Listed: {
			name: "listed", screen: ScreenListed, task: TaskConsents, does: true, filled: ButtonOK,
			timers: leaveAfterWarning(40, 20), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.listed, silence: leaving(MsgTimeout), stop: leaving(MsgLooked),
			lifted: State.lookTaken, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		OneConsent: {
			name: "one-consent", screen: ScreenOneConsent, task: TaskConsents, does: true, filled: ButtonBack,
			timers: leaveAfterWarning(40, 20), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.oneConsent, silence: leaving(MsgTimeout), stop: leaving(MsgLooked),
			lifted: State.lookTaken, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		WithdrawAsk: {
			name: "withdraw-ask", screen: ScreenWithdrawAsk, task: TaskConsents, does: true, filled: ButtonOK, acts: true,
			timers: leaveAfterWarning(40, 20), cap: capEnds, watch: WatchCard, noStay: true, speaks: true,
			answer: State.withdrawAsk, silence: leaving(MsgTimeout), stop: leaving(MsgLooked),
			lifted: State.lookTaken, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Withdrawing: {
			name: "withdrawing", screen: ScreenWorking, task: TaskConsents, work: 3,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.withdrawing, silence: State.lookAgain, stop: unchanged,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.tellUnrecorded,
		},
		LookingAgain: {
			name: "looking-again", screen: ScreenWorking, task: TaskConsents, work: 4,
			timers: leaves(30), cap: capWaits, busy: true,
			answer: State.lookingAgain, silence: State.withdrawUnseen, stop: unchanged,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.tellUnrecorded,
		},
		DoubtCard: {
			name: "doubt-card", screen: ScreenDoubtCard, task: TaskProof,
			timers: leaveAfterWarning(60, 30), cap: capEnds,
			answer: State.doubtCard, silence: leaving(MsgUnknown), stop: leaving(MsgUnknown),
			lifted: unchanged, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		DoubtReading: {
			name: "doubt-reading", screen: ScreenDoubtReading, task: TaskProof,
			timers: leaveAfterWarning(60, 30), clock: DoubtCard, cap: capEnds, busy: true, noStay: true,
			answer: State.doubtReading, silence: leaving(MsgUnknown), stop: leaving(MsgUnknown),
			lifted: unchanged, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		DoubtAgain: {
			name: "doubt-again", screen: ScreenDoubtAgain, task: TaskProof, filled: ButtonOK, acts: true,
			timers: leaveAfterWarning(60, 30), clock: DoubtCard, cap: capEnds, watch: WatchCard,
			answer: State.doubtAgain, silence: leaving(MsgUnknown), stop: leaving(MsgUnknown),
			lifted: State.doubtLifted, readerLost: leaving(MsgReader), ledgerLost: State.tellUnrecorded,
		},
		Telling: {
			name: "telling", screen: ScreenTelling, task: TaskTake, filled: ButtonOK,
			timers: leaveAfterWarning(120, 30), watch: WatchField, quiet: true, number: true,
			answer: State.telling, silence: State.toldInSilence, stop: unchanged,
			lifted: State.liftNoted, readerLost: unchanged, ledgerLost: State.forgetSession,
		},
		CounterPage: {
			name: "counter-page", screen: ScreenCounterPage, task: TaskTake, filled: ButtonBack,
			timers: leaveAfterWarning(120, 30), watch: WatchField, lit: true, quiet: true, number: true,
			answer: State.counterPage, silence: State.toldInSilence, stop: unchanged,
			lifted: State.liftNoted, readerLost: unchanged, ledgerLost: State.forgetSession,
		},
		TakeCard: {
			name: "take-card", screen: ScreenTakeCard, task: TaskTake, does: true,
			timers: untilTaken(), watch: WatchField, lit: true, quiet: true, number: true,
			answer: State.ignore, stop: unchanged,
			lifted: State.cardTaken, readerLost: State.reopen, ledgerLost: State.forgetSession,
		},
		Thanks: {
			name: "thanks", screen: ScreenThanks, task: TaskTake,
			timers: leaves(10), lit: true, quiet: true,
			answer: State.thanks, silence: State.home, stop: unchanged,
			lifted: unchanged, readerLost: State.reopen, ledgerLost: State.forgetAndReopen,
		},
		OutOfService: {
			name: "out-of-service", screen: ScreenOutOfService,
			timers: repeats(1, 30), busy: true, quiet: true, staff: true,
			answer: State.starting, repeat: State.recoverSlowly, stop: unchanged,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.forgetAndReopen,
		},
		StaffField: {
			name: "staff-field", screen: ScreenStaff,
			timers: leaves(10), busy: true, quiet: true,
			answer: State.staffField, silence: State.home, stop: State.home,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.forgetAndReopen,
		},
		Staff: {
			name: "staff", screen: ScreenStaff,
			timers: leaves(1500), quiet: true, // it ends by itself before: ten minutes, once more with a login, and what is under way
			answer: State.ignore, silence: State.home, stop: State.home,
			lifted: unchanged, readerLost: unchanged, ledgerLost: State.forgetAndReopen,
		},
	}
}
