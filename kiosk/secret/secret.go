// Package secret keeps what a resident types where no formatter, encoder, log
// or core dump can find it.
//
// A [Secret] is the number of a slot in one locked page of memory that the Go
// heap knows nothing of. Copying, printing, encoding or panicking with a
// Secret copies, prints, encodes or shows the number. The bytes are lent for
// the length of a call ([Secret.Use]) and never given away; a caller that has to
// copy them into a frame erases that frame before it returns.
//
// The page is mlocked (never swapped), left out of core dumps and zeroed in
// children (madvise(2): MADV_DONTDUMP, MADV_WIPEONFORK). A machine that cannot
// promise this is refused by [New]: the kiosk then does not start.
package secret

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// Cap is the longest secret in bytes. The card's own limit is 16 (the signing
// password), the one-time password has 8; a longer entry is a defect.
const Cap = 16

const (
	slotSize = 64 // one cache line: length, then the bytes, then nothing
	slots    = 64 // a page of them; the firmware takes seven at start. None is given back: a copy of its number would reach the next owner's secret
)

// Secret is a slot number. The zero value is no secret: it is empty, accepts
// nothing, and equals nothing, itself included.
type Secret uint8

// Class is a kind of character a rule may ask for.
type Class uint8

// The alphabets of the two card secrets and of the one-time password.
const (
	Letter Class = iota // A–Z
	Digit               // 0–9
	Other               // anything else; no pad of ours can type it
)

var (
	// ErrNone is the answer to borrowing the zero Secret.
	ErrNone = errors.New("secret: no slot")
	// ErrFull means that all slots are taken. Slots are taken at start and
	// kept, so this is a programming error, never a resident's.
	ErrFull = errors.New("secret: all slots are taken")
)

// One page for the whole process, and beside it one lock a slot. The lengths
// stand in the page too: they are as private as the bytes.
var arena struct {
	once  sync.Once
	page  []byte
	err   error
	mu    sync.Mutex // guards taken
	taken int
	locks [slots]sync.Mutex
}

// New takes a slot. Its error says which promise of the page could not be
// kept; nothing may be typed then.
func New() (Secret, error) {
	arena.once.Do(func() { arena.page, arena.err = lockedPage() })
	if arena.err != nil {
		return 0, arena.err
	}
	arena.mu.Lock()
	defer arena.mu.Unlock()
	if arena.taken == slots {
		return 0, ErrFull
	}
	arena.taken++
	return Secret(arena.taken), nil
}

func lockedPage() ([]byte, error) { return lockedPages(1) }

// lockedPages are as many pages as n bytes need, one behind the other.
func lockedPages(n int) ([]byte, error) {
	size := unix.Getpagesize()
	page, err := unix.Mmap(-1, 0, (n+size-1)/size*size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("secret: map a page or more: %w", err)
	}
	if err := lock(page); err != nil {
		return nil, errors.Join(err, unix.Munmap(page))
	}
	return page, nil
}

func lock(page []byte) error {
	if err := unix.Mlock(page); err != nil {
		return fmt.Errorf("secret: lock the page into memory (raise RLIMIT_MEMLOCK above %d bytes): %w", len(page), err)
	}
	for _, m := range []struct {
		advice int
		name   string
	}{{unix.MADV_DONTDUMP, "keep the page out of core dumps"}, {unix.MADV_WIPEONFORK, "wipe the page on fork"}} {
		if err := unix.Madvise(page, m.advice); err != nil {
			return fmt.Errorf("secret: %s: %w", m.name, err)
		}
	}
	return nil
}

// Buffers is locked memory of n bytes, at most a page, apart from the heap: for
// the frames in which a secret goes to a card. Its promises are those of the
// slots. The owner erases it after each use and hands it to none that outlives
// it: it is given back when the owner is no longer reachable.
func Buffers[T any](owner *T, n int) ([]byte, error) {
	page, err := lockedPage()
	switch {
	case err != nil:
		return nil, err
	case n > len(page):
		return nil, errors.Join(fmt.Errorf("secret: %d bytes are more than a page", n), unix.Munmap(page))
	}
	runtime.AddCleanup(owner, func(page []byte) { _ = unix.Munmap(page) }, page)
	return page[:n:n], nil
}

// locked runs f with the slot's memory: byte 0 is the length.
func (s Secret) locked(f func(slot []byte)) {
	if s == 0 || s > slots || arena.page == nil {
		return
	}
	arena.locks[s-1].Lock()
	defer arena.locks[s-1].Unlock()
	at := int(s-1) * slotSize
	f(arena.page[at : at+slotSize : at+slotSize])
}

// Append adds one byte and reports whether there was room.
func (s Secret) Append(b byte) (ok bool) {
	s.locked(func(slot []byte) {
		if n := slot[0]; n < Cap {
			slot[1+n], slot[0], ok = b, n+1, true
		}
	})
	return ok
}

// Drop erases the last byte, if there is one.
func (s Secret) Drop() {
	s.locked(func(slot []byte) {
		if n := slot[0]; n > 0 {
			slot[n], slot[0] = 0, n-1
		}
	})
}

// Wipe erases the slot. It waits for a Use in progress, which is why every
// Use is short or has a deadline.
func (s Secret) Wipe() { s.locked(func(slot []byte) { clear(slot) }) }

// Use lends the bytes to f. They must not outlive the call: f may not keep,
// convert or append to them, and erases any copy it makes.
func (s Secret) Use(f func([]byte) error) error {
	err := ErrNone
	s.locked(func(slot []byte) { err = f(slot[1 : 1+slot[0] : 1+slot[0]]) })
	return err
}

// Len is the number of bytes typed so far, for the resident's own screen. It
// is as private as the bytes: no event, record or log may carry it.
func (s Secret) Len() (n int) {
	s.locked(func(slot []byte) { n = int(slot[0]) })
	return n
}

// Has reports whether a byte of that class was typed.
func (s Secret) Has(c Class) (has bool) {
	s.locked(func(slot []byte) {
		for _, b := range slot[1 : 1+slot[0]] {
			has = has || classOf(b) == c
		}
	})
	return has
}

// At is byte i, for showing it to the resident while *show* is held; false
// where there is none.
func (s Secret) At(i int) (b byte, ok bool) {
	s.locked(func(slot []byte) {
		if ok = i >= 0 && i < int(slot[0]); ok {
			b = slot[1+i]
		}
	})
	return b, ok
}

// Equal compares two secrets in time that depends on nothing but Cap. An
// empty secret equals nothing.
func (s Secret) Equal(t Secret) (same bool) {
	if s == t { // also keeps one lock from being taken twice
		return false
	}
	if s > t { // one order of locking, whichever is asked for
		s, t = t, s
	}
	s.locked(func(a []byte) {
		t.locked(func(b []byte) {
			same = a[0] != 0 && subtle.ConstantTimeCompare(a[:1+Cap], b[:1+Cap]) == 1
		})
	})
	return same
}

func classOf(b byte) Class {
	switch {
	case b >= 'A' && b <= 'Z':
		return Letter
	case b >= '0' && b <= '9':
		return Digit
	}
	return Other
}
