package secret

import (
	"encoding/binary"
	"sync"
)

// List is the number of some pages that hold what the authority lists of a person. It
// keeps the promises of a Secret, and takes more. The zero value is none.
type List uint8

const lists = 8 // the firmware takes one at start

// ListCap is how many bytes a list takes at most.
const ListCap = 24<<10 - 2

// lent has pages and their lock for each list: two bytes of length, then the bytes.
var lent struct {
	mu    sync.Mutex // guards taken
	taken int
	pages [lists][]byte
	locks [lists]sync.Mutex
}

// NewList takes the pages of a list. Its error says which promise of them could not be kept.
func NewList() (List, error) {
	lent.mu.Lock()
	defer lent.mu.Unlock()
	if lent.taken == lists {
		return 0, ErrFull
	}
	page, err := lockedPages(ListCap + 2)
	if err != nil {
		return 0, err
	}
	lent.pages[lent.taken] = page
	lent.taken++
	return List(lent.taken), nil
}

func (l List) locked(f func(page []byte)) {
	if l == 0 || l > lists {
		return
	}
	lent.locks[l-1].Lock()
	defer lent.locks[l-1].Unlock()
	if page := lent.pages[l-1]; page != nil {
		f(page)
	}
}

// Put writes the list anew and reports whether there was room. The caller erases b.
func (l List) Put(b []byte) (ok bool) {
	l.locked(func(page []byte) {
		clear(page)
		if ok = len(b) <= ListCap; ok {
			binary.BigEndian.PutUint16(page, uint16(len(b)))
			copy(page[2:], b)
		}
	})
	return ok
}

// Lend lends the bytes to f, none where there are none. They must not outlive the call.
func (l List) Lend(f func(b []byte)) {
	l.locked(func(page []byte) {
		n := binary.BigEndian.Uint16(page)
		f(page[2 : 2+n : 2+n])
	})
}

// Wipe erases the pages.
func (l List) Wipe() { l.locked(func(page []byte) { clear(page) }) }
