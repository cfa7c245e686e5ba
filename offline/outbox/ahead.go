package outbox

import (
	"context"
	"errors"

	"multicopy.example/kiosk/port"
)

// place is where a record stands.
type place struct {
	epoch [16]byte
	seq   uint64
}

// settle hands over, before the next batch, what came of grants that the
// authority may not know of: a resident whose reset is in doubt stands at
// another kiosk while this one has a long queue. Each goes as a batch of its
// own, ahead of its turn. The watermark does not move and the receipt is not
// kept, for it speaks of this record and not of those before it; in its turn
// the record comes again, with the same hash, and is counted then.
//
// It is done where sending begins and after every pause, not between batches
// that go well: what is appended meanwhile is settled by its own visit. What
// the next batch holds anyway is left to it. While s.doubt stays, it has waited
// and the queue has to be read anew.
func (s *Sender) settle(ctx context.Context, doubts, next []port.Record) error {
	last := next[len(next)-1]
	for _, r := range doubts {
		at := place{r.Epoch, r.Seq}
		if s.ahead[at] || r.Epoch == last.Epoch && r.Seq <= last.Seq {
			continue
		}
		_, _, answer := s.offer(ctx, []port.Record{r})
		if answer != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		s.note(0, answer)
		// One that is kept apart is looked at, and set aside, in its turn.
		if answer != nil && !errors.Is(answer, port.ErrSetAside) {
			return s.hold(ctx, answer)
		}
		s.ahead[at] = true
	}
	s.doubt = false
	return nil
}

// doubts reads what is in doubt, where it is to go first. It is asked before
// the next batch is read, which so holds each of them that is near enough.
func (s *Sender) doubts(ctx context.Context) ([]port.Record, error) {
	if !s.doubt {
		return nil, nil
	}
	all, err := s.queue.Doubts(ctx)
	if err != nil && ctx.Err() == nil { // what is broken for the batches, too, ends Run there
		s.opt.Log.Warn("ledger: what is in doubt cannot be read, it waits for its turn", "err", err)
	}
	known := map[place]bool{} // never more than one answer of Doubts
	for _, r := range all {
		at := place{r.Epoch, r.Seq}
		known[at] = s.ahead[at]
	}
	s.ahead = known
	return all, ctx.Err()
}
