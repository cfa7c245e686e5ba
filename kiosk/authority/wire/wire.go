// Package wire is what the kiosk and the authority say to each other: the
// messages (Encode, Decode), their values, what is sealed (SealCode, OpenCode)
// and what is signed (Proof, GrantDigest, KioskHead, AuthorityHead).
//
// openapi.yaml describes the messages of contract 2; wire_gen.go is the same in Go,
// written from it by package generate; package contract holds messages against
// it. Those that were others in contract 1 (openapi-v1.yaml) are in wire_v1_gen.go,
// for an authority that answers both (version.go). The client is kiosk/authority;
// servers and tools import this package alone.
package wire

import (
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"multicopy.example/kiosk"
)

// The messages themselves, their byte strings, limits and paths stand in
// wire_gen.go, which is written from openapi.yaml. Here is what a schema cannot
// say.

//go:generate go run ./generate

const (
	maxDepth = 6       // objects and arrays inside each other; the contract needs 3
	MaxBatch = 50      // records; no list of the contract is longer
	CodeLen  = 8       // digits of a one-time password
	sealing  = 32 + 16 // what HPKE adds: encapsulated key and tag
)

// A one-time password fits its envelope, or this does not compile.
var _ [SealedLen - sealing]byte = [CodeLen]byte{}

// Envelope begins every request and every reply to one. The request id is
// minted by the kiosk; the authority stores its reply under (kiosk, id), gives
// the same reply to the same bytes and refuses other bytes with 422. The reply
// repeats the id, so that an answer to something else is never believed.
type Envelope struct {
	Contract int `json:"contract"`
	Request  ID  `json:"request"`
}

// Echo is the id of the request this message is or answers.
func (e Envelope) Echo() ID { return e.Request }

// check: the records follow each other, and are of one epoch.
func (m *RecordsRequest) check() error {
	first := m.Records[0]
	for i, r := range m.Records {
		if r.Epoch != first.Epoch || r.Seq != first.Seq+uint64(i) {
			return errors.New("records that do not follow each other")
		}
	}
	return nil
}

// check: a staff code is one of a word of this project.
func (m *HeartbeatRequest) check() error {
	if m.Out == "" {
		return nil
	}
	for _, w := range kiosk.Messages() {
		if w.Code() == m.Out {
			return nil
		}
	}
	return errors.New("out is no staff code")
}

// within, atMost and matches are what the generated limits are made of. None
// of their errors repeats a value: it came from outside.
func within[T int | int8 | int64 | uint64](field string, v, low, high T) error {
	if v < low || v > high {
		return fmt.Errorf("field %s: outside %d to %d", field, low, high)
	}
	return nil
}

func atMost(field, v string, characters int) error {
	if utf8.RuneCountInString(v) > characters {
		return fmt.Errorf("field %s: longer than %d characters", field, characters)
	}
	return nil
}

func matches(field, v string, pattern *regexp.Regexp) error {
	if !pattern.MatchString(v) {
		return fmt.Errorf("field %s: of another form", field)
	}
	return nil
}

// Beat is what a heartbeat tells, in the words of package kiosk.
type Beat struct {
	Version string        // of the firmware, at most 200 bytes
	Queue   uint32        // records not yet acknowledged
	Oldest  uint32        // age of the oldest of them, seconds
	Out     kiosk.Message // why the kiosk is out of service; NoMessage while it serves
}
