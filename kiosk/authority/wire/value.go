package wire

import (
	"encoding/base64"
	"fmt"

	"multicopy.example/kiosk"
)

// Byte strings travel as standard base64 with padding, in exactly one spelling:
// line breaks and stray trailing bits, which Go's decoder forgives, are refused
// so that equal values have equal bytes. Their types and lengths are in
// wire_gen.go.

var strict = base64.StdEncoding.Strict()

func appendBase64(b []byte) ([]byte, error) { return strict.AppendEncode(nil, b), nil }

// unBase64 decodes text of low to high bytes; the length is checked before
// anything is allocated.
func unBase64(text []byte, low, high int) ([]byte, error) {
	if len(text) > strict.EncodedLen(high) {
		return nil, fmt.Errorf("longer than %d bytes", high)
	}
	b, err := strict.AppendDecode(nil, text)
	if err != nil {
		return nil, fmt.Errorf("not base64")
	}
	if len(b) < low || len(b) > high {
		return nil, fmt.Errorf("%d bytes where %d to %d belong", len(b), low, high)
	}
	if strict.EncodedLen(len(b)) != len(text) {
		return nil, fmt.Errorf("not the one spelling of these bytes")
	}
	return b, nil
}

func fill(to, text []byte) error {
	b, err := unBase64(text, len(to), len(to))
	if err != nil {
		return err
	}
	copy(to, b)
	return nil
}

func (x ID) MarshalText() ([]byte, error)             { return appendBase64(x[:]) }
func (x Hash) MarshalText() ([]byte, error)           { return appendBase64(x[:]) }
func (x Signature) MarshalText() ([]byte, error)      { return appendBase64(x[:]) }
func (x Names) MarshalText() ([]byte, error)          { return appendBase64(x[:]) }
func (x Command) MarshalText() ([]byte, error)        { return appendBase64(x[:]) }
func (x DER) MarshalText() ([]byte, error)            { return appendBase64(x) }
func (x Sealed) MarshalText() ([]byte, error)         { return appendBase64(x) }
func (x Body) MarshalText() ([]byte, error)           { return appendBase64(x) }
func (x ECDSASignature) MarshalText() ([]byte, error) { return appendBase64(x) }
func (x *ID) UnmarshalText(t []byte) error            { return fill(x[:], t) }
func (x *Hash) UnmarshalText(t []byte) error          { return fill(x[:], t) }
func (x *Signature) UnmarshalText(t []byte) error     { return fill(x[:], t) }
func (x *Names) UnmarshalText(t []byte) error         { return fill(x[:], t) }
func (x *Command) UnmarshalText(t []byte) error       { return fill(x[:], t) }

func (x *DER) UnmarshalText(t []byte) (err error) {
	*x, err = unBase64(t, MinDER, MaxDER)
	return err
}

func (x *Body) UnmarshalText(t []byte) (err error) {
	*x, err = unBase64(t, MinBody, MaxBody)
	return err
}

func (x *ECDSASignature) UnmarshalText(t []byte) (err error) {
	*x, err = unBase64(t, MinECDSASignature, MaxECDSASignature)
	return err
}

func (x *Sealed) UnmarshalText(t []byte) (err error) {
	*x = nil
	if len(t) == 0 {
		return nil
	}
	*x, err = unBase64(t, SealedLen, SealedLen)
	return err
}

// Words that travel as text from a closed list.
type (
	Flow      kiosk.Flow    // P, U
	Act       kiosk.Act     // reset, unlock
	Outcome   kiosk.Outcome // done, failed, unknown
	Factor    kiosk.Factor  // code, reservation
	CertState uint8         // good, expired, changed, revoked, held, none
	Service   uint8         // open, closed, busy
	PhoneKind uint8         // android, iphone

	UpdateState uint8 // none, fetching, fetched, trial, good, refused, failed
	UpdateWhy   uint8 // foreign, older, damaged, room, machine
)

