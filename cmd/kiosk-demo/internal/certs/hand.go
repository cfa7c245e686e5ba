package certs

import (
	"context"
	"errors"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
)

// A Person is a resident whose card the phone can read.
type Person struct {
	Key  string // in a form; ASCII
	Name string
	Away bool // the card lies on the kiosk's reader
}

// A Phone is one that a resident has at hand.
type Phone struct {
	Key  string
	Kind Kind
}

// Kind of a phone.
type Kind uint8

// The kinds.
const (
	Android Kind = iota
	IPhone
	Plain // without a secure element
)

// Status is how a phone stands with the authority.
type Status struct {
	appclient.PhoneReply      // State is empty where nothing was applied for that the phone knows of
	Weak                 bool // a private certificate is in a file of the phone
}

// Draft is an application before the card has signed it.
type Draft struct {
	Statement []byte
	Maker     string // of the secure element, as the authority read it
	Own       string // the control code that the phone has made
	Theirs    string // and that of the authority
}

// Act is what a person has done.
type Act uint8

// The acts.
const (
	NoAct    Act = iota
	Apply        // for certificates; its Draft was shown
	Activate     // what was installed
	LogIn
	Hold
	Release
	GiveUp
	Private   // a certificate whose key lies in a file
	WeakLogIn // with that
	Consents  // are listed, by the phone
	CardConsents
	Withdraw // one of them, by the phone
	CardWithdraw
	acts = iota
)

// Secret is what the act asks for: of the card or of the phone.
type Secret struct {
	OfPhone bool
	Ref     kiosk.Ref // RefNone: the act asks for nothing
}

// secrets of the acts. A phone that is lost is held with the card.
var secrets = [acts]Secret{Apply: {false, kiosk.RefSign}, Activate: {false, kiosk.RefSign}, LogIn: {true, kiosk.RefAuth}, Hold: {false, kiosk.RefAuth},
	Release: {false, kiosk.RefSign}, GiveUp: {true, kiosk.RefSign}, Private: {false, kiosk.RefSign},
	Consents: {true, kiosk.RefAuth}, CardConsents: {false, kiosk.RefAuth}, Withdraw: {true, kiosk.RefSign}, CardWithdraw: {false, kiosk.RefSign}}

// Told is what came of an act that has something to tell.
type Told struct {
	Resident string // who was logged in
	Weak     bool
}

// Chosen are the two secrets that a person has chosen for the phone.
type Chosen struct{ PIN, Password []byte }

func (c *Chosen) clear() {
	clear(c.PIN)
	clear(c.Password)
	*c = Chosen{}
}

// The Hand does what an app does with the card, the phone and the authority. Beside defects its
// errors are ErrAway, port.WrongSecret, port.ErrBlocked and *appclient.Error.
type Hand interface {
	People() []Person
	Phones(person string) []Phone
	Status(ctx context.Context, person, phone string) (Status, error)
	// Left is how many tries a secret has; it spends none.
	Left(ctx context.Context, person, phone string, of Secret) (int8, error)
	// Draft makes keys in the phone's secure element.
	Draft(ctx context.Context, person, phone string) (Draft, error)
	Install(ctx context.Context, person, phone string, c Chosen) error
	Do(ctx context.Context, person, phone string, act Act, secret []byte, c Chosen) (Told, error)
	Wipe(person, phone string)
	// Consents lists what a person has agreed to, by the secret of Consents or CardConsents.
	Consents(ctx context.Context, person, phone string, act Act, secret []byte) ([]appclient.Consent, error)
	// Withdraw brings a statement that it signs by the secret of Withdraw or CardWithdraw.
	Withdraw(ctx context.Context, person, phone string, act Act, statement, secret []byte) (appclient.Consent, error)
}

// ErrAway: the card lies on the kiosk's reader.
var ErrAway = errors.New("certs: the card lies on the kiosk's reader")
