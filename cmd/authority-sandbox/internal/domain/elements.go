package domain

import (
	"context"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// WithdrawElements does what a maker's withdrawal of a batch of secure elements asks for, on
// every phone of it, and answers for how many persons. Each is a transaction of its own, so that no
// batch is too large; cut off in the middle, it goes on where it is called again. No phone of
// the batch applies from then on.
func (s *Service) WithdrawElements(ctx context.Context, batch string) (n int, err error) {
	if err := s.app(ctx, func(c *call) error { return c.WithdrawBatch(batch, c.now) }); err != nil {
		return 0, err
	}
	return s.eachOfBatch(ctx, batch, false, life.Event{Op: life.WithdrawBatch, By: life.Maker})
}

// EndElements revokes what a withdrawal holds.
func (s *Service) EndElements(ctx context.Context, batch string) (n int, err error) {
	return s.eachOfBatch(ctx, batch, true, life.Event{Op: life.EndBatch, By: life.Issuer})
}

func (s *Service) eachOfBatch(ctx context.Context, batch string, withdrawn bool, e life.Event) (n int, err error) {
	var names []string
	err = s.db.Tx(ctx, func(tx *store.Tx) (err error) {
		names, err = tx.OfBatch(batch, withdrawn)
		return err
	})
	for _, name := range names { // also behind one that cannot be done
		one := s.onBatch(ctx, name, batch, e)
		if one == nil {
			n++
		}
		err = errors.Join(err, one)
	}
	return n, err
}

// onBatch does it on the phone in use and on the one being set up, where they are of the batch.
func (s *Service) onBatch(ctx context.Context, name, batch string, e life.Event) error {
	return s.app(ctx, func(c *call) error {
		for _, next := range []bool{false, true} {
			h, err := c.holding(name)
			if err != nil {
				return err
			}
			if of := map[bool]store.Carrier{false: h.phone, true: h.next}[next]; of.Batch != batch {
				continue
			}
			e.Next = next
			_, changes, refused := s.policy.Certificates.Step(h.is, e)
			if refused != life.Allowed {
				if errors.Is(refused, life.NoPhone) {
					continue
				}
				return refused
			}
			if _, err := s.carryOut(c, h, Act{Name: name, Event: e}, changes); err != nil {
				return err
			}
		}
		return nil
	})
}
