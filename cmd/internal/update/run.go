package update

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/offline/backoff"
)

// Period is the time between two questions where nothing is under way.
const Period = time.Hour

// soon is the time over which a kiosk's news is spread: all of a share learn something at once.
const soon = time.Minute

// lookEvery is how often a trial is looked at, and how often whether a resident is still served.
const (
	lookEvery = 30 * time.Second
	waitEvery = 5 * time.Second
)

// patience: nothing is lost by an hour's delay, so pauses are long, and an update is the last thing that is asked for after an outage.
func patience(spread time.Duration) backoff.Policy {
	return backoff.Policy{Spread: 60 * spread, Base: time.Minute, Max: Period, Unreachable: 10 * time.Minute}
}

// An Authority offers updates and gives out their bundles; authority.Client does.
type Authority interface {
	Update(ctx context.Context, m wire.UpdateRequest) (wire.UpdateReply, error)
	Part(ctx context.Context, hash wire.Hash, size, from, to uint64) ([]byte, error)
}

// A Disk is where an update is kept; [Folder], or a simulation's.
type Disk interface {
	Read() (Saved, error)
	// Write returns when a cut of the power changes nothing of it.
	Write(s Saved) error
	// Drop removes what was fetched.
	Drop() error
	// Fetch goes on with an offer's bundle until it is whole and its hash is right. Before each part it calls turn, which waits as long as the
	// authority has asked for, 0 where it has not, and until no resident is served.
	Fetch(ctx context.Context, from Authority, o wire.Offer, turn func(ctx context.Context, asked time.Duration) error) error
}

// Options of [Run]. All but Told, Ended and Sleep are required.
type Options struct {
	Disk    Disk
	Spread  time.Duration // over which a fleet's first contacts are spread; the first question takes sixty times that
	Machine func() (Machine, error)
	Served  func() bool // a resident is, now
	// Install has the machine install the bundle while no resident is served, and returns what its updater says. Where it
	// says that it is done, the machine starts again.
	Install func(ctx context.Context) error
	Told    func(Saved) // gets each change
	// Ended gets each end of an offer (Good, Refused, Failed) before it is kept: a cut of the power between leads to the same end
	// again, which is then told twice, and to none that is not told. nil: nothing.
	Ended func(context.Context, Saved)
	Rand  *rand.Rand // spread and jitter, nothing secret; used by Run alone
	Log   *slog.Logger
	// Sleep waits, and returns ctx's error where ctx ends first; nil: a timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

type keeper struct {
	o     Options
	from  Authority
	saved Saved
}

// Run asks, fetches and has installed until ctx ends, and returns its error.
func Run(ctx context.Context, from Authority, o Options) error {
	if o.Sleep == nil {
		o.Sleep = backoff.Sleep
	}
	if o.Told == nil {
		o.Told = func(Saved) {}
	}
	if o.Ended == nil {
		o.Ended = func(context.Context, Saved) {}
	}
	k := &keeper{o: o, from: from}
	var err error
	if k.saved, err = o.Disk.Read(); err != nil {
		o.Log.Error("what was kept of an update is not used", "err", err)
	}
	o.Told(k.saved)
	p := backoff.New(patience(o.Spread), o.Rand)
	wait := p.First()
	if k.saved.Phase >= Installing && k.saved.Phase < Good { // the authority counts on hearing of a trial
		wait = p.UpTo(soon)
	}
	for {
		if err := k.wait(ctx, wait); err != nil {
			return err
		}
		news, after, err := k.round(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err != nil:
			o.Log.Info("update", "phase", phaseWords[k.saved.Phase], "err", err)
			wait = p.Next(wire.RetryAfter(err), err)
		case news:
			p.Reset()
			wait = p.UpTo(soon)
		case after > 0:
			wait = p.Next(after, nil)
		default:
			p.Reset()
			wait = Period - Period/20 + p.UpTo(Period/10)
		}
	}
}

// wait waits for d. A trial that is decided ends it.
func (k *keeper) wait(ctx context.Context, d time.Duration) error {
	for k.saved.Phase == Installed && d > lookEvery {
		if err := k.o.Sleep(ctx, lookEvery); err != nil {
			return err
		}
		d -= lookEvery
		if m, err := k.o.Machine(); err == nil && Woken(k.saved, m).Phase != Installed {
			return nil
		}
	}
	return k.o.Sleep(ctx, d)
}

// round asks once and does what follows. news is something that the authority has not heard yet; after is when it wants to
// be asked again.
func (k *keeper) round(ctx context.Context) (news bool, after time.Duration, err error) {
	m, err := k.o.Machine()
	if err != nil {
		return false, 0, err
	}
	if err := k.becomes(ctx, Woken(k.saved, m)); err != nil {
		return false, 0, err
	}
	reply, err := k.from.Update(ctx, Report(k.saved, m))
	if err != nil {
		return false, 0, err
	}
	was := k.saved
	next, act := Next(k.saved, m, reply)
	if act == Drop || act == Begin {
		if err := k.o.Disk.Drop(); err != nil {
			return false, 0, err
		}
	}
	if err := k.becomes(ctx, next); err != nil {
		return false, 0, err
	}
	switch act {
	case Begin, Fetch:
		err = k.o.Disk.Fetch(ctx, k.from, k.saved.Offer, k.turn)
		if ctx.Err() == nil {
			err = k.ends(ctx, Fetched(k.saved, err), err)
		}
	case Install:
		err = k.o.Install(ctx)
		if ctx.Err() == nil {
			err = k.ends(ctx, Asked(k.saved, err), err)
		}
	}
	return k.saved.Phase != was.Phase && k.saved.Phase != Fetching, time.Duration(reply.After) * time.Second, err
}

// ends keeps what an act led to. An error that has become a state is said by that state.
func (k *keeper) ends(ctx context.Context, s Saved, why error) error {
	if s == k.saved {
		return why
	}
	if why != nil {
		k.o.Log.Warn("update", "version", s.Offer.Version, "phase", phaseWords[s.Phase], "why", s.Why.String(), "err", why)
	}
	err := k.becomes(ctx, s)
	switch s.Phase {
	case Refused, Idle:
		err = errors.Join(err, k.o.Disk.Drop())
	case Fetching: // once more
		err = errors.Join(err, why)
	}
	return err
}

// becomes keeps a change.
func (k *keeper) becomes(ctx context.Context, s Saved) error {
	if s == k.saved {
		return nil
	}
	if s.Phase >= Good {
		if k.o.Ended(ctx, s); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if err := k.o.Disk.Write(s); err != nil {
		return err
	}
	if s.Phase == Good || s.Phase == Failed {
		if err := k.o.Disk.Drop(); err != nil { // it is of no use any more
			k.o.Log.Warn("a bundle is not removed", "err", err)
		}
	}
	k.saved = s
	k.o.Log.Info("update", "version", s.Offer.Version, "phase", phaseWords[s.Phase])
	k.o.Told(s)
	return nil
}

// turn waits as long as the authority has asked for, and until no resident is served. A place in the authority's line is a
// second's, so little is added to it.
func (k *keeper) turn(ctx context.Context, asked time.Duration) error {
	if asked > 0 {
		if err := k.o.Sleep(ctx, asked+time.Duration(k.o.Rand.Int64N(int64(time.Second)))); err != nil {
			return err
		}
	}
	for k.o.Served() {
		if err := k.o.Sleep(ctx, waitEvery); err != nil {
			return err
		}
	}
	return ctx.Err()
}
