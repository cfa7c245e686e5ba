package backoff

import (
	"context"
	"time"
)

// Sleep waits for d by the machine's clock, or until ctx ends, and returns its
// error then. Who asks takes it as an option: a simulation has another.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
