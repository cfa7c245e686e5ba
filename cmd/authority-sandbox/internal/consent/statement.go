package consent

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Act is what a person declares.
type Act uint8

// The acts.
const (
	ToGive     Act = iota // a consent
	ToWithdraw            // one that was given
)

var actWords = [...]string{"give", "withdraw"}

// ID names a service, a consent or a nonce; all zero where there is none.
type ID [16]byte

// Statement is what a person signs: which text was read word for word, and what it is
// about.
type Statement struct {
	Act     Act
	Service ID
	Consent ID // ToWithdraw: which; the authority gives a new one its id
	Items   Items
	Lang    string   // of the text, a BCP 47 tag of at most 8 letters, digits and hyphens
	Text    [32]byte // SHA-256 of the text, UTF-8
	Nonce   ID
	At      int64 // Unix seconds
}

// StatementMax is the most bytes a statement has.
const StatementMax = 512

// Window is how far the moment of a statement may be from the authority's, in seconds.
const Window = 10 * 60

// version is the first member's value; another form has another.
const version = "latest-items/1"

// form is the statement as JSON (RFC 8259) with these members in this order, without white
// space, ids and hashes as lower-case hexadecimal digits. What is signed is these bytes.
type form struct {
	V       string   `json:"v"`
	Act     string   `json:"act"`
	Service string   `json:"service"`
	Consent string   `json:"consent"`
	Items   []string `json:"items"`
	Lang    string   `json:"lang"`
	Text    string   `json:"text"`
	Nonce   string   `json:"nonce"`
	At      int64    `json:"at"`
}

// ErrStatement: the bytes are no statement.
var ErrStatement = errors.New("consent: no statement")

// Encode is the bytes that are signed.
func (s Statement) Encode() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	f := form{V: version, Act: actWords[s.Act], Service: hex.EncodeToString(s.Service[:]), Items: s.Items.Names(), Lang: s.Lang,
		Text: "sha256:" + hex.EncodeToString(s.Text[:]), Nonce: hex.EncodeToString(s.Nonce[:]), At: s.At}
	if s.Act == ToWithdraw {
		f.Consent = hex.EncodeToString(s.Consent[:])
	}
	return json.Marshal(f)
}

func (s Statement) check() error {
	switch {
	case int(s.Act) >= len(actWords):
		return fmt.Errorf("%w: no such act", ErrStatement)
	case s.Service == ID{}, s.Nonce == ID{}:
		return fmt.Errorf("%w: service or nonce is missing", ErrStatement)
	case s.Act == ToWithdraw != (s.Consent != ID{}):
		return fmt.Errorf("%w: a withdrawal names its consent, and a consent has no name yet", ErrStatement)
	case !s.Items.Valid():
		return fmt.Errorf("%w: none of the four items, or another", ErrStatement)
	case !isTag(s.Lang):
		return fmt.Errorf("%w: the language is no tag", ErrStatement)
	case s.At <= 0:
		return fmt.Errorf("%w: no moment", ErrStatement)
	}
	return nil
}

func isTag(s string) bool {
	other := func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", r)
	}
	return len(s) >= 2 && len(s) <= 8 && strings.IndexFunc(s, other) < 0
}

// Decode reads a statement. Of each there is one encoding, and no other bytes are taken
// for it.
func Decode(b []byte) (s Statement, err error) {
	if len(b) > StatementMax {
		return s, fmt.Errorf("%w: more than %d bytes", ErrStatement, StatementMax)
	}
	var f form
	if err := json.Unmarshal(b, &f); err != nil {
		return s, fmt.Errorf("%w: not of its form", ErrStatement) // the bytes are a stranger's
	}
	s.Act = Act(slices.Index(actWords[:], f.Act)) // -1 is none
	s.Lang, s.At = f.Lang, f.At
	for _, name := range f.Items {
		if i := slices.Index(itemNames[:], name); i >= 0 {
			s.Items |= 1 << i
		}
	}
	digits, _ := strings.CutPrefix(f.Text, "sha256:")
	for _, x := range []struct {
		to   []byte
		from string
	}{{s.Service[:], f.Service}, {s.Consent[:], f.Consent}, {s.Nonce[:], f.Nonce}, {s.Text[:], digits}} {
		raw, _ := hex.DecodeString(x.from) // what it is not is found below
		copy(x.to, raw)
	}
	if again, err := s.Encode(); err != nil {
		return Statement{}, err
	} else if !bytes.Equal(again, b) {
		return Statement{}, fmt.Errorf("%w: not the one encoding there is of it", ErrStatement)
	}
	return s, nil
}

// Timely reports whether the moment of the statement is near enough to now.
func (s Statement) Timely(now int64) bool { return s.At >= now-Window && s.At <= now+Window }
