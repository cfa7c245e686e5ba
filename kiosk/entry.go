package kiosk

// EntryKind is the closed list of lines that the ledger can hold.
type EntryKind uint8

const (
	EntryBoot    EntryKind = iota + 1 // the firmware started: the first line of a boot, and no intent
	EntryTrying                       // before VERIFY: a try of the proof secret is about to be spent; Before is its counter
	EntryTried                        // what VERIFY said; After is the counter, Outcome done, failed (wrong) or unknown
	EntryProving                      // before the proof goes to the authority
	EntryAsking                       // before GET CHALLENGE and the grant
	EntryWriting                      // before the card is opened and written; Before is the target's counter
	EntryOutcome                      // what came of Asking or Writing
	EntrySettled                      // the authority knows the outcome
	EntryEnded                        // a visit ended; Message says how

	// Of maintenance: Role and Task, and no session.
	EntryStaffTrying // before a code of staff is counted and compared
	EntryStaffTried  // what came of it: done, failed (Message says why) or unknown
	EntryStaffDoing  // before staff has something done
	EntryStaffDid    // what came of it

	// Of flow L.
	EntryHolding // before the authority is asked to hold the certificates of a phone
	EntryHeld    // what came of it: done, failed (Message says why) or unknown

	// Of flow W.
	EntryWithdrawing // before the authority is asked to end a consent
	EntryWithdrawn   // what came of it: done, failed (Message says why) or unknown

	entryKinds
)

// String is the kind's name in exports.
func (k EntryKind) String() string {
	if k == 0 || k >= entryKinds {
		return "kind?"
	}
	return [...]string{"", "boot", "trying", "tried", "proving", "asking", "writing", "outcome", "settled", "ended",
		"staff-trying", "staff-tried", "staff-doing", "staff-did", "holding", "held", "withdrawing", "withdrawn"}[k]
}

// Staff reports whether it is a line of maintenance.
func (k EntryKind) Staff() bool { return k >= EntryStaffTrying && k <= EntryStaffDid }

// Intent is an irreversible act that was recorded and has no outcome yet.
type Intent uint8

const (
	NoIntent          Intent = iota // no act is begun
	IntentTrying                    // a try may be spent
	IntentAsking                    // a grant may exist; the card is certainly unchanged
	IntentWriting                   // the card may be changed
	IntentHolding                   // a phone's certificates may be held
	IntentWithdrawing               // a consent may be withdrawn

	Intents // the number after the last
)

// Intent is what a line of this kind begins.
func (k EntryKind) Intent() Intent {
	switch k {
	case EntryTrying:
		return IntentTrying
	case EntryAsking:
		return IntentAsking
	case EntryWriting:
		return IntentWriting
	case EntryHolding:
		return IntentHolding
	case EntryWithdrawing:
		return IntentWithdrawing
	}
	return NoIntent
}

// Closes reports whether a line of this kind ends the intent.
func (k EntryKind) Closes(i Intent) bool {
	switch i {
	case IntentTrying:
		return k == EntryTried
	case IntentAsking:
		return k == EntryWriting || k == EntryOutcome
	case IntentWriting:
		return k == EntryOutcome
	case IntentHolding:
		return k == EntryHeld
	case IntentWithdrawing:
		return k == EntryWithdrawn
	}
	return false
}

// An Entry is one line of the ledger. It is fixed in size and has no field
// that could hold a secret, the length of one, a name, a certificate or a
// card's number: the authority joins a session to a person, the kiosk cannot.
type Entry struct {
	Kind    EntryKind
	Session SessionID // zero before the authority opened one
	Grant   GrantID   // zero before the authority gave one
	Flow    Flow
	Act     Act
	Before  int8 // a counter before the act; -1 where it is not known
	After   int8 // a counter after the act; -1 where it is not known
	Outcome Outcome
	Message Message   // what the resident was told, where something was; of maintenance, why it failed
	Role    Role      // of maintenance: who is logged in, or tries to; NoRole for the installer, and for what the authority offered
	Task    StaffTask // of maintenance: what is tried or done
	Digest  [32]byte  // of an export that is done: SHA-256 of the encrypted file; zero of all others
}

// Close is the line that ends an intent which a run of the firmware left
// behind when it was cut short, with the secrets gone: a try may have been
// spent; asking alone certainly changed nothing; a begun write, hold or withdrawal is unknown.
func (e Entry) Close() Entry {
	c := Entry{Kind: EntryOutcome, Session: e.Session, Grant: e.Grant, Flow: e.Flow, Act: e.Act, Before: e.Before, After: -1}
	switch e.Kind.Intent() {
	case IntentTrying:
		c.Kind, c.Outcome = EntryTried, Unknown
	case IntentAsking:
		c.After, c.Outcome = e.Before, Failed
	case IntentWriting:
		c.Outcome = Unknown
	case IntentHolding:
		c.Kind, c.Outcome = EntryHeld, Unknown
	case IntentWithdrawing:
		c.Kind, c.Outcome = EntryWithdrawn, Unknown
	}
	return c
}
