package text

// Key names one sentence.
type Key uint16

const (
	// Names.
	LangName     Key = iota // the language in its own name
	Languages               // "言語 / Language"
	NamePIN                 // the 4-digit PIN with its shape
	NamePassword            // the signing password with its shape
	NameEither              // before the flow is known
	NameCode                // "one-time password"
	NameReader              // "reader"
	NameOffice              // "municipal office"
	SizeLarger              // the button to larger text
	SizeSmaller             // the button to smaller text
	SizePlus                // the same two in a sign, where there is no room
	SizeMinus               // … smaller
	PageNext                // the next page of what does not fit on one
	PageBack                // the page before
	PageHelp                // the page before a pad, where its help stands
	WordPIN                 // "PIN"
	WordPassword            // "password"
	WordEither              // before the flow is known

	// Colours.
	LanguageSign       // the button to the languages, where there is little room
	Colours            // the page of colours
	ThemeLight         // the names of kiosk.Themes, in their order
	ThemeContrastLight // black on white
	ThemeContrastDark  // white on black
	ThemeLowGlare      // nothing is bright

	// Attract.
	Service     // "Set a new PIN or password for your My Number Card"
	ServiceSub  // "When you forgot it, or it is locked"
	Free        // "Free of charge"
	OpenNow     // "Open now"
	NeedCard    // "Your My Number Card"
	NeedReserve // "A reservation (app, last 24 hours)"
	NeedOther   // "The PIN or password that you still know"
	Closed      // no visit can begin
	Preparing   // "Getting ready. Please wait a moment."

	// Which is which.
	WhichTitle    // "PIN or password?"
	PINUse        // "For certificates at convenience stores and logging in to…"
	PINTries      // "Locked after 3 wrong entries in a row"
	PasswordUse   // "For signing online: e-Tax, opening an account"
	PasswordTries // "Locked after 5 wrong entries in a row"
	PINLooks      // "Digits only"
	PasswordLooks // "Capital letters and digits, both kinds"

	// I know neither.
	NeitherTitle // "If you know neither of them"
	NeitherWhat  // "If you know neither, or both are locked, this machine…"
	NeitherDo    // "Please take your My Number Card to the office of your…"
	NeitherOne   // "If you know one of them, you can set the other one here."
	NeitherPhone // "Questions: 0120-95-0178"

	// What you need.
	NeedsTitle   // "Before you begin, have these ready"
	NeedsCard    // "Your My Number Card (a phone cannot be used)"
	NeedsReserve // "A reservation from the app, less than 24 hours old"
	NeedsCode    // "The 8-digit one-time password that the app showed you"
	NeedsOther   // "The PIN or password that you still know"
	NeedsPrivacy // "Make sure nobody is looking. Nothing you type is kept in…"
	NeedsClerk   // "The shop's staff cannot help with this screen."

	// Card.
	PlaceTitle   // "Put your card on the reader"
	PlaceKeep    // "Leave it there until everything is finished."
	ReaderRight  // "The reader is to the right of this screen."
	ReaderLeft   // "The reader is to the left of this screen."
	ReaderBelow  // "The reader is below this screen."
	ReaderAbove  // "The reader is above this screen."
	ReaderFar    // "It is about {n} cm away."
	CheckTitle   // "Checking your card"
	CheckPlaced  // "Your card is in place"
	CheckRead    // "Kind of card, and tries left"
	CheckCerts   // "Validity of the certificates"
	CheckReserve // "Your reservation"
	KeepStill    // "Do not move the card"

	// Plan.
	PlanTitle       // "Your reservation"
	PlanTarget      // "You will change"
	PlanProof       // "You will prove that it is you with"
	PlanAsk         // "Which do you want?"
	PlanDoubt       // an earlier visit of the card ended without a result, for this secret or the other
	PlanDoubtWorks  // so it did, and the counter says that nothing is locked
	PlanReset       // "You choose a new {targetword}"
	PlanUnlock      // "Your {targetword} stays the same and is unlocked"
	PlanLocked      // "Locked now"
	PlanLast        // "One try left: a wrong entry locks it"
	ExamplePIN      // "Form: 4 digits"
	ExamplePassword // "Example: SAKURA25 (6–16 capital letters and digits)"

	// What lies here, and a lost phone.
	LookPlace     // "Put the card or phone on the reader"
	LyingTitle    // "This is on the reader"
	LyingCard     // "My Number Card"
	LyingAndroid  // "Android phone"
	LyingIPhone   // "iPhone"
	LyingUser     // "Certificate for logging in"
	LyingSign     // "Certificate for signing"
	LyingInApp    // a phone shows its certificates in its app alone
	LyingDead     // the card proves nothing any more: where it goes on
	CertIsGood    // "good"
	CertIsExpired // "past its last day"
	CertIsChanged // "ended: your name or…"
	CertIsRevoked // "ended"
	CertIsHeld    // "on hold"
	CertIsNone    // "none"
	LookLost      // "Lost your phone? …"
	LookLastDo    // the last try, where nothing is renewed
	LookTries     // "{n} tries left"
	LookWork      // "Looking for your phones"
	LookList      // "The list of your phones"
	ShownTitle    // "Phones with your certificates"
	ShownSince    // "since"
	HoldTitle     // "Put this phone's certificates on hold?"
	HoldWhat      // "From now on the phone cannot…"
	HoldUndo      // "You can undo it…"
	HoldWork      // "Putting the certificates on hold"

	// What was agreed to.
	ListKnow       // on what lies there: "With your PIN you see…"
	ListWork       // "Looking for what you allowed"
	ListOf         // "The list of what you allowed"
	ListTitle      // "What you allowed"
	ListCovered    // what stands for a name that was not touched; nothing of its length
	ListTouch      // "Touch a line: its name appears."
	ListFrom       // "from"
	ListUntil      // "Until"
	ListLast       // "Last told on"
	ListNever      // "Nothing has been told…"
	ListMay        // "May learn when it…"
	ListLacks      // what stands for a character that the font lacks
	MayName        // "name"
	MayAddress     // "address"
	MayBirth       // "date of birth"
	MaySex         // "sex"
	WithdrawTitle  // "Withdraw this permission?"
	WithdrawWhat   // "From now on this company…"
	WithdrawStays  // what a bank already has stays with it
	WithdrawAnew   // "Only you can allow it again…"
	WithdrawLastDo // the last try, where a consent is withdrawn
	WithdrawWork   // "Withdrawing the permission"
	WithdrawSigns  // "Your card signs it"
	WithdrawSend   // "Telling the authority"
	WithdrawLook   // "No answer: looking how it stands"

	// One-time number.
	CodeTitle    // "Enter your 8-digit one-time password"
	CodeWhere    // "The reservation app shows it. A wrong entry never locks…"
	CodeLeft     // "Entries left: {n}"
	CodeChecking // "Checking the one-time password"

	// New secret.
	NewTitle      // "First time: choose a new {target}"
	AgainTitle    // "Second time: enter the same {target} again"
	AgainHelp     // "The same as the first time."
	RuleLength    // "6–16 characters"
	RuleLetter    // "a letter"
	RuleDigit     // "a digit"
	RuleFour      // "4 digits"
	RuleUpper     // "Capital letters only"
	RuleOther     // the new PIN may be remembered, not guessed
	CodeShort     // the titles of the screens with a pad in a few words, where a page before has said them in full
	NewShort      // … of the new one
	AgainShort    // … of the second time
	ProofShort    // … of the proof
	WeakShort     // the warning of a weak PIN in a few words
	LeftShort     // how many tries or entries are left
	StaySoonShort // … and the warning
	WarnWeak      // "Easy to guess. You may still use it."

	// Confirm.
	ConfirmTitle  // "Before we write to your card"
	ConfirmReset  // "Your {target} will become the one you just chose."
	ConfirmUnlock // "Your {target} stays as it is. Its wrong entries are set…"
	ConfirmProof  // "Next, enter your {proof}. Writing begins at once."
	ConfirmStill  // "Do not move the card until writing is finished."

	// Last try.
	LastTitle // "You have one try left"
	LastWhat  // "One more wrong entry locks your {proof}. If both are…"
	LastDo    // "If you are not sure, stop here. While your reservation is…"

	// Proof.
	ProofTitle   // "Enter your {proof}"
	ProofWhy     // "The card checks that it is you."
	TriesLeft    // "Tries left: {n}"
	TriesUnknown // "Locked after {full} wrong entries in a row"
	ProofWrong   // short: the title above it names the secret

	// Working.
	WorkTitle  // "Writing to your card"
	WorkVerify // "Checking that it is you"
	WorkProve  // "Checking the card"
	WorkGrant  // "Permission to write"
	WorkWrite  // "Writing to the card"
	WorkTell   // "Reporting the result"
	WorkWait   // "This takes a few seconds."

	// Doubt.
	DoubtTitle      // "Put the same card back on the reader"
	DoubtWhat       // "The card was lifted during writing. We check whether the…"
	DoubtReads      // "Checking the result"
	DoubtAgainTitle // "This is the same card"
	DoubtAgainWhat  // "We could not tell whether writing was finished. Writing…"
	DoubtWrite      // "Write again"

	// Result.
	When_        // "Date"
	Transaction  // "Receipt number"
	StaffCode    // "Code for staff"
	Nothing      // nothing has changed: Tell alone uses it
	SameVisit    // this visit changed nothing; the authority has not said more
	SameWorks    // the reservation is used up, and neither counter says that a secret is locked
	SameEarlier  // this visit wrote nothing, and one before it may have
	SameTried    // a try was spent, nothing written
	SameFailed   // a write was begun and changed nothing
	SameDone     // the write is done, although the visit ended otherwise
	SameUnknown  // a write was begun, its outcome not known
	CounterTitle // "Show this page at the counter"
	TakeAfter    // remember to take the card

	// Slip.
	// The slip, offered with a result.
	SlipPrint   // "Print a slip"
	SlipNumber  // "Print the receipt number"
	SlipComing  // "The slip is being printed"
	SlipPrinted // "Please take the slip"
	SlipFailed  // "No slip could be printed"

	// A store that cannot do it.
	ChainsCan // "Stores that can:"

	SlipTitle   // "Receipt"
	SlipMachine // "Machine"
	SlipKeep    // "There is no secret and no name on this slip. Keep it until…"

	// Take card, thanks.
	TakeTitle   // "Please take your card"
	TakeWhy     // "Your card is still on the reader."
	TakeSeen    // "Your card is off the reader"
	ThanksTitle // "Thank you"
	ThanksWipe  // "What you typed has been erased from this machine."

	// Staff.
	StaffTitle // "Maintenance"
	StaffHint  // "Shop staff: tap the upper left corner five times"
	StaffWhat  // "Staff are working on this machine. Please wait until…"

	// Pads.
	KeyErase    // "Erase"
	KeyClear    // "Clear"
	KeyShow     // "Show last"
	KeyShowAll  // "Show / hide"
	HintCode    // "“Next” appears after 8 digits"
	HintPIN     // "“Next” appears after 4 digits"
	HintLetters // "“Next” appears when it is complete"
	HintExample // "Example: SAKURA25"

	// Stay.
	StayTitle // "Are you still there?"
	StayWhat  // "If not, we end this visit to keep you safe."
	StaySoon  // a touch cannot extend here
	StayType  // … but a key does

	// The line at the top: which of a person's tasks is under way.
	TaskOf       // "Step {n} of {of}"
	TaskOnly     // the same where it is not known yet how many there are
	TaskCard     // "put the card on"
	TaskCheck    // "check your reservation"
	TaskCode     // "one-time password"
	TaskNew      // "choose a new {targetword}"
	TaskProof    // "your {proofword}"
	TaskPhone    // "your phones"
	TaskLook     // what lies on the reader, where there is no reservation
	TaskConsents // "what you allowed"
	TaskTake     // "take the card"

	// The same where larger text lacks the room.
	TaskCardShort  // "card"
	TaskCheckShort // "reservation"
	TaskProofShort // "{proofword}"
	TaskPhoneShort // "phones"
	TaskListShort  // "list"

	// Buttons.
	Begin        // "Begin"
	Which        // "PIN or password?"
	Neither      // "I know neither"
	Look         // "Lost your phone? Check a card"
	LookPhones   // "See my phones"
	HoldPhone    // "Put on hold"
	HoldNow      // "Hold now"
	Consents     // "See what I allowed"
	LookConsents // "See the list"
	WithdrawOne  // "Withdraw it"
	WithdrawNow  // "Withdraw"
	ToList       // "To the list"
	Ready        // "I have these: begin"
	Next         // "Next"
	IAmSure      // "I am sure: enter it"
	Stop         // "Stop"
	StopHere     // "Stop and check"
	Back         // "Back"
	Stay         // "Continue"
	Finish       // "Finish"
	ChooseReset  // "I forgot it: choose a new one"
	ChooseUnlock // "I remember it: unlock only"
	Write        // "Continue"
	CounterShow  // "Page for the counter"
	TakeCard     // "I understand"

	// The page of sound, for who hears the screen.
	Sound     // "Sound"
	VolumeNow // "Volume: {n} of 5"
	Quieter   // "Quieter"
	Louder    // "Louder"
	Darken    // "Dark screen"
	Lighten   // "Show the screen"
	DarkWhat  // what a dark screen is for, and when it ends
	DarkNow   // it is dark, and what brings it back
	LitNow    // said when it is not dark any more

	// What is said aloud beside what is shown: what has the focus, which of the targets in the
	// order of reading it is, and how many characters were typed.
	SayButton // "button"
	SayKey    // "key"
	SayNth    // "{n} of {of}"
	SayTyped  // "Typed: {n}"
	SayAlone  // in the place of a company's name where other people hear
	SayUnread // … and of one that has no clip and is in no letters that have

	keys
)

// Keys lists every key, for tests.
func Keys() []Key {
	all := make([]Key, keys)
	for i := range all {
		all[i] = Key(i)
	}
	return all
}
