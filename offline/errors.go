package offline

import "multicopy.example/offline/record"

// Every error of the ledger unwraps to port.Fault(kiosk.MsgLedger). These, and
// those of package record, can be told apart with errors.Is.
const (
	// ErrFull: the disk, or the room left on it for a new visit, is used up.
	// Nothing was written; the ledger goes on working when there is room.
	ErrFull = record.Error("no room on the disk for the ledger")
	// ErrQueue: more records wait for the authority than Options.QueueCap.
	ErrQueue = record.Error("too many records wait for the authority")
	// ErrBroken: the disk answered in a way that does not tell what it holds.
	// The ledger refuses everything until it is opened anew.
	ErrBroken = record.Error("the ledger cannot tell what the disk holds; open it anew")
	// ErrLate: the context ended before the disk had answered. The line may
	// yet become durable; memory will follow what the disk does.
	ErrLate = record.Error("the disk has not answered in time")
	// ErrClosed: the ledger was closed.
	ErrClosed = record.Error("the ledger is closed")
	// ErrInUse: another process, or another Ledger of this one, has the
	// folder open.
	ErrInUse = record.Error("the ledger's folder is in use")
	// ErrForeign: something in the folder is not of this ledger's making, or
	// open to others: wrong kind of file, wrong owner, wrong mode.
	ErrForeign = record.Error("the ledger's folder is not as the ledger makes it")
	// ErrSpoiled: the ledger does not verify.
	ErrSpoiled = record.Error("the ledger does not verify")
)
