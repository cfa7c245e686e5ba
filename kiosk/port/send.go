package port

import (
	"errors"
	"time"
)

// What may come of handing records to the authority. Every error of a batch
// unwraps to exactly one of these three, and none of them ever deletes a
// record.

// ErrRetryLater: the records are good and could not be taken now. The same records
// are sent again, in the same order.
type ErrRetryLater struct {
	// After is how long to wait at least, as the authority asked; 0 where it
	// did not say and the sender's own pace decides.
	After time.Duration
}

func (ErrRetryLater) Error() string { return "the authority cannot take the records now" }

var (
	// ErrSetAside: the first record after the acknowledged one was kept apart by
	// the authority (another record of that number is there already, or its
	// hash does not fit its bytes). It is marked where it lies, staff is
	// called, and the ones after it go on.
	ErrSetAside = errors.New("the authority will not take these records")
	// ErrStopSending: nothing more may be sent until staff has looked: the other
	// end is not the authority, does not know this kiosk, or speaks another
	// version.
	ErrStopSending = errors.New("sending has to stop and staff has to look")
	// ErrHandshake: a connection was made and ended before its handshake, so
	// neither end knows the other. Nothing was asked and nothing was spent; it
	// costs an authority next to nothing, so who asks again may do so sooner.
	// It always comes with one of the three above, or with E-NET.
	ErrHandshake = errors.New("the connection ended before its handshake")
)

// A Record is an Entry as it lies in the ledger and travels to the authority.
type Record struct {
	Epoch [16]byte // random, one for the life of a ledger file
	Seq   uint64   // from 1, without a gap
	Prev  [32]byte // hash of the record before; zeros or the old ledger's last hash for Seq 1
	Hash  [32]byte // SHA-256 of Bytes
	Bytes []byte   // the versioned encoding, offline's format; at most 512 bytes
}

// A Receipt is the authority's word that it has every record of an epoch up to
// one, kept or set aside, signed over the hash of that one: a ledger that was
// changed behind it can be told from one that was not. Without a signature it says how far
// the authority has come, and proves nothing. For a record that was handed over
// ahead of its turn it speaks of that one alone.
type Receipt struct {
	Epoch     [16]byte
	Seq       uint64
	Head      [32]byte // hash of record Seq
	Signature []byte   // the contract's, at most 128 bytes
	Key       [32]byte // SHA-256 of the SubjectPublicKeyInfo that it verifies with
}
