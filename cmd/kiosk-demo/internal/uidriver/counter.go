package uidriver

import (
	"context"
	"fmt"
)

// reserve makes the reservation at the municipal counter: a script has no face that could be
// compared with a photo.
func (r *Resident) reserve(ctx context.Context) error {
	r.step("municipal counter: the card is shown, and compares the " + r.proof() + "; no camera compares a script's face")
	code, err := r.Counter(ctx, r.Secrets.Proof)
	if err != nil {
		return fmt.Errorf("the municipal counter: %w", err)
	}
	r.Secrets.Code = code
	r.step("municipal counter: the clerk has looked at the resident; one-time password received")
	return nil
}
