// Package upkeep is what a kiosk does for itself beside its residents: signs of
// life, and the renewal of its own certificate. Both knock by the same code as
// the ledger's sender, offline/backoff, so that a fleet behaves in one way.
//
// Each is a loop that ends with its context and never for another reason: a
// kiosk whose certificate cannot be renewed goes on serving, and says so.
package upkeep

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"multicopy.example/kiosk/authority"
	"multicopy.example/offline/backoff"
)

// Options of a loop. All but Sleep are required.
type Options struct {
	Now  func() time.Time
	Rand *rand.Rand // spread and jitter, nothing secret; used by one loop alone
	Log  *slog.Logger
	// Sleep waits, and returns ctx's error where ctx ends first; default: a
	// timer. A simulation has a time of its own.
	Sleep func(ctx context.Context, d time.Duration) error
}

func (o *Options) defaults() {
	if o.Sleep == nil {
		o.Sleep = backoff.Sleep
	}
}

// asked is the authority's Retry-After, 0 where it said nothing.
func asked(err error) time.Duration {
	var r *authority.Refused
	if errors.As(err, &r) {
		return r.After
	}
	return 0
}
