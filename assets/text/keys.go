package text

// Key names one sentence.
type Key uint8

const (
	// Names.
	LangName     Key = iota // the language in its own name
	NamePIN                 // the 4-digit PIN with its shape
	NamePassword            // the signing password with its shape
	NameEither              // before the flow is known
	SizeLarger              // the button to large text
	SizeNormal              // the button back to normal text

	// Attract.
	Service
	ServiceSub
	Free
	OpenNow
	NeedCard
	NeedReserve
	NeedOther
	Closed // no visit can begin
	Preparing

	// Which is which.
	WhichTitle
	PINUse
	PINTries
	PasswordUse
	PasswordTries
	PINLooks
	PasswordLooks

	// I know neither.
	NeitherTitle
	NeitherWhat
	NeitherDo
	NeitherOne
	NeitherPhone

	// What you need.
	NeedsTitle
	NeedsCard
	NeedsReserve
	NeedsCode
	NeedsOther
	NeedsPrivacy
	NeedsClerk

	// Card.
	PlaceTitle
	PlaceKeep
	CheckTitle
	CheckRead
	CheckCerts
	CheckReserve
	KeepStill

	// Plan.
	PlanTitle
	PlanTarget
	PlanProof
	PlanAsk
	PlanReset
	PlanUnlock
	ExamplePIN
	ExamplePassword

	// One-time number.
	CodeTitle
	CodeWhere
	CodeLeft
	CodeChecking

	// New secret.
	NewTitle
	AgainTitle
	AgainHelp
	RuleLength
	RuleLetter
	RuleDigit
	RuleFour
	RuleUpper
	RuleOther // the new PIN may be remembered, not guessed
	WarnWeak

	// Confirm.
	ConfirmTitle
	ConfirmReset
	ConfirmUnlock
	ConfirmProof
	ConfirmStill

	// Last try.
	LastTitle
	LastWhat
	LastDo

	// Proof.
	ProofTitle
	ProofWhy
	TriesLeft
	TriesUnknown
	ProofWrong // short: the title above it names the secret

	// Working.
	WorkTitle
	WorkVerify
	WorkProve
	WorkGrant
	WorkWrite
	WorkTell
	WorkWait

	// Doubt.
	DoubtTitle
	DoubtWhat
	DoubtReads
	DoubtAgainTitle
	DoubtAgainWhat
	DoubtWrite

	// Result.
	When_
	Transaction
	StaffCode
	Nothing     // nothing has changed: Tell alone uses it
	SameTried   // a try was spent, nothing written
	SameFailed  // a write was begun and changed nothing
	SameDone    // the write is done, although the visit ended otherwise
	SameUnknown // a write was begun, its outcome not known
	TakeAfter   // remember to take the card

	// Take card, thanks.
	TakeTitle
	TakeWhy
	ThanksTitle
	ThanksWipe

	// Staff.
	StaffTitle
	StaffWhat

	// Pads.
	KeyErase
	KeyClear
	KeyShow
	HintCode
	HintPIN
	HintLetters

	// Stay.
	StayTitle
	StayWhat
	StaySoon // a touch cannot extend here
	StayType // … but a key does

	// Steps of the header.
	StepReady
	StepCard
	StepCode
	StepType
	StepWrite

	// Buttons.
	Begin
	Which
	Neither
	Agree
	Next
	GoOn
	Stop
	StopOffice
	Back
	Stay
	Finish
	ChooseReset
	ChooseUnlock
	Write
	TakeCard

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
