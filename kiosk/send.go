package kiosk

import (
	"errors"
	"time"
)

// What may come of handing records to the authority. Every error of a batch
// unwraps to exactly one of these three, and none of them ever deletes a
// record.

// ErrLater: the records are good and could not be taken now. The same records
// are sent again, in the same order.
type ErrLater struct {
	// After is how long to wait at least, as the authority asked; 0 where it
	// did not say and the sender's own pace decides.
	After time.Duration
}

func (ErrLater) Error() string { return "the authority cannot take the records now" }

var (
	// ErrAside: the first record after the acknowledged one was kept apart by
	// the authority (another record of that number is there already, or its
	// hash does not fit its bytes). It is marked where it lies, staff is
	// called, and the ones after it go on.
	ErrAside = errors.New("the authority will not take these records")
	// ErrStop: nothing more may be sent until staff has looked: the other
	// end is not the authority, does not know this kiosk, or speaks another
	// version.
	ErrStop = errors.New("sending has to stop and staff has to look")
	// ErrHandshake: a connection was made and ended before its handshake, so
	// neither end knows the other. Nothing was asked and nothing was spent; it
	// costs an authority next to nothing, so who asks again may do so sooner.
	// It always comes with one of the three above, or with E-NET.
	ErrHandshake = errors.New("the connection ended before its handshake")
)