// The states of a certificate as the authority knows it.
const (
	Good    CertState = iota
	Expired           // past its last day
	Changed           // revoked by a change of name or address
	Revoked           // revoked for any other reason
	Held              // on hold at the holder's request
	None              // there is no such certificate
)

// The kinds of phones.
const (
	Android PhoneKind = iota
	IPhone
)

// How far a kiosk is with an offer.
const (
	UpdateNone     UpdateState = iota // it works on none
	UpdateFetching                    // it is fetched in parts
	UpdateFetched                     // it lies there whole
	UpdateTrial                       // its version runs, and is not kept yet
	UpdateGood                        // it is kept
	UpdateRefused                     // it was not installed, for an UpdateWhy
	UpdateFailed                      // it was on trial, and the version before runs again
)

// Why an offer was refused.
const (
	UpdateForeign UpdateWhy = 1 + iota // its bundle is of another signer
	UpdateOlder                        // it is older than what runs
	UpdateDamaged                      // its bytes are not those of its hash, or of its signature
	UpdateRoom                         // there is no room for it
	UpdateMachine                      // the machine could not install it
)

// The states of the service as Health tells it.
const (
	ServiceOpen   Service = iota
	ServiceClosed         // outside the hours
	ServiceBusy           // inside the hours, and asks to wait
)

// The lists of texts are in wire_gen.go, position by value; an empty string is
// a value that has no text and cannot travel.

func name[T ~uint8](list []string, v T) ([]byte, error) {
	if int(v) >= len(list) || list[v] == "" {
		return nil, fmt.Errorf("value %d has no text", v)
	}
	return []byte(list[v]), nil
}

func value[T ~uint8](list []string, to *T, text []byte) error {
	for i, s := range list {
		if s != "" && s == string(text) {
			*to = T(i)
			return nil
		}
	}
	return fmt.Errorf("not one of %q", list)
}

func (x Flow) MarshalText() ([]byte, error)         { return name(flowText, x) }
func (x Act) MarshalText() ([]byte, error)          { return name(actText, x) }
func (x Outcome) MarshalText() ([]byte, error)      { return name(outcomeText, x) }
func (x Factor) MarshalText() ([]byte, error)       { return name(factorText, x) }
func (x CertState) MarshalText() ([]byte, error)    { return name(certStateText, x) }
func (x Service) MarshalText() ([]byte, error)      { return name(serviceText, x) }
func (x PhoneKind) MarshalText() ([]byte, error)    { return name(phoneKindText, x) }
func (x UpdateState) MarshalText() ([]byte, error)  { return name(updateStateText, x) }
func (x UpdateWhy) MarshalText() ([]byte, error)    { return name(updateWhyText, x) }
func (x *UpdateState) UnmarshalText(t []byte) error { return value(updateStateText, x, t) }
func (x *UpdateWhy) UnmarshalText(t []byte) error   { return value(updateWhyText, x, t) }
func (x *Flow) UnmarshalText(t []byte) error        { return value(flowText, x, t) }
func (x *Act) UnmarshalText(t []byte) error         { return value(actText, x, t) }
func (x *Outcome) UnmarshalText(t []byte) error     { return value(outcomeText, x, t) }
func (x *Factor) UnmarshalText(t []byte) error      { return value(factorText, x, t) }
func (x *CertState) UnmarshalText(t []byte) error   { return value(certStateText, x, t) }
func (x *Service) UnmarshalText(t []byte) error     { return value(serviceText, x, t) }
func (x *PhoneKind) UnmarshalText(t []byte) error   { return value(phoneKindText, x, t) }

// String is the state's word on the wire.
func (x CertState) String() string { return certStateText[min(int(x), len(certStateText)-1)] }

// String is the state's word on the wire.
func (x UpdateState) String() string { return updateStateText[min(int(x), len(updateStateText)-1)] }

// String is the word on the wire; empty for none.
func (x UpdateWhy) String() string {
	if int(x) >= len(updateWhyText) {
		return ""
	}
	return updateWhyText[x]
}
