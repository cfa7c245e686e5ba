package offline

import (
	"context"
	"fmt"
)

// A Usage is how full the ledger is, for warnings before Room refuses.
type Usage struct {
	Waiting int // records that the authority does not have, those set aside at its word included
	Cap     int // Options.QueueCap; Waiting may exceed it, because a begun visit writes to its end
	Free    uint64
	Floor   uint64 // bytes free on the disk, and how many a new visit needs
	// Percent is the worse of Waiting of Cap and Floor of Free, rounded down,
	// 0 to 100. It is 100 exactly where Room refuses.
	Percent int
}

// Usage says how full the ledger is.
func (l *Ledger) Usage(ctx context.Context) (Usage, error) {
	var u Usage
	err := l.do(ctx, func() (err error) {
		u, err = l.usage()
		return err
	})
	if err != nil {
		return Usage{}, err // a caller that gave up must not look at what may still be filled
	}
	return u, nil
}

func (l *Ledger) usage() (Usage, error) {
	free, err := l.free()
	if err != nil {
		return Usage{}, fmt.Errorf("%w: %w", ErrFull, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	u := Usage{Waiting: int(l.waits) + l.count, Cap: l.opt.QueueCap, Free: free, Floor: l.opt.Floor}
	u.Percent = u.percent()
	return u, nil
}

func (u Usage) percent() int {
	if u.refused() != nil {
		return 100
	}
	return min(99, max(u.Waiting*100/u.Cap, int(u.Floor*100/max(u.Free, 1))))
}

// refused is why no new visit may begin: ErrFull or ErrQueue; nil where one
// may.
func (u Usage) refused() error {
	switch {
	case u.Free < u.Floor:
		return fmt.Errorf("%w: %d bytes are free, a visit needs %d", ErrFull, u.Free, u.Floor)
	case u.Waiting >= u.Cap:
		return fmt.Errorf("%w: %d", ErrQueue, u.Waiting)
	}
	return nil
}

// Room says whether a new visit may begin: nil, ErrFull or ErrQueue. Ask
// before a card is touched.
func (l *Ledger) Room(ctx context.Context) error { return l.do(ctx, l.room) }

func (l *Ledger) room() error {
	u, err := l.usage()
	if err != nil {
		return err
	}
	return u.refused()
}

func (l *Ledger) free() (uint64, error) {
	if l.opt.testOnlyRoom != nil {
		return l.opt.testOnlyRoom()
	}
	return room(l.dir)
}
