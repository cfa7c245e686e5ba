package life

// Cert is one certificate.
type Cert struct {
	State State
	Stale bool // while it lives: what it was issued on has changed since
}

func (c Cert) live() bool { return c.State == Good || c.State == Held }

// Pair is a signing and a user-authentication certificate on one carrier.
type Pair struct{ Sign, Auth Cert }

// Live reports whether one of them is good or held.
func (p Pair) Live() bool { return p.Sign.live() || p.Auth.live() }

func (p Pair) any(s State) bool   { return p.Sign.State == s || p.Auth.State == s }
func (p Pair) pending() bool      { return p.any(Applied) || p.any(Issued) }
func (p Pair) isNot(s State) bool { return !p.any(s) }

// Phone is a phone's pair.
type Phone struct {
	Pair
	Kind      Carrier
	Withdrawn bool // its maker has withdrawn the batch of its secure element
	Astray    bool // the card has another pair than the one that it was applied for with
}

// Person is what a person has.
type Person struct {
	Gone    bool // dead, or not in the register
	Card    Pair
	Phone   Phone // in use, or used last
	Next    Phone // being set up
	Private Cert
}

// Slot is one of a person's certificates.
type Slot uint8

// The certificates.
const (
	CardSign Slot = iota
	CardAuth
	PhoneSign
	PhoneAuth
	NextSign
	NextAuth
	PrivateSign
	Slots int = iota
)

// String is the name of the certificate.
func (s Slot) String() string {
	return [...]string{"card sign", "card auth", "phone sign", "phone auth", "next sign", "next auth", "private"}[s]
}

// At is the certificate in a slot.
func (p *Person) At(s Slot) *Cert {
	return [...]*Cert{&p.Card.Sign, &p.Card.Auth, &p.Phone.Sign, &p.Phone.Auth, &p.Next.Sign, &p.Next.Auth, &p.Private}[s]
}

// Change of one certificate. From None it is a new one, in the place of what the slot held.
type Change struct {
	Slot     Slot
	From, To State
	Reason   Reason // where To is Held or Revoked
}
