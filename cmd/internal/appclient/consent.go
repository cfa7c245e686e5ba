package appclient

import (
	"context"
	"net/http"
)

// ForConsents is what a proof is for that lists consents, by either key of card or phone.
const ForConsents = "see consents"

// ConsentsReply is what a person has agreed to, the oldest first.
type ConsentsReply struct {
	Consents []Consent `json:"consents"`
}

// Consent is one to one service.
type Consent struct {
	Consent   string   `json:"consent"` // 32 hexadecimal digits
	Service   string   `json:"service"` // likewise
	Company   string   `json:"company"`
	Title     string   `json:"title"`
	Purpose   string   `json:"purpose"`
	Items     []string `json:"items"` // of name, address, birth, sex
	Lang      string   `json:"lang"`
	Text      string   `json:"text"`  // "sha256:" and the hash of what was read
	State     string   `json:"state"` // pending, active, expired, cancelled, ended
	Received  int64    `json:"received"`
	From      int64    `json:"from"`
	Until     int64    `json:"until"`
	Cancelled int64    `json:"cancelled,omitempty"`
	Given     []Given  `json:"given,omitempty"`
	Receipt   string   `json:"receipt,omitempty"` // JWS of the authority; where it signs answers
}

// Given is that items were given, and not which values they had.
type Given struct {
	At    int64    `json:"at"`
	Items []string `json:"items"`
}

// WithdrawConsent brings a statement of a withdrawal (verifier.yaml) that a signing key of card
// or phone has signed.
type WithdrawConsent struct {
	Statement []byte `json:"statement"`
	CMS       []byte `json:"cms"`
}

// Consents lists what a person has agreed to, on a proof for ForConsents.
func (c *Client) Consents(ctx context.Context, p Proof) (r ConsentsReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/consents", p, &r)
}

// WithdrawConsent withdraws one, and answers how it is now.
func (c *Client) WithdrawConsent(ctx context.Context, m WithdrawConsent) (r Consent, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/consents/withdraw", m, &r)
}
