// Package appclient talks to the sandbox authority's stand-in for the phone
// app's back end: reservations are made there, and their state is watched.
//
// It is a sandbox thing from end to end: plain HTTP, loopback only, no login.
// The firmware never speaks to it. The types here are also the ones the
// sandbox answers with.
package appclient

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Flow letters, as on the kiosk's wire.
const (
	FlowP = "P" // renews the signing password: the reservation is signed with the user-authentication key
	FlowU = "U" // renews the 4-digit PIN: signed with the signing key
)

// ChallengeRequest asks for a challenge. Cert is the user-authentication
// certificate in DER, whatever the flow.
type ChallengeRequest struct {
	Cert []byte `json:"cert"`
	Flow string `json:"flow"`
}

// ChallengeReply is good for one reservation within five minutes.
type ChallengeReply struct {
	Challenge []byte `json:"challenge"` // 32 bytes
}

// ReserveRequest makes a reservation at a counter.
type ReserveRequest struct {
	Cert      []byte `json:"cert"`
	Flow      string `json:"flow"`
	Challenge []byte `json:"challenge"`
	Signature []byte `json:"signature"` // of Digest, by the key whose secret the resident still knows
}

// ReserveReply is the reservation. OTP is empty where the authority asks for
// the reservation alone.
type ReserveReply struct {
	Reservation string `json:"reservation"` // hexadecimal
	OTP         string `json:"otp"`         // 8 digits
	Expires     int64  `json:"expires"`     // Unix seconds
}

// Reservation as it stands.
type Reservation struct {
	State     string `json:"state"`   // open, claimed, granted, in doubt, done
	Outcome   string `json:"outcome"` // of its last grant: -, done, failed, unknown
	Flow      string `json:"flow"`
	CodesLeft int    `json:"codes_left"`
	Grants    int    `json:"grants"`
	// Tried says at which kiosks one-time passwords were typed. A kiosk where its
	// owner was not has her certificate from somewhere.
	Tried []Tried `json:"tried,omitempty"`
}

// Tried is how many one-time passwords were typed at a kiosk, right ones too.
type Tried struct {
	Kiosk string `json:"kiosk"`
	Codes int    `json:"codes"`
}

// Record of a kiosk's ledger as the authority keeps it.
type Record struct {
	Kiosk string `json:"kiosk"`
	Epoch string `json:"epoch"` // hexadecimal
	Seq   uint64 `json:"seq"`
	Hash  string `json:"hash"`  // hexadecimal
	Flags string `json:"flags"` // words: expired, revoked, gap, fork; empty where all is well
}

// Hours of the service in minutes after midnight, Japan time; equal means
// always.
type Hours struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Trouble happens to the Nth message of that name from now on, once; an empty
// How takes the order back.
type Trouble struct {
	Message string `json:"message"` // health, open, code, prove, grant, settle, records
	How     string `json:"how"`     // drop, mute, late, twice, die
	Nth     int    `json:"nth"`
}

// Error is a refusal of the app's back end.
type Error struct {
	Status int    `json:"-"`
	Code   string `json:"code,omitempty"` // of a refusal that has a word of its own (app.yaml)
	Text   string `json:"error"`
}

func (e *Error) Error() string { return fmt.Sprintf("app: %s (status %d)", e.Text, e.Status) }

// Digest is what the card signs to make a reservation: SHA-256 of the tag and,
// each after its length as two bytes big-endian, the challenge, SHA-256 of
// the user-authentication certificate, and the flow's letter. The key is the
// other one: user authentication for P, signing for U.
func Digest(challenge, cert []byte, flow string) [32]byte {
	hash := sha256.Sum256(cert)
	return digest("myna-app/reservation/v1", challenge, hash[:], []byte(flow))
}

// Client of one sandbox.
type Client struct {
	base string
	word string // of a counter's desk
	http http.Client
}

// New talks to that address, host:port.
func New(address string) *Client {
	return &Client{base: "http://" + address, http: http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{Proxy: nil}}}
}

// Challenge asks for 32 bytes to sign.
func (c *Client) Challenge(ctx context.Context, cert []byte, flow string) ([]byte, error) {
	var r ChallengeReply
	err := c.do(ctx, http.MethodPost, "/app/challenge", ChallengeRequest{cert, flow}, &r)
	return r.Challenge, err
}

// Reservation asks how it stands.
func (c *Client) Reservation(ctx context.Context, id string) (Reservation, error) {
	var r Reservation
	return r, c.do(ctx, http.MethodGet, "/app/reservations/"+url.PathEscape(id), nil, &r)
}

// Records lists what the authority keeps of a kiosk's ledger.
func (c *Client) Records(ctx context.Context, kiosk string) ([]Record, error) {
	var r []Record
	return r, c.do(ctx, http.MethodGet, "/app/records?kiosk="+url.QueryEscape(kiosk), nil, &r)
}

// SetHours sets the hours of the service.
func (c *Client) SetHours(ctx context.Context, h Hours) error {
	return c.do(ctx, http.MethodPut, "/app/hours", h, nil)
}

// SetTrouble orders a trouble.
func (c *Client) SetTrouble(ctx context.Context, t Trouble) error {
	return c.do(ctx, http.MethodPut, "/app/trouble", t, nil)
}

func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("app: %w", err)
		}
		body = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.word != "" {
		request.Header.Set("Authorization", "Bearer "+c.word)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, 16<<20))
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		e := &Error{Status: response.StatusCode}
		if json.Unmarshal(data, e) != nil || e.Text == "" {
			return errors.Join(e, errors.New("app: an answer without a reason"))
		}
		return e
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("app: %w", err)
	}
	return nil
}
