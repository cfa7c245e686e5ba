package verify

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// target is the secret that the visit was about.
func (e Evidence) target() kiosk.Ref { return e.Flow.Target() }

func (e Evidence) name() string {
	if e.target() == kiosk.RefSign {
		return "password"
	}
	return "PIN"
}

// An answer is what a card says in one power-up.
type answer struct {
	left int8  // of the target's tries, before it was asked
	said error // to the secret; nil: it is right
}

// ask powers the card from nothing, reads the counter, and lets it compare a
// secret.
func (e Evidence) ask(ctx context.Context, value []byte) (a answer, err error) {
	if len(value) == 0 {
		return a, errors.New("it is not known")
	}
	a.left, a.said, err = e.Phone.Compare(ctx, e.Card, e.target(), value)
	return a, err
}

// unlocked: the counter is full, and what the resident knew before is right.
func (e Evidence) unlocked(ctx context.Context) (string, error) {
	a, err := e.ask(ctx, e.Old)
	switch full := e.target().Full(); {
	case err != nil:
		return "", err
	case a.left != full:
		return "", fmt.Errorf("%d of %d tries are left", a.left, full)
	case a.said != nil:
		return "", fmt.Errorf("the card does not accept it: %w", a.said)
	}
	return fmt.Sprintf("after a fresh power-up the counter is %d, and VERIFY answers 9000", a.left), nil
}

func (e Evidence) newWorks(ctx context.Context) (string, error) {
	a, err := e.ask(ctx, e.New)
	if err := errors.Join(err, a.said); err != nil {
		return "", err
	}
	return "VERIFY after a fresh power-up answers 9000", nil
}

func (e Evidence) oldFails(ctx context.Context) (string, error) {
	a, err := e.ask(ctx, e.Old)
	var wrong port.WrongSecret
	switch {
	case err != nil:
		return "", err
	case a.said == nil:
		return "", errors.New("the card accepted it")
	case !errors.As(a.said, &wrong):
		return "", fmt.Errorf("the card did not compare it: %w", a.said)
	case wrong.Left != e.target().Full()-1:
		return "", fmt.Errorf("%d tries are left, so the counter was not full", wrong.Left)
	}
	return fmt.Sprintf("VERIFY after a fresh power-up answers 63C%d: the counter was full", wrong.Left), nil
}

func (e Evidence) outcome(ctx context.Context) (string, error) {
	r, err := e.App.Reservation(ctx, e.Reservation)
	switch {
	case err != nil:
		return "", err
	case r.State != "done" || r.Outcome != "done" || r.Flow != e.Flow.String():
		return "", fmt.Errorf("the reservation is %q, its last grant %q, its flow %q", r.State, r.Outcome, r.Flow)
	case e.Grants > 0 && r.Grants != e.Grants:
		return "", fmt.Errorf("%d grants were given where %d were needed", r.Grants, e.Grants)
	case r.Grants == 1:
		return "the reservation is done after 1 grant", nil
	}
	return fmt.Sprintf("the reservation is done after %d grants", r.Grants), nil
}
