package life

// State of one certificate.
type State uint8

// The states, in the order of a life. What is past its last day is not among them: that
// follows from the certificate's dates.
const (
	None    State = iota // there is none
	Applied              // asked for; it has no serial number yet
	Issued               // made, and not its holder's to use yet
	Good
	Held    // 一時保留
	Revoked // for good
)

// String is the state's name.
func (s State) String() string {
	return [...]string{"none", "applied", "issued", "good", "held", "revoked"}[s]
}

// Reason is a CRLReason (RFC 5280, 5.3.1), with what the real authority means by it.
type Reason uint8

// The reasons that are given here.
const (
	BeforeUse    Reason = 0 // unspecified: destroyed before it was handed over
	KeyLeaked    Reason = 1 // keyCompromise
	ItemsChanged Reason = 3 // affiliationChanged: an item of the certificate is not so any more
	Superseded   Reason = 4
	NotNeeded    Reason = 5 // cessationOfOperation: death, return of the card, the holder's wish
	OnHold       Reason = 6 // certificateHold
)

// String is the reason in the words of RFC 5280.
func (r Reason) String() string {
	return [...]string{"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold"}[r]
}

// Kind is which certificate of a pair.
type Kind uint8

// The kinds, by the numbers that package pki has for them.
const (
	Auth Kind = iota // user authentication 利用者証明用
	Sign             // signature 署名用
)

// Carrier is what holds the keys.
type Carrier uint8

// The carriers.
const (
	Card Carrier = iota
	Android
	IPhone
	Software // of a private issuer: a file that can be copied
)

// String is the carrier's name.
func (c Carrier) String() string { return [...]string{"card", "Android", "iPhone", "software"}[c] }
