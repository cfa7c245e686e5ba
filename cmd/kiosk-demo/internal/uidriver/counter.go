package uidriver

import (
	"context"
	"fmt"
)

// reserve makes the reservation: at the municipal counter, for a script has no face that could
// be compared with a photo, unless it was given pictures of one.
func (r *Resident) reserve(ctx context.Context) error {
	where, did := "municipal counter", "the clerk has looked at the resident"
	if r.Camera {
		where, did = "phone", "the face before the camera is the one in the card's photo"
	}
	r.step(where + ": the card is shown, and compares the " + r.proof())
	code, err := r.Reserve(ctx, r.Secrets.Proof)
	if err != nil {
		return fmt.Errorf("the %s: %w", where, err)
	}
	r.Secrets.Code = code
	r.step(where + ": " + did + "; one-time password received")
	return nil
}
