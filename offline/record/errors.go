package record

import (
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// An Error is an error of the ledger that can be told apart with errors.Is. To
// the loop every one of them means the same: no durable record can be kept.
type Error string

func (e Error) Error() string { return string(e) }

// Unwrap makes every Error a port.Fault of MsgLedger.
func (Error) Unwrap() error { return port.Fault(kiosk.MsgLedger) }

const (
	// ErrVersion: a record, or a whole ledger, in a format this program does
	// not know.
	ErrVersion = Error("the ledger is of another version")
	// ErrEntry: an Entry with a field outside its closed list; a defect of
	// the caller. Nothing was written.
	ErrEntry = Error("not an entry")
	// ErrSealed: a record whose body is sealed to a key that is not at hand.
	ErrSealed = Error("the record's body is sealed")
	// ErrRecord: bytes that are no record of version 1.
	ErrRecord = Error("not a record")
)
