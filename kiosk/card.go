package kiosk

import (
	"errors"

	"multicopy.example/kiosk/secret"
)

// Values that pass between the ports and the loop. None of them ever enters a
// State: the loop keeps them for one visit.

// Flow says which of the card's two secrets is renewed (PROTOCOL in
// kiosk/doc.go).
type Flow uint8

const (
	NoFlow Flow = iota
	FlowP       // renews the signing password 署名用, proved by the 4-digit PIN
	FlowU       // renews the 4-digit PIN 利用者証明用, proved by the signing password
)

// String is the flow's letter on the wire.
func (f Flow) String() string { return [...]string{"-", "P", "U"}[min(f, 2)] }

// Act is what is done to the target secret.
type Act uint8

const (
	NoAct  Act = iota
	Reset      // a new secret is set and the counter is full
	Unlock     // the counter alone is restored
)

// String is the act's word on the wire.
func (a Act) String() string { return [...]string{"-", "reset", "unlock"}[min(a, 2)] }

// Ref names one of the card's two secrets or the private key it guards.
type Ref uint8

const (
	RefAuth Ref = iota + 1 // user authentication 利用者証明用: PIN EF 0018, key EF 0017
	RefSign                // signature 署名用: password EF 001B, key EF 001A
)

// Full is the number of tries on a full counter: 3 for the PIN, 5 for the
// password.
func (r Ref) Full() int8 {
	if r == RefSign {
		return 5
	}
	return 3
}

// Target is the secret that the flow renews.
func (f Flow) Target() Ref {
	if f == FlowU {
		return RefAuth
	}
	return RefSign
}

// Proof is the secret that proves the resident, the other one.
func (f Flow) Proof() Ref {
	if f == FlowU {
		return RefSign
	}
	return RefAuth
}

// Token is what EF 0006 calls itself.
type Token uint8

const (
	TokenUnknown Token = iota
	TokenCard          // JPKIAPICCTOKEN2: the plastic My Number Card
	TokenOld           // JPKIAPICCTOKEN: the old Juki card
	TokenAndroid       // JPKIAPGPSETOKEN
	TokeniPhone        // JPKIAPIOSTOKEN
)

// Facts is what can be read of a card without a secret and without spending a
// try.
type Facts struct {
	Token     Token
	AuthCert  []byte // EF 000A, DER of the user-authentication certificate; nil where absent
	HasSign   bool   // EF 0008: a signing certificate exists
	AuthTries int8   // of the 4-digit PIN; -1 where the card did not say
	SignTries int8   // of the signing password; -1 where the card did not say
	Trusted   bool   // AuthCert is signed by a card CA of the configuration, so the card may be written
}

// Tries is the counter of that secret.
func (f Facts) Tries(r Ref) int8 {
	if r == RefSign {
		return f.SignTries
	}
	return f.AuthTries
}

// CardID is SHA-256 of the user-authentication key's SubjectPublicKeyInfo. It
// lives in memory for one visit; no record holds it.
type CardID [32]byte

// SessionID and GrantID are the authority's, 16 random bytes each.
type (
	SessionID [16]byte
	GrantID   [16]byte
)

// Factor is what the authority asks for beside the proof secret.
type Factor uint8

const (
	FactorCode        Factor = iota // a one-time password, typed at the kiosk
	FactorReservation               // the reservation alone
)

// Session is one visit as the authority opened it.
type Session struct {
	ID        SessionID
	Challenge [32]byte // signed by the card in Prove; used once. Renewed by Settle
	Flow      Flow     // as reserved
	Factor    Factor
	CodesLeft int8     // one-time passwords that may still be typed, 0–5
	Doubt     bool     // an earlier visit of this card ended unknown
	Ticket    [32]byte // the answer to the right code; zero before
}

// Grant is one live permission to open one card for one command.
type Grant struct {
	ID      GrantID
	Flow    Flow
	Act     Act
	Command [87]byte // exactly `00 82 00 96 52` and 82 bytes: target, P1, grant id, signature r‖s
}

// Outcome of a begun write.
type Outcome uint8

const (
	NoOutcome Outcome = iota
	Done              // 9000
	Failed            // certainly unchanged
	Unknown           // nobody knows yet
)

// String is the outcome's word on the wire.
func (o Outcome) String() string { return [...]string{"-", "done", "failed", "unknown"}[min(o, 3)] }

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
	// nothing (PROTOCOL in kiosk/doc.go: 64 67 68 69 6A 6B 6D 6E).
	ErrRefused = errors.New("the card refused; nothing has changed")
	// ErrUnknown: the write was sent and what came back does not say what it
	// did.
	ErrUnknown = errors.New("the write was sent and its outcome is unknown")
)

// Secrets are the four secrets of a visit, taken once at start.
type Secrets struct {
	Code  secret.Secret // one-time password
	New   secret.Secret // the new secret
	Again secret.Secret // the new secret, typed again
	Proof secret.Secret // the proof secret
}
