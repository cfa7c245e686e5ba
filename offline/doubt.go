package offline

import (
	"context"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A doubt is a record of what came of a grant that no record behind it says
// the authority was told of: the message may not have been sent, for want of
// power or a network. What came of it lies sealed in the record, so after a
// restart the kiosk cannot say it again; the record itself can be handed over.
type doubt struct {
	seq   uint64
	grant kiosk.GrantID
}

// doubts are those of this ledger that the authority does not have, in order.
// Those that were carried over are not among them: they stand at the front of
// the queue as it is.
type doubts struct{ ordered[kiosk.GrantID, doubt] }

// note is the whole rule, and headers are enough for it.
func (ds *doubts) note(k kiosk.EntryKind, g kiosk.GrantID, seq uint64) {
	switch {
	case g == kiosk.GrantID{}: // asked for and never given: nothing is in doubt
	case k == kiosk.EntryOutcome:
		ds.add(g, doubt{seq, g})
	case k == kiosk.EntrySettled:
		ds.forget(g)
	}
}

// behind leaves those that come after the watermark.
func (ds *doubts) behind(acked uint64) {
	for d, ok := ds.first(); ok && d.seq <= acked; d, ok = ds.first() {
		ds.forgetFirst()
	}
}

// mostDoubts is how many records in doubt are read at once: what one batch of the
// contract holds.
const mostDoubts = 50

// Doubts reads the records, at most 50 of them and the oldest first, that
// say what came of a grant where the authority may not know it yet: unsent,
// and with no line behind them that it was told. Records carried over from
// ledgers set aside are not among them, they go first in any case.
func (l *Ledger) Doubts(ctx context.Context) ([]port.Record, error) {
	var all []port.Record
	err := l.do(ctx, func() error {
		for d := range l.doubts.all() {
			if len(all) == mostDoubts {
				break
			}
			one, err := l.read("SELECT seq, hash, bytes, 0 FROM record WHERE seq = ? LIMIT ?", int64(d.seq), 1)
			if err != nil {
				return err
			}
			all = append(all, one...)
		}
		return nil
	})
	if err != nil {
		return nil, err // a caller that gave up must not look at what may still be filled
	}
	return all, nil
}
