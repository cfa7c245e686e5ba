package upkeep

import (
	"context"
	"time"

	"multicopy.example/kiosk/authority"
	"multicopy.example/offline/backoff"
)

// Period is the time between two signs of life.
const Period = 5 * time.Minute

// beats: a missed sign of life is made good by the next one and by nothing
// else, so no error is a reason to hurry. The first is spread over the whole
// period: all the shops of a city have their power back at one moment.
var beats = backoff.Policy{Spread: Period, Base: Period, Max: Period, Knock: Period}

// A Beater hears signs of life; authority.Client.
type Beater interface {
	Heartbeat(ctx context.Context, b authority.Beat) (now int64, err error)
}

// Beats gives signs of life until ctx ends, and returns its error. look says
// how the kiosk is.
func Beats(ctx context.Context, to Beater, look func(context.Context) authority.Beat, o Options) error {
	o.defaults()
	p := backoff.New(beats, o.Rand)
	wait := p.First()
	silent := false
	for {
		if err := o.Sleep(ctx, wait); err != nil {
			return err
		}
		_, err := to.Heartbeat(ctx, look(ctx))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			p.Reset()
			wait = Period - Period/20 + p.UpTo(Period/10)
		} else {
			wait = p.Next(asked(err), err)
		}
		if silent != (err != nil) { // once for each change: an outage is long
			silent = err != nil
			o.Log.Info("sign of life", "heard", err == nil, "err", err)
		}
	}
}
