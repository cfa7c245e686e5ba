package appclient

import (
	"context"
	"net/http"
)

// The certificates of a phone: Nonce, Offer and Apply, then Phone until they are issued, then
// Activate. What else is done with a phone is a Proof for one of these:
const (
	ForMine    = "see"
	ForHold    = "hold phone"    // by card or phone, either key
	ForRelease = "release phone" // by the card's signing key
	ForGiveUp  = "give up phone" // by the phone's signing key
)

// PhoneNonceRequest asks for what a phone's keys are made on. Cert is a certificate of the
// applicant's card.
type PhoneNonceRequest struct {
	Cert []byte `json:"cert"` // DER
}

// PhoneNonceReply is good for one application of that person within five minutes.
type PhoneNonceReply struct {
	Nonce []byte `json:"nonce"` // 32 bytes
}

// PhoneOffer shows the authority what the card is going to sign.
type PhoneOffer struct {
	Statement []byte `json:"statement"` // an Application's
}

// PhoneOfferReply is what the authority reads in it.
type PhoneOfferReply struct {
	Phone string `json:"phone"`
	Maker string `json:"maker"` // of its secure element
	Code  string `json:"code"`  // the control code
}

// PhoneApply is an application.
type PhoneApply struct {
	Statement []byte `json:"statement"`
	CMS       []byte `json:"cms"` // DER, by the card's signing key
}

// PhoneStatus asks about an application, by the number that only who made it knows.
type PhoneStatus struct {
	Application string `json:"application"`
}

// PhoneActivate takes the certificates into use. All three keys sign the statement.
type PhoneActivate struct {
	Statement []byte `json:"statement"` // an Activation's
	CMS       []byte `json:"cms"`       // by the card's signing key
	Auth      []byte `json:"auth"`      // by the phone's keys: PKCS #1 v1.5 of its SHA-256
	Sign      []byte `json:"sign"`
}

// The states of an application.
const (
	PhoneApplied = "applied"
	PhoneIssued  = "issued"
	PhoneActive  = "active" // its certificates are good or held
	PhoneEnded   = "ended"
)

// PhoneReply is how an application stands, and what came of it.
type PhoneReply struct {
	Application  string     `json:"application"` // 32 hexadecimal digits
	Phone        string     `json:"phone"`
	State        string     `json:"state"`
	Until        int64      `json:"until"` // when it lapses; 0: it does not any more
	Certificates []MineCert `json:"certificates,omitempty"`
	Auth         []byte     `json:"auth,omitempty"` // DER; while it is issued or active
	Sign         []byte     `json:"sign,omitempty"`
	CAs          [][]byte   `json:"cas,omitempty"` // of the two, in this order
}

// MineReply is what a person has.
type MineReply struct {
	Resident     string     `json:"resident"`
	Certificates []MineCert `json:"certificates"`
}

// MineCert is one certificate.
type MineCert struct {
	Certificate string `json:"certificate"` // card auth, card sign, phone auth, phone sign, next auth, next sign, private
	State       string `json:"state"`
	Reason      string `json:"reason,omitempty"`
	Since       int64  `json:"since"`
	Cause       string `json:"cause"`
	Serial      string `json:"serial"` // hexadecimal
	NotAfter    int64  `json:"not_after"`
}

// PhoneNonce asks for a nonce.
func (c *Client) PhoneNonce(ctx context.Context, cert []byte) ([]byte, error) {
	var r PhoneNonceReply
	err := c.do(ctx, http.MethodPost, "/app/phone/nonce", PhoneNonceRequest{cert}, &r)
	return r.Nonce, err
}

// PhoneOffer shows an application before it is signed.
func (c *Client) PhoneOffer(ctx context.Context, statement []byte) (r PhoneOfferReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/phone/offer", PhoneOffer{statement}, &r)
}

// PhoneApply applies.
func (c *Client) PhoneApply(ctx context.Context, m PhoneApply) (r PhoneReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/phone/apply", m, &r)
}

// Phone asks how an application stands.
func (c *Client) Phone(ctx context.Context, application string) (r PhoneReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/phone/status", PhoneStatus{application}, &r)
}

// PhoneActivate takes the certificates of a phone into use.
func (c *Client) PhoneActivate(ctx context.Context, m PhoneActivate) (r PhoneReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/phone/activate", m, &r)
}

// PhoneHold holds the certificates of the phone in use, on a proof for ForHold.
func (c *Client) PhoneHold(ctx context.Context, p Proof) (r MineReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/phone/hold", p, &r)
}

// PhoneRelease releases them, on a proof for ForRelease.
func (c *Client) PhoneRelease(ctx context.Context, p Proof) (r MineReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/phone/release", p, &r)
}

// PhoneGiveUp ends them for good, on a proof for ForGiveUp.
func (c *Client) PhoneGiveUp(ctx context.Context, p Proof) (r MineReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/phone/give-up", p, &r)
}

// Mine lists what a person has, on a proof for ForMine.
func (c *Client) Mine(ctx context.Context, p Proof) (r MineReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/mine", p, &r)
}
