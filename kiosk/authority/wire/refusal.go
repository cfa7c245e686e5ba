package wire

import (
	"errors"
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// RefusalCode is the reason of a refusal: the closed list of the contract. Each is
// one kiosk.Message, so a refusal needs no interpretation at the kiosk.
type RefusalCode uint8

const (
	CodeHours           RefusalCode = iota + 1 // outside the hours of the service
	CodeBusy                                   // asked too often, or too much at once; retry_after says how long
	CodeWrongCard                              // not a certificate of a CA of this authority
	CodePhone                                  // the certificate of a phone
	CodeNoSign                                 // no signing certificate belongs to this card
	CodeExpired                                // a certificate is past its last day
	CodeChanged                                // the signing certificate was revoked by a change of name or address
	CodeRevoked                                // a certificate is revoked
	CodeHeld                                   // a certificate is on hold
	CodeNoReservation                          // none for this card
	CodeOldReservation                         // older than 24 hours
	CodeUsedReservation                        // done, or its three grants are spent
	CodeVoid                                   // five wrong one-time passwords
	CodeStore                                  // this kiosk may not carry out the reserved flow
	CodeCardFault                              // the proof does not verify
	CodeOver                                   // the session is over, or the step is out of its order
	CodeKiosk                                  // this kiosk is unknown, expired or revoked
	CodeContract                               // not a message of this contract
	CodeUnavailable                            // the authority itself has trouble

	codesEnd
)

// codeTable gives each code its text, its word and its HTTP status.
var codeTable = [codesEnd]struct {
	text   string
	word   kiosk.Message
	status int
}{
	CodeHours:           {"hours", kiosk.MsgHours, 409},
	CodeBusy:            {"busy", kiosk.MsgBusy, 429},
	CodeWrongCard:       {"wrong_card", kiosk.MsgWrongCard, 409},
	CodePhone:           {"phone", kiosk.MsgPhone, 409},
	CodeNoSign:          {"no_sign", kiosk.MsgNoSign, 409},
	CodeExpired:         {"expired", kiosk.MsgExpired, 409},
	CodeChanged:         {"changed", kiosk.MsgChanged, 409},
	CodeRevoked:         {"revoked", kiosk.MsgRevoked, 409},
	CodeHeld:            {"held", kiosk.MsgHeld, 409},
	CodeNoReservation:   {"no_reservation", kiosk.MsgNoReserve, 409},
	CodeOldReservation:  {"old_reservation", kiosk.MsgOldReserve, 409},
	CodeUsedReservation: {"used_reservation", kiosk.MsgUsedReserve, 409},
	CodeVoid:            {"code_void", kiosk.MsgCodeVoid, 409},
	CodeStore:           {"store", kiosk.MsgStore, 409},
	CodeCardFault:       {"card_fault", kiosk.MsgCardFault, 409},
	CodeOver:            {"over", kiosk.MsgTimeout, 409},
	CodeKiosk:           {"kiosk", kiosk.MsgPeer, 403},
	CodeContract:        {"contract", kiosk.MsgContract, 400},
	CodeUnavailable:     {"unavailable", kiosk.MsgNetwork, 503},
}

// Codes lists every code, for contract tests.
func Codes() []RefusalCode {
	var all []RefusalCode
	for c := CodeHours; c < codesEnd; c++ {
		all = append(all, c)
	}
	return all
}

// Message is what the resident is told.
func (c RefusalCode) Message() kiosk.Message {
	if c >= codesEnd {
		return kiosk.MsgContract
	}
	return codeTable[c].word
}

// Status is the HTTP status the refusal travels under. A request id that was
// used before with other bytes is CodeContract under 422.
func (c RefusalCode) Status() int {
	if c == 0 || c >= codesEnd {
		return 500
	}
	return codeTable[c].status
}

// String is the code's text on the wire.
func (c RefusalCode) String() string {
	if c >= codesEnd {
		return "code?"
	}
	return codeTable[c].text
}

func (c RefusalCode) MarshalText() ([]byte, error) {
	if c == 0 || c >= codesEnd {
		return nil, fmt.Errorf("code %d has no text", c)
	}
	return []byte(codeTable[c].text), nil
}

func (c *RefusalCode) UnmarshalText(t []byte) error {
	for _, k := range Codes() {
		if codeTable[k].text == string(t) {
			*c = k
			return nil
		}
	}
	return fmt.Errorf("a reason this contract does not list")
}

// Refused is a refusal as the client returns it: it unwraps to the port.Fault
// of its word.
type Refused struct {
	Code   RefusalCode
	Status int           // HTTP status it came under
	Detail string        // for staff; never a name, a secret or a number of a card
	After  time.Duration // how long to wait, where the authority said so
}

func (r *Refused) Error() string {
	if r.Detail == "" {
		return "the authority refused: " + r.Code.String()
	}
	return fmt.Sprintf("the authority refused: %s: %s", r.Code, r.Detail)
}

// Unwrap is the fault to be told.
func (r *Refused) Unwrap() error { return port.Fault(r.Code.Message()) }

// RetryAfter is how long the authority, or something between it and us, asked to
// wait before the next request; 0 where err does not say.
func RetryAfter(err error) time.Duration {
	if r, ok := errors.AsType[*Refused](err); ok {
		return r.After
	}
	later, _ := errors.AsType[port.ErrRetryLater](err)
	return later.After
}
