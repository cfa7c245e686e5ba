package kiosk

// Values that a State, an Event or a record of the ledger can hold.

// Flow says which of the card's two secrets is renewed (PROTOCOL in
// kiosk/doc.go).
type Flow uint8

const (
	NoFlow Flow = iota // not known yet
	FlowP              // renews the signing password 署名用, proved by the 4-digit PIN
	FlowU              // renews the 4-digit PIN 利用者証明用, proved by the signing password
	FlowL              // renews nothing: says what lies on the reader, and holds a lost phone's certificates, proved by the 4-digit PIN
	FlowC              // renews nothing: lists what the card's holder has agreed to, proved by the 4-digit PIN
	FlowW              // withdraws a consent of that list, proved by the signing password

	flows // how many there are
)

// String is the flow's letter on the wire.
func (f Flow) String() string { return [...]string{"-", "P", "U", "L", "C", "W"}[min(f, flows-1)] }

// Looks reports whether nothing is renewed: what lies on the reader is asked about, and what
// the authority says of its owner.
func (f Flow) Looks() bool { return f == FlowL || f == FlowC || f == FlowW }

// Act is what is done to the target secret.
type Act uint8

const (
	NoAct  Act = iota // not chosen yet
	Reset             // a new secret is set and the counter is full
	Unlock            // the counter alone is restored
)

// String is the act's word on the wire.
func (a Act) String() string { return [...]string{"-", "reset", "unlock"}[min(a, 2)] }

// Ref names one of the card's two secrets or the private key it guards.
type Ref uint8

const (
	RefAuth Ref = iota + 1 // user authentication 利用者証明用: PIN EF 0018, key EF 0017
	RefSign                // signature 署名用: password EF 001B, key EF 001A
)

// Refs is how many secrets a card has.
const Refs = 2

// Tries are the counters of a card's two secrets, by Ref: how many wrong
// entries are left before it is blocked, -1 where the card has not said.
type Tries [Refs]int8

// untold are the counters of a card that has said nothing.
var untold = Tries{-1, -1}

// Of is the counter of one secret.
func (t Tries) Of(r Ref) int8 { return t[r-RefAuth] }

// With are the counters with one of them changed.
func (t Tries) With(r Ref, left int8) Tries {
	t[r-RefAuth] = left
	return t
}

// String are the counters of PIN and password, as in "3/5".
func (t Tries) String() string {
	text := func(n int8) string {
		if n < 0 {
			return "-1"
		}
		return string('0' + rune(n))
	}
	return text(t.Of(RefAuth)) + "/" + text(t.Of(RefSign))
}

// Full is the number of tries on a full counter: 3 for the PIN, 5 for the
// password.
func (r Ref) Full() int8 {
	if r == RefSign {
		return 5
	}
	return 3
}

// Target is the secret that the flow renews; the other one where it renews none.
func (f Flow) Target() Ref {
	if f == FlowU || f == FlowW {
		return RefAuth
	}
	return RefSign
}

// Proof is the secret that proves the resident, the other one.
func (f Flow) Proof() Ref {
	if f == FlowU || f == FlowW {
		return RefSign
	}
	return RefAuth
}

// Token is what EF 0006 calls itself.
type Token uint8

const (
	TokenUnknown Token = iota // another label, or none
	TokenCard                 // JPKIAPICCTOKEN2: the plastic My Number Card
	TokenOld                  // JPKIAPICCTOKEN: the old Juki card
	TokenAndroid              // JPKIAPGPSETOKEN
	TokeniPhone               // JPKIAPIOSTOKEN
)

// SessionID and GrantID are the authority's, 16 random bytes each.
type (
	SessionID [16]byte
	GrantID   [16]byte
)

// Receipt is the number that a resident can note and staff can ask for: eight
// decimal digits, made of the session's first eight bytes, in two groups of four;
// "" before there is a session. Of all sessions of one kiosk and day it finds one.
func (id SessionID) Receipt() string {
	if id == (SessionID{}) {
		return ""
	}
	var n uint64
	for _, b := range id[:8] {
		n = n<<8 | uint64(b)
	}
	digits := []byte("0000 0000")
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] != ' ' {
			digits[i], n = byte('0'+n%10), n/10
		}
	}
	return string(digits)
}

// Found is what a visit has found so far that renews nothing.
type Found uint8

const (
	FoundNothing  Found = iota // nothing yet; of phones and of consents: that there is none
	FoundPhone                 // a phone lies there
	FoundDead                  // a card whose user-authentication certificate is not good, and proves nothing
	FoundCard                  // one whose certificate is good: the authority has opened a session
	FoundHeld                  // its owner's phones, of which none can be held
	FoundGood                  // its owner's phones, of which one can be held
	FoundReadOnly              // what its owner has agreed to; this card can withdraw none of it
	FoundConsents              // what its owner has agreed to, and can withdraw with this card
	FoundGone                  // of a list that was asked for again: the consent is not in it
)

// Factor is what the authority asks for beside the proof secret.
type Factor uint8

const (
	FactorCode        Factor = iota // a one-time password, typed at the kiosk
	FactorReservation               // the reservation alone
)

// Outcome of a begun write.
type Outcome uint8

const (
	NoOutcome Outcome = iota // no write was begun
	Done                     // 9000
	Failed                   // certainly unchanged
	Unknown                  // not known yet
)

// Earlier is what is known of the visits that a card was brought to before this
// one.
type Earlier uint8

const (
	EarlierUntold  Earlier = iota // the authority was not asked, or did not say
	EarlierCertain                // the result of each is known
	EarlierDoubt                  // one ended without a result: the card may hold what was set there
)

// String is the outcome's word on the wire.
func (o Outcome) String() string { return [...]string{"-", "done", "failed", "unknown"}[min(o, 3)] }
