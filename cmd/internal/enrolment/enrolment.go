// Package enrolment is what a kiosk without a certificate and its authority say to
// each other (README.md is the contract): messages, and the code that both sides
// show. Call Decode for what comes in and [CodeOf] for the code; it does nothing itself.
package enrolment

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"multicopy.example/kiosk/authority/wire"
)

// Version of this contract; it is counted apart from that of the kiosks' own.
const Version = 1

// Paths, POST both.
const (
	PathAsk     = "/enrol/v1/ask"
	PathCollect = "/enrol/v1/collect"
)

const (
	// MaxAsk is the longest message to the authority; an answer has wire.MaxMessage.
	MaxAsk = 16 << 10
	// Open is how long a request waits for approval, and an approved one to be collected.
	Open = time.Hour
	// Late is how long after the end of its certificate a kiosk may ask again by it.
	Late = 60 * 24 * time.Hour
)

// Ask is a kiosk's request.
type Ask struct {
	Contract int      `json:"contract"`
	Kiosk    string   `json:"kiosk"` // the name that it is to have
	CSR      wire.DER `json:"csr"`   // PKCS#10, ECDSA P-256, of that name
	// Old is the certificate that a kiosk asks again by, and Signature its key's over
	// Again; both or neither.
	Old       wire.DER            `json:"old,omitempty"`
	Signature wire.ECDSASignature `json:"signature,omitempty"`
}

// Asked answers Ask.
type Asked struct {
	Contract int       `json:"contract"`
	Request  wire.ID   `json:"request"` // with it the kiosk collects
	Nonce    wire.Hash `json:"nonce"`
	Expires  int64     `json:"expires"` // Unix seconds
}

// Collect asks what became of a request.
type Collect struct {
	Contract int     `json:"contract"`
	Request  wire.ID `json:"request"`
}

// States of a request that is there.
const (
	Waiting  = "waiting"
	Approved = "approved"
)

// Collected answers Collect. All but the state are there where it is Approved.
type Collected struct {
	Contract    int      `json:"contract"`
	State       string   `json:"state"`
	Certificate wire.DER `json:"certificate,omitempty"`
	Handout
}

// Handout is what every kiosk gets of its authority, each a PEM file.
type Handout struct {
	Roots      string `json:"roots,omitempty"`       // CAs of the authority's certificate
	CodeKey    string `json:"code_key,omitempty"`    // what one-time passwords are sealed to
	RecordsKey string `json:"records_key,omitempty"` // what records are sealed to
	Cards      string `json:"cards,omitempty"`       // CAs of the cards that may be changed
}

// Refusal answers either with a status that is not 200.
type Refusal struct {
	Contract int    `json:"contract"`
	Code     string `json:"code"`
	Detail   string `json:"detail"` // for a person
}

// Codes of refusals.
const (
	CodeContract    = "contract"    // 400: no message of this contract, or a request that does not verify
	CodeName        = "name"        // 403: no kiosk of that name is expected
	CodeAgain       = "again"       // 403: the old certificate is none that a kiosk may ask again by
	CodeGone        = "gone"        // 410: no such request, or not any more
	CodeBusy        = "busy"        // 429: later, see Retry-After
	CodeUnavailable = "unavailable" // 503: later
)

var (
	names = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	codes = []string{CodeContract, CodeName, CodeAgain, CodeGone, CodeBusy, CodeUnavailable}
)

// IsName reports whether a kiosk can have that name.
func IsName(s string) bool { return names.MatchString(s) }

// Message is one of this contract.
type Message interface {
	Ask | Asked | Collect | Collected | Refusal
}

// Decode reads a message as strictly as those of the kiosks' own contract.
func Decode[M Message](data []byte) (m M, err error) {
	if err = wire.DecodeVersion(Version, data, &m); err == nil {
		if c, ok := any(m).(interface{ check() error }); ok {
			err = c.check()
		}
	}
	if err != nil {
		err = fmt.Errorf("enrolment: %w", err)
	}
	return m, err
}

func (m Ask) check() error {
	switch {
	case !IsName(m.Kiosk):
		return errors.New("not a kiosk's name")
	case (m.Old == nil) != (m.Signature == nil):
		return errors.New("an old certificate and its signature come together")
	}
	return nil
}

func (m Collected) check() error {
	given := 0
	for _, s := range []string{string(m.Certificate), m.Roots, m.CodeKey, m.RecordsKey, m.Cards} {
		if s != "" {
			given++
		}
	}
	if m.State == Waiting && given == 0 || m.State == Approved && given == 5 {
		return nil
	}
	return fmt.Errorf("state %.20q with %d of 5 files", m.State, given)
}

func (m Refusal) check() error {
	for _, c := range codes {
		if m.Code == c {
			if len(m.Detail) > 300 {
				return errors.New("a detail longer than 300 bytes")
			}
			return nil
		}
	}
	return fmt.Errorf("code %.20q", m.Code)
}

// Request reads the PKCS#10 of a kiosk of that name: it is signed by its own key,
// ECDSA P-256.
func Request(csr []byte, kiosk string) (*ecdsa.PublicKey, error) {
	r, err := x509.ParseCertificateRequest(csr)
	if err != nil {
		return nil, err
	}
	key, ok := r.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !ok || key.Curve != elliptic.P256():
		return nil, errors.New("the key of the request is not ECDSA P-256")
	case r.Subject.CommonName != kiosk:
		return nil, errors.New("the request is of another name")
	}
	return key, r.CheckSignature()
}

// Again is what the old key signs: that this request is the same kiosk's.
func Again(kiosk string, csr []byte) [32]byte {
	b := []byte("kiosk enrolment again v1\x00")
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(kiosk))), kiosk...)
	return sha256.Sum256(append(b, csr...))
}

// Letters of a code: Crockford's 32, which has none that is read as another.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code is what both sides show of one request: 40 bits of the hash over request and
// nonce. The nonce is the authority's and drawn after it has the request, so no
// request can be made to have a code that another has.
type Code string

// CodeOf is the code of a request.
func CodeOf(csr []byte, nonce wire.Hash) Code {
	of := sha256.Sum256(csr)
	h := sha256.Sum256(bytes.Join([][]byte{[]byte("kiosk enrolment code v1\x00"), of[:], nonce[:]}, nil))
	n := binary.BigEndian.Uint64(h[:8]) >> 24
	b := make([]byte, 8)
	for i := range b {
		b[7-i] = letters[n&31]
		n >>= 5
	}
	return Code(b)
}

// String is the code as it is shown, in two halves.
func (c Code) String() string { return string(c[:4] + "-" + c[4:]) }

// ParseCode reads a code as a person types it.
func ParseCode(s string) (Code, error) {
	s = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(s) != 8 || strings.Trim(s, letters) != "" {
		return "", errors.New("a code has eight letters and digits, as in 7K3M-XW9P")
	}
	return Code(s), nil
}

// Pin is how an authority's key is named: SHA-256 of its SubjectPublicKeyInfo.
func Pin(c *x509.Certificate) string {
	h := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return "sha256:" + hex.EncodeToString(h[:])
}

var pins = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// IsPin reports whether this can be a Pin.
func IsPin(s string) bool { return pins.MatchString(s) }
