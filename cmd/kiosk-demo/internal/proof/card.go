package proof

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/devices/jpki"
	"multicopy.example/kiosk"
)

// verify powers the card from nothing and lets it compare a password. Nothing
// that happened at the kiosk can still count: a card that was without power
// has verified nothing.
func (e Evidence) verify(ctx context.Context, password []byte) (said error, err error) {
	defer e.Slot.Wipe()
	e.Slot.Wipe()
	for _, b := range password {
		e.Slot.Append(b)
	}
	err = e.Desk.Hold(ctx, e.Card, func(ctx context.Context, c *jpki.Card) error {
		if _, err := c.Read(ctx); err != nil {
			return err
		}
		said = c.Verify(ctx, kiosk.RefSign, e.Slot)
		return nil
	})
	return said, err
}

func (e Evidence) newWorks(ctx context.Context) (string, error) {
	said, err := e.verify(ctx, e.New)
	if err := errors.Join(err, said); err != nil {
		return "", err
	}
	return "VERIFY after a fresh power-up answers 9000", nil
}

func (e Evidence) oldFails(ctx context.Context) (string, error) {
	said, err := e.verify(ctx, e.Old)
	var wrong kiosk.WrongSecret
	switch {
	case err != nil:
		return "", err
	case said == nil:
		return "", errors.New("the card accepted it")
	case !errors.As(said, &wrong):
		return "", fmt.Errorf("the card did not compare it: %w", said)
	case wrong.Left != kiosk.RefSign.Full()-1:
		return "", fmt.Errorf("%d tries are left, so the counter was not full", wrong.Left)
	}
	return fmt.Sprintf("VERIFY after a fresh power-up answers 63C%d: the counter was full", wrong.Left), nil
}

func (e Evidence) outcome(ctx context.Context) (string, error) {
	r, err := e.App.Reservation(ctx, e.Reservation)
	switch {
	case err != nil:
		return "", err
	case r.State != "done" || r.Outcome != "done" || r.Flow != "P":
		return "", fmt.Errorf("the reservation is %q, its last grant %q, its flow %q", r.State, r.Outcome, r.Flow)
	}
	return fmt.Sprintf("the reservation is %s after %d grant", r.State, r.Grants), nil
}
