package verifier

import (
	"encoding/hex"
	"errors"
)

// Paths of what is asked about certificates.
const (
	PathStatus = "/v1/status"
	PathLinks  = "/v1/links"
)

// MaxSerials is how many certificates one request is about at most.
const MaxSerials = 500

// Purposes that a question about certificates has to name. Each is counted by itself.
const (
	ForSignature = "signature-verification" // of a signature that the bank got
	ForLiveness  = "liveness-check"         // of a customer whose certificate the bank knows
)

// CAs by their names, as in the addresses of the status line.
const (
	CASign = "sign"
	CAAuth = "auth"
)

// Serial is the number of a certificate: 40 hexadecimal digits in small letters.
type Serial [20]byte

// MarshalText writes it.
func (s Serial) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(s[:])), nil }

// UnmarshalText reads it.
func (s *Serial) UnmarshalText(text []byte) error {
	if len(text) != 2*len(s) {
		return errors.New("a serial number has 40 digits")
	}
	_, err := hex.Decode(s[:], text)
	return err
}

// Serials asks whether certificates of one CA are good.
type Serials struct {
	Contract int      `json:"contract"`
	Provider string   `json:"provider"`
	Purpose  string   `json:"purpose"`
	CA       string   `json:"ca"`
	Serials  []Serial `json:"serials"`
}

// States are in the order of the question.
type States struct {
	Contract int     `json:"contract"`
	States   []State `json:"states"`
	AsOf     int64   `json:"as_of"` // Unix seconds: the last full quarter of an hour
	Next     int64   `json:"next"`  // before which nothing else has to be expected
}

// States of certificates.
const (
	StateGood    = "good"
	StateHeld    = "held"
	StateRevoked = "revoked"
	StateUnknown = "unknown" // never issued, or not its holder's to use yet
)

// State of one certificate.
type State struct {
	Serial Serial `json:"serial"`
	State  string `json:"state"`
	Reason int    `json:"reason,omitempty"` // CRLReason (RFC 5280, 5.3.1) where it is revoked
	Since  int64  `json:"since,omitempty"`  // where it is held or revoked
}

// Link asks which other certificates belong to one.
type Link struct {
	Contract int    `json:"contract"`
	Provider string `json:"provider"`
	Purpose  string `json:"purpose"`
	CA       string `json:"ca"`
	Serial   Serial `json:"serial"`
}

// Linked are the certificates that belong to one. What is not there is not said.
type Linked struct {
	Contract int     `json:"contract"`
	Serial   Serial  `json:"serial"`
	Known    bool    `json:"known"`
	Pair     *Serial `json:"pair,omitempty"`  // the other of its pair, of the other CA (公的個人認証法 18 (5))
	Card     *Serial `json:"card,omitempty"`  // the card's of its kind that this one of a phone was issued on (18 (4))
	Phone    *Serial `json:"phone,omitempty"` // the phone's of its kind that was issued on this one of a card (18 (4))
	Next     *Serial `json:"next,omitempty"`  // that took its place; only with the person's consent to a service of the bank
}
