package pn532

import (
	"context"
	"fmt"
)

// Answers asks the chip for its name, whatever the field and a card do meanwhile:
// nothing reaches the card. It is how a reader that left is noticed while no caller
// waits for a card. nil, or as Wait: a port.Fault of kiosk.MsgReader where the
// reader was lost (call Ready), and the context's error at its end. A chip that
// is silent is called three times more and lost within five seconds.
func (r *Reader) Answers(ctx context.Context) error {
	if err := r.lock(ctx); err != nil {
		return err
	}
	defer r.unlock()
	if r.chip.port == nil {
		return lost("answers", errNotReady)
	}
	err := r.settled(ctx)
	if err == nil {
		err = r.set(ctx, cmdFirmware)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("pn532: answers: %w", err)
	case r.revived("answers", err):
		return nil
	}
	return r.fail("answers", err)
}

// settled finds a chip back whose last command was aborted.
func (r *Reader) settled(ctx context.Context) error {
	if !r.chip.unsettled {
		return nil
	}
	return r.rouse(ctx)
}
