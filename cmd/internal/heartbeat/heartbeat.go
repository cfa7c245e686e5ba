// Package heartbeat tells the authority every 15 minutes how the kiosk is: its
// version, how many records wait and since when, and the code of what stops it
// from serving. The answer is the authority's health, which [Word] keeps for the
// loop. Call [Run] in a goroutine of its own; it ends with its context and for no
// other reason.
package heartbeat

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/backoff"
)

// Period is the time between two heartbeats.
const Period = 15 * time.Minute

// policy: only the next heartbeat makes up for a missed one, so no error is a
// reason to ask sooner. The first is spread over the whole period: all stores of
// a city have their power back at one moment.
var policy = backoff.Policy{Spread: Period, Base: Period, Max: Period, Unreachable: Period}

// An Authority takes heartbeats; authority.Client does.
type Authority interface {
	Heartbeat(ctx context.Context, b wire.Beat) (port.Health, error)
}

// Options of [Run]. Rand and Log are required.
type Options struct {
	Rand *rand.Rand // spread and jitter, nothing secret; used by Run alone
	Log  *slog.Logger
	// Heard gets each answer, or why there was none; nil: what it says is lost.
	Heard func(port.Health, error)
	// Sleep waits, and returns ctx's error where ctx ends first; nil: a timer. A
	// simulation has a time of its own.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Run sends heartbeats until ctx ends, and returns its error. status says how
// the kiosk is; it is called once for each heartbeat.
func Run(ctx context.Context, to Authority, status func(context.Context) wire.Beat, o Options) error {
	if o.Sleep == nil {
		o.Sleep = backoff.Sleep
	}
	p := backoff.New(policy, o.Rand)
	wait := p.First()
	silent := false
	for {
		if err := o.Sleep(ctx, wait); err != nil {
			return err
		}
		health, err := to.Heartbeat(ctx, status(ctx))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if o.Heard != nil {
			o.Heard(health, err)
		}
		if err == nil {
			p.Reset()
			wait = Period - Period/20 + p.UpTo(Period/10)
		} else {
			wait = p.Next(wire.RetryAfter(err), err)
		}
		if silent != (err != nil) { // once for each change: an outage is long
			silent = err != nil
			o.Log.Info("heartbeat", "answered", err == nil, "err", err)
		}
	}
}
