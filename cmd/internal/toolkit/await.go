package toolkit

import (
	"context"
	"time"
)

// Await returns once there is an X server to draw on, or when ctx ends: App says what is wrong. It is called on the main
// goroutine, before App.
func Await(ctx context.Context) {
	const each = 50 * time.Millisecond
	for begin() != nil {
		select {
		case <-time.After(each):
		case <-ctx.Done():
			return
		}
	}
}
