// Package port has the values and errors that the ports and the loop exchange
// and that kiosk.Step never sees: what a card says, what the authority answers,
// records on their way. run.Ports names the calls.
package port

import (
	"errors"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// Facts is what can be read of a card without a secret and without spending a
// try.
type Facts struct {
	Token     kiosk.Token
	AuthCert  []byte // EF 000A, DER of the user-authentication certificate; nil where absent
	HasSign   bool   // EF 0008: a signing certificate exists
	AuthTries int8   // of the 4-digit PIN; -1 where the card did not say
	SignTries int8   // of the signing password; -1 where the card did not say
	Trusted   bool   // AuthCert is signed by a card CA of the configuration, so the card may be written
}

// Tries is the counter of that secret.
func (f Facts) Tries(r kiosk.Ref) int8 {
	if r == kiosk.RefSign {
		return f.SignTries
	}
	return f.AuthTries
}

// CardID is SHA-256 of the user-authentication key's SubjectPublicKeyInfo. It
// lives in memory for one visit; no record holds it.
type CardID [32]byte

// Session is one visit as the authority opened it.
type Session struct {
	ID        kiosk.SessionID
	Challenge [32]byte   // signed by the card in Prove; used once. Renewed by Settle
	Flow      kiosk.Flow // as reserved
	Factor    kiosk.Factor
	CodesLeft int8     // one-time passwords that may still be typed, 0–5
	Doubt     bool     // an earlier visit of this card ended unknown
	Ticket    [32]byte // the answer to the right code; zero before
}

// Looked is how the certificates of a card are. Session has an ID where the authority
// opened one.
type Looked struct {
	User, Sign kiosk.CertState
	Session    Session
}

// Consents are those of a card's holder that stand.
type Consents struct {
	All         []kiosk.Consent // the loop, which puts them into a list, erases the names
	Certificate [32]byte        // SHA-256 of the card's signing certificate; zero where the card can withdraw none
}

// Erase overwrites the names.
func (c Consents) Erase() {
	for _, one := range c.All {
		clear(one.Company)
		clear(one.Title)
	}
}

// Withdrawal is what the card's holder declares about one of them.
type Withdrawal struct {
	Consent kiosk.Consent
	Nonce   [16]byte
	At      int64 // Unix seconds
}

// Withdrawn is the authority's word that a consent has ended.
type Withdrawn struct {
	At    int64  // since when, Unix seconds
	Given uint32 // how often items were given before
}

// Grant is one live permission to open one card for one command.
type Grant struct {
	ID      kiosk.GrantID
	Flow    kiosk.Flow
	Act     kiosk.Act
	Command [87]byte // exactly `00 82 00 96 52` and 82 bytes: target, P1, grant id, signature r‖s
}

// Health is the authority's word on whether a visit may begin.
type Health struct {
	Open       bool   // inside the hours of the service
	Now        int64  // the authority's clock, Unix seconds
	RetryAfter uint32 // seconds to wait before asking again; 0 where it did not say
}

// WrongSecret: the card compared and refused. Left is from 63Cx alone.
type WrongSecret struct{ Left int8 }

func (WrongSecret) Error() string { return "the card refused the secret" }

// WrongCode: the authority compared and refused.
type WrongCode struct{ Left int8 }

func (WrongCode) Error() string { return "the authority refused the one-time password" }

var (
	// ErrBlocked: 63C0 on the try that blocked it, or 6984 afterwards.
	ErrBlocked = errors.New("the secret is blocked")
	// ErrGone: the card left, or the link to it broke. The card has lost its
	// power and with it every verified state.
	ErrGone = errors.New("the card is gone")
	// ErrRefused: the card answered the write with a status that changes
	// nothing (PROTOCOL in kiosk/doc.go: 64 67 68 69 6A 6B 6D 6E), or the
	// authority refused a hold in its contract's words.
	ErrRefused = errors.New("refused; nothing has changed")
	// ErrUnknown: the write was sent and what came back does not say what it
	// did.
	ErrUnknown = errors.New("the write was sent and its outcome is unknown")
)

// Secrets are the four secrets of a visit and the list of its screen, taken once at start.
type Secrets struct {
	Code  secret.Secret // one-time password
	New   secret.Secret // the new secret
	Again secret.Secret // the new secret, typed again
	Proof secret.Secret // the proof secret
	List  secret.List   // what the authority lists of the person
}

// StaffCodes are the three slots of maintenance, taken once at start.
type StaffCodes struct {
	Own   secret.Secret // an own code
	Code  secret.Secret // a one-time password, or the operator's code
	Again secret.Secret // a new own code, typed again
}

// A Fault is an error that a port returns: it carries the Message to show.
// Ports wrap their own detail around it with %w; the loop asks with errors.As
// and logs the whole chain for staff.
type Fault kiosk.Message

// Error names the fault by its code.
func (f Fault) Error() string { return "fault " + kiosk.Message(f).String() }
