package appclient

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// What a card's signing key signs about the certificates of a phone is JSON (RFC 8259) with
// the members in the order below, without white space, ids and hashes as lower-case
// hexadecimal digits and DER in base64. What is signed is these bytes: of each statement
// there is one encoding. The signature is of package cms.

// Statements' first members; another form has another.
const (
	applicationVersion = "phone-application/1"
	activationVersion  = "phone-activation/1"
)

// StatementMax is the most bytes a statement has.
const StatementMax = 16 << 10

// StatementWindow is how far the moment of a statement may be from the authority's, in
// seconds.
const StatementWindow = 10 * 60

// The phones that may apply.
const (
	Android = "android"
	IPhone  = "iphone"
)

// Application is what a person applies with for the certificates of a phone.
type Application struct {
	Phone string   // Android or IPhone
	Nonce [32]byte // the authority's
	Auth  PhoneKey
	Sign  PhoneKey
	At    int64 // Unix seconds
}

// PhoneKey is a key that the phone's secure element has made.
type PhoneKey struct {
	Request     []byte   `json:"request"`     // PKCS#10, signed by it
	Attestation [][]byte `json:"attestation"` // the key's certificate first
}

// Activation is by what a person takes the certificates of a phone into use.
type Activation struct {
	Application ID
	Auth, Sign  [32]byte // SHA-256 of the certificates
	At          int64
}

// ID names an application.
type ID [16]byte

// String is its digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// UnmarshalText reads them.
func (id *ID) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || !digits(b).into(id[:]) {
		return errors.New("appclient: an application is 32 hexadecimal digits")
	}
	return nil
}

// ErrStatement: the bytes are no such statement.
var ErrStatement = errors.New("appclient: no statement")

type applicationForm struct {
	V     string   `json:"v"`
	Phone string   `json:"phone"`
	Nonce digits   `json:"nonce"`
	Auth  PhoneKey `json:"auth"`
	Sign  PhoneKey `json:"sign"`
	At    int64    `json:"at"`
}

type activationForm struct {
	V           string `json:"v"`
	Application digits `json:"application"`
	Auth        digits `json:"auth"`
	Sign        digits `json:"sign"`
	At          int64  `json:"at"`
}

// digits are bytes as lower-case hexadecimal digits.
type digits []byte

func (d digits) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%x", []byte(d)), nil }

func (d *digits) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*d = b
	return err
}

func (d digits) into(to []byte) bool { return copy(to, d) == len(to) && len(d) == len(to) }

// Encode is the bytes that are signed.
func (a Application) Encode() ([]byte, error) {
	if a.Phone != Android && a.Phone != IPhone || a.At <= 0 || len(a.Auth.Request) == 0 || len(a.Sign.Request) == 0 {
		return nil, fmt.Errorf("%w: phone, moment or a request is missing", ErrStatement)
	}
	for _, k := range []*PhoneKey{&a.Auth, &a.Sign} {
		if k.Attestation == nil { // an empty list has one encoding
			k.Attestation = [][]byte{}
		}
	}
	return bounded(applicationForm{applicationVersion, a.Phone, a.Nonce[:], a.Auth, a.Sign, a.At})
}

// Encode is the bytes that are signed.
func (a Activation) Encode() ([]byte, error) {
	if a.At <= 0 {
		return nil, fmt.Errorf("%w: no moment", ErrStatement)
	}
	return bounded(activationForm{activationVersion, a.Application[:], a.Auth[:], a.Sign[:], a.At})
}

func bounded(form any) ([]byte, error) {
	b, err := json.Marshal(form)
	if err == nil && len(b) > StatementMax {
		err = fmt.Errorf("%w: more than %d bytes", ErrStatement, StatementMax)
	}
	return b, err
}

// DecodeApplication reads one. No other bytes than its one encoding are taken for it.
func DecodeApplication(b []byte) (a Application, err error) {
	var f applicationForm
	if err := read(b, &f); err != nil {
		return a, err
	}
	a = Application{Phone: f.Phone, Auth: f.Auth, Sign: f.Sign, At: f.At}
	whole := f.Nonce.into(a.Nonce[:])
	return a, same(b, whole, a.Encode)
}

// DecodeActivation reads one, as DecodeApplication does.
func DecodeActivation(b []byte) (a Activation, err error) {
	var f activationForm
	if err := read(b, &f); err != nil {
		return a, err
	}
	a.At = f.At
	whole := f.Application.into(a.Application[:]) && f.Auth.into(a.Auth[:]) && f.Sign.into(a.Sign[:])
	return a, same(b, whole, a.Encode)
}

func read(b []byte, into any) error {
	if len(b) > StatementMax {
		return fmt.Errorf("%w: more than %d bytes", ErrStatement, StatementMax)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%w: not of its form", ErrStatement) // the bytes are a stranger's
	}
	return nil
}

func same(b []byte, whole bool, encode func() ([]byte, error)) error {
	again, err := encode()
	if err == nil && (!whole || !bytes.Equal(again, b)) {
		err = fmt.Errorf("%w: not the one encoding there is of it", ErrStatement)
	}
	return err
}

// Timely reports whether the moment of a statement is near enough to now.
func Timely(at, now int64) bool { return at >= now-StatementWindow && at <= now+StatementWindow }

// ControlCode is the four digits that a person compares before a statement is signed: those
// that the phone shows and those that the authority has made of what reached it. They tell
// a mixed-up application; against who can try ten thousand of them they are no protection.
func ControlCode(statement []byte) string {
	hash := sha256.Sum256(append([]byte("myna-app/control/v1"), statement...))
	return fmt.Sprintf("%04d", binary.BigEndian.Uint16(hash[len(hash)-2:])%10_000)
}
