package life

// Op is what happens, or is asked for.
type Op uint8

// The four that change no certificate.
const (
	Reset   Op = iota // reserve or do a reset at a kiosk
	See               // certificates and consents
	LogIn             // to the app's start page
	Consent           // give one or withdraw one
	Apply             // for a phone's pair; the application before it is dropped
	Issue             // what was applied for
	Activate
	Lapse // an application, or what was issued, after its time
	HoldPhone
	ReleasePhone
	GiveUpPhone
	WithdrawBatch // of secure elements
	EndBatch      // that was withdrawn a while ago
	ChangeItems   // move, name, sex, date of birth
	NewSign       // the card gets a new signing certificate
	Renew         // the card's pair
	NewCard       // the first, or in the place of another
	LoseCard
	LoseBoth
	FindCard
	ReturnCard
	Die
	Leave        // the register
	IssuePrivate // a private certificate
	LearnPrivate // that the certificate that it was issued on is dead
	EndPrivate
	Ops int = iota
)

// String is the name of what happens.
func (o Op) String() string {
	return [...]string{"reset", "see", "log in", "consent", "apply", "issue", "activate", "lapse", "hold phone", "release phone", "give up phone", "withdraw batch",
		"end batch", "change items", "new sign", "renew", "new card", "lose card", "lose both", "find card", "return card", "die", "leave",
		"issue private", "learn private", "end private"}[o]
}

// Proof is who does it, by what shows that.
type Proof uint8

// The proofs. The first five are keys of the person's; each counts while its
// certificate is good.
const (
	CardPIN      Proof = iota // the card's user-authentication key, 4 digits
	CardPassword              // the card's signing key, 6 to 16 characters
	PhoneAuthKey
	PhoneSignKey
	SoftwareKey     // of a private certificate
	Counter         // the municipal office, face to face
	Call            // the free line
	Maker           // of secure elements
	Issuer          // of the certificate itself: its clock and its duties
	Proofs      int = iota
)

// String is who it is.
func (p Proof) String() string {
	return [...]string{"card with PIN", "card with password", "phone", "phone with password", "private certificate", "counter", "call", "maker", "issuer"}[p]
}

// may says who may do what. It is the only place that does.
var may = [Ops][]Proof{
	Reset:         {CardPIN, CardPassword},
	See:           {CardPIN, CardPassword, PhoneAuthKey, PhoneSignKey},
	LogIn:         {CardPIN, CardPassword, PhoneAuthKey, PhoneSignKey, SoftwareKey},
	Consent:       {CardPassword, PhoneSignKey},
	Apply:         {CardPassword},
	Issue:         {Issuer},
	Activate:      {CardPassword},
	Lapse:         {Issuer},
	HoldPhone:     {CardPIN, CardPassword, PhoneAuthKey, PhoneSignKey, Counter, Call}, // the safe direction
	ReleasePhone:  {CardPassword, Counter},
	GiveUpPhone:   {PhoneSignKey, Counter},
	WithdrawBatch: {Maker},
	EndBatch:      {Issuer},
	ChangeItems:   {Counter},
	NewSign:       {Counter},
	Renew:         {Counter},
	NewCard:       {Counter},
	LoseCard:      {Counter, Call},
	LoseBoth:      {Counter, Call},
	FindCard:      {Counter},
	ReturnCard:    {Counter},
	Die:           {Counter},
	Leave:         {Counter},
	IssuePrivate:  {CardPassword},
	LearnPrivate:  {Issuer},
	EndPrivate:    {Issuer},
}

// May reports whether a proof is enough for an operation.
func May(o Op, by Proof) bool {
	for _, p := range may[o] {
		if p == by {
			return true
		}
	}
	return false
}

// Weak reports whether a log-in by it is marked as weak: the key can be copied.
func (p Proof) Weak() bool { return p == SoftwareKey }

// Slot is the certificate whose key it is; of the person's own proofs alone.
func (p Proof) Slot() (s Slot, ok bool) {
	switch p {
	case CardPIN:
		return CardAuth, true
	case CardPassword:
		return CardSign, true
	case PhoneAuthKey:
		return PhoneAuth, true
	case PhoneSignKey:
		return PhoneSign, true
	case SoftwareKey:
		return PrivateSign, true
	}
	return 0, false
}
