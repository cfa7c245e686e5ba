package outbox

import (
	"context"
	"errors"
	"time"

	"multicopy.example/kiosk/port"
)

// hold waits as an answer asks for that is not about a record.
func (s *Sender) hold(ctx context.Context, answer error) error {
	if errors.Is(answer, port.ErrStopSending) {
		return s.stop(ctx, answer)
	}
	var later port.ErrRetryLater
	errors.As(answer, &later)
	return s.pause(ctx, s.backoff.Next(later.After, answer))
}

// stop keeps everything and waits for staff.
func (s *Sender) stop(ctx context.Context, why error) error {
	s.doubt = true
	s.opt.Log.Error("ledger: sending has stopped", "reason", why)
	select { // a Resume from before this stop is not about it
	case <-s.resume:
	default:
	}
	s.set(func(t *Status) { t.Stopped = why })
	defer s.set(func(t *Status) { t.Stopped = nil })
	select {
	case <-s.resume:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pause waits; a new record does not shorten it.
func (s *Sender) pause(ctx context.Context, d time.Duration) error {
	s.doubt = true
	if d <= 0 {
		return ctx.Err()
	}
	s.set(func(t *Status) { t.Next = s.opt.Now().Add(d) })
	defer s.set(func(t *Status) { t.Next = time.Time{} })
	return s.opt.Sleep(ctx, d)
}
