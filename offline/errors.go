package offline

import "multicopy.example/kiosk"

// A failure is an error of this package that can be told apart. To the loop
// every one of them means the same: no durable record can be kept.
type failure string

func (f failure) Error() string { return string(f) }

// Unwrap makes every failure a kiosk.Fault of MsgLedger.
func (failure) Unwrap() error { return kiosk.Fault(kiosk.MsgLedger) }

// Every error of the ledger unwraps to kiosk.Fault(kiosk.MsgLedger). These
// can be told apart with errors.Is.
const (
	// ErrFull: the disk, or the room left on it for a new visit, is used up.
	// Nothing was written; the ledger goes on working when there is room.
	ErrFull = failure("no room on the disk for the ledger")
	// ErrQueue: more records wait for the authority than Options.QueueCap.
	ErrQueue = failure("too many records wait for the authority")
	// ErrBroken: the disk answered in a way that does not tell what it holds.
	// The ledger refuses everything until it is opened anew.
	ErrBroken = failure("the ledger cannot tell what the disk holds; open it anew")
	// ErrLate: the context ended before the disk had answered. The line may
	// yet become durable; memory will follow what the disk does.
	ErrLate = failure("the disk has not answered in time")
	// ErrClosed: the ledger was closed.
	ErrClosed = failure("the ledger is closed")
	// ErrInUse: another process, or another Ledger of this one, has the
	// folder open.
	ErrInUse = failure("the ledger's folder is in use")
	// ErrForeign: something in the folder is not of this ledger's making, or
	// open to others: wrong kind of file, wrong owner, wrong mode.
	ErrForeign = failure("the ledger's folder is not as the ledger makes it")
	// ErrVersion: a whole ledger in a format this program does not know.
	ErrVersion = failure("the ledger is of another version")
	// ErrSpoiled: the ledger does not verify.
	ErrSpoiled = failure("the ledger does not verify")
	// ErrEntry: an Entry with a field outside its closed list; a defect of
	// the caller. Nothing was written.
	ErrEntry = failure("not an entry")
	// ErrSealed: a record whose body is sealed to a key that is not at hand.
	ErrSealed = failure("the record's body is sealed")
	// ErrExport: bytes that are no export of ledgers, or a damaged one.
	ErrExport = failure("not an export of a ledger")
	// ErrRecord: bytes that are no record of version 1.
	ErrRecord = failure("not a record")
)
