// Package verifier is what platforms and banks say to the authority about consents, in Go:
// the messages of cmd/authority-sandbox/verifier.yaml, answers and receipts as the
// authority signs and seals them (Authority), and their reading (Bank).
package verifier

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"
	"unicode/utf8"
)

// Contract is the version of the messages.
const Contract = 1

// Paths of the requests.
const (
	PathGive     = "/v1/consents"
	PathWithdraw = "/v1/consents/withdraw"
	PathLatest   = "/v1/latest"
	PathChanges  = "/v1/changes"
	PathEnd      = "/v1/services/end"
)

const (
	// MaxMessage is the longest request, in bytes.
	MaxMessage = 128 << 10
	// MaxQuestions is how many one request has at most.
	MaxQuestions = 500
	// MaxChanges is how many changes one answer has at most.
	MaxChanges = 500
)

// ID names a request, a service, a consent or a handle: 32 hexadecimal digits in small
// letters.
type ID [16]byte

// NewRequest is an id for a question asked at that time: 6 bytes of milliseconds since 1970 and 10 at random, in the
// order of UUID version 7 (RFC 9562 §5.7). Ids of one batch lie beside each other in the authority's index, so that it
// writes one page for many of them.
func NewRequest(at time.Time) (id ID) {
	rand.Read(id[:])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(id[:], ms[2:])
	return id
}

// MarshalText writes it.
func (id ID) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(id[:])), nil }

// UnmarshalText reads it.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) != 2*len(id) {
		return errors.New("an id has 32 digits")
	}
	_, err := hex.Decode(id[:], text)
	return err
}

// Signed brings a statement and a resident's signature of it: a consent, or its withdrawal.
type Signed struct {
	Contract  int    `json:"contract"`
	Provider  string `json:"provider"`
	Statement []byte `json:"statement"` // its bytes, base64
	CMS       []byte `json:"cms"`       // DER, base64
}

// Given is what a consent has become.
type Given struct {
	Contract int    `json:"contract"`
	Consent  ID     `json:"consent"`
	Handle   ID     `json:"handle"` // by which the bank asks
	State    string `json:"state"`
	From     int64  `json:"from"`
	Until    int64  `json:"until"`
	Receipt  string `json:"receipt"` // JWS, of a Receipt
}

// Withdrawn is what a withdrawal has done.
type Withdrawn struct {
	Contract    int    `json:"contract"`
	Consent     ID     `json:"consent"`
	At          int64  `json:"at"`
	Disclosures int64  `json:"disclosures"` // that were before it; none is after it
	Receipt     string `json:"receipt"`
}

// Latest asks about people by their handles.
type Latest struct {
	Contract  int        `json:"contract"`
	Provider  string     `json:"provider"`
	Questions []Question `json:"questions"`
}

// Question is about one consent, by its handle or, where the service lets its bank ask so, by the
// serial number of a signing certificate of the person's. Request is the bank's, for ever of this
// one.
type Question struct {
	Request ID     `json:"request"`
	Service ID     `json:"service"`
	Handle  ID     `json:"handle,omitzero"`
	Serial  Serial `json:"serial,omitzero"`
}

// Answers are in the order of the questions.
type Answers struct {
	Contract int      `json:"contract"`
	Answers  []Answer `json:"answers"`
}

// Answer to one question.
type Answer struct {
	Request    ID     `json:"request"`
	Decision   string `json:"decision"`              // of package consent
	Fee        int    `json:"fee"`                   // yen
	RetryAfter int64  `json:"retry_after,omitempty"` // seconds; where the decision is busy
	Sealed     string `json:"sealed,omitempty"`      // JWS around JWE; where it is given
}

// Changes are a bank's, in their order.
type Changes struct {
	Contract int      `json:"contract"`
	Changes  []Change `json:"changes"`
	Next     int64    `json:"next"` // to ask behind; the same where there is none
}

// Change of a consent, or of all of a service.
type Change struct {
	N       int64  `json:"n"` // without a gap
	Service ID     `json:"service"`
	Consent *ID    `json:"consent,omitempty"`
	What    string `json:"what"`
	At      int64  `json:"at"`
}

// End ends a service with a day.
type End struct {
	Contract int    `json:"contract"`
	Provider string `json:"provider"`
	Service  ID     `json:"service"`
	Day      string `json:"day"` // its last, in Japan; YYYY-MM-DD
}

// Ended says when.
type Ended struct {
	Contract int   `json:"contract"`
	Service  ID    `json:"service"`
	Ends     int64 `json:"ends"` // the first second in which it is closed
}

// Refusal of a request.
type Refusal struct {
	Contract int    `json:"contract"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
}

// ErrMessage: the bytes are no message of this contract.
var ErrMessage = errors.New("verifier: not a message of this contract")

// Decode reads a message. encoding/json forgives keys twice, in another case, missing and
// null; what is read here is, value for value, what the message would be written as.
func Decode[M any](b []byte) (m M, err error) {
	if !utf8.Valid(b) {
		return m, fmt.Errorf("%w: not UTF-8", ErrMessage)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("%w: %s", ErrMessage, kind(err))
	}
	again, err := json.Marshal(m)
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrMessage, err)
	}
	theirs, n, err := values(b)
	if err != nil {
		return m, fmt.Errorf("%w: %s", ErrMessage, kind(err))
	}
	ours, k, err := values(again)
	if err != nil || n != k || !reflect.DeepEqual(theirs, ours) {
		return m, fmt.Errorf("%w: a field is missing, twice, or otherwise written", ErrMessage)
	}
	if v := reflect.ValueOf(m).FieldByName("Contract"); v.IsValid() && v.Int() != Contract {
		return m, fmt.Errorf("%w: of another version", ErrMessage)
	}
	return m, nil
}

// kind of a mistake, without the bytes that it was made with: they are a stranger's.
func kind(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "not one JSON value"
	}
	return "a field that the message does not have, or of another kind"
}

// values are what a text says, and of how many tokens it is.
func values(b []byte) (v any, tokens int, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err = d.Decode(&v); err != nil {
		return nil, 0, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, 0, errors.New("something follows the message")
	}
	d = json.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); err == io.EOF {
			return v, tokens, nil
		} else if err != nil {
			return nil, 0, err
		}
		tokens++
	}
}
