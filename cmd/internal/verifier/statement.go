package verifier

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Acts of a statement.
const (
	ActGive     = "give"
	ActWithdraw = "withdraw"
)

// Statement is what a person signs, as a bank writes it: its members in this order.
type Statement struct {
	V       string   `json:"v"` // StatementVersion
	Act     string   `json:"act"`
	Service ID       `json:"service"`
	Consent string   `json:"consent"` // empty where it is given
	Items   []string `json:"items"`   // of name, address, birth, sex, in this order
	Lang    string   `json:"lang"`
	Text    string   `json:"text"` // TextHash of what was read
	Nonce   ID       `json:"nonce"`
	At      int64    `json:"at"` // Unix seconds
}

// StatementVersion is the first member's value.
const StatementVersion = "latest-items/1"

// TextHash names a text that a person read.
func TextHash(words string) string {
	sum := sha256.Sum256([]byte(words))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Encode is the bytes that are signed. Whether they are a statement, the authority says.
func (s Statement) Encode() ([]byte, error) { return json.Marshal(s) }
