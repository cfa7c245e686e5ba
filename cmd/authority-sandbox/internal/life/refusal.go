package life

// Refusal is why nothing changes; 0 where nothing is refused.
type Refusal uint8

// The refusals.
const (
	Allowed Refusal = iota
	NotTheirs
	ProofNotGood
	NotInRegister
	NoCard
	CardIsHeld
	SignLives
	NoPhone
	Unattested
	NothingApplied
	NothingIssued
	KeysMissing
	AlreadyHeld
	NotHeld
	HoldIsFinal
	BatchIsWithdrawn
	NotWithdrawn
	NoPrivate
	PrivateIsGood
	NothingLearnt
	Refusals int = iota
)

// Error is the sentence for a person.
func (r Refusal) Error() string {
	return [...]string{
		"allowed",
		"this proof is not enough for it",
		"the certificate of this proof is not good",
		"the person is dead or not in the register",
		"the card has no certificates that live",
		"the card's certificates are held",
		"the card's signing certificate lives: renew the pair instead",
		"there is no phone with certificates that live",
		"the phone's keys are not attested by a maker whose batch is good",
		"nothing was applied for",
		"no certificates are waiting for a phone",
		"both keys of the phone have to sign",
		"the certificates are held already",
		"no certificate is held",
		"a hold on this carrier is not lifted: its certificates are made anew",
		"the maker has withdrawn the batch of this phone's secure element",
		"the batch of this phone was not withdrawn",
		"there is no private certificate that is good",
		"the private certificate is good",
		"the certificate that it was issued on is good",
	}[r]
}

// Code is the word for a program; empty where nothing is refused.
func (r Refusal) Code() string {
	return [...]string{"", "not-theirs", "proof-not-good", "not-in-register", "no-card", "card-is-held", "signing-certificate-lives", "no-phone", "unattested",
		"nothing-applied", "nothing-issued", "keys-missing", "already-held", "not-held", "hold-is-final", "batch-is-withdrawn", "batch-is-not-withdrawn",
		"no-private", "private-is-good", "nothing-learnt"}[r]
}
