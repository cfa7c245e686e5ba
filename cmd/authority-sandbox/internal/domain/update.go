package domain

import (
	"context"
	"errors"
	"fmt"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/rollout"
	"multicopy.example/kiosk/authority/wire"
)

// Updates of the appliance. The newest offer alone counts; what is decided about it is rollout's.

const (
	// trialTime is how long a kiosk that may install a version is waited for before it counts as silent.
	trialTime = 6 * time.Hour
	// askAgain is when a kiosk that has the whole asks again whether it may install it.
	askAgain = 15 * 60
	// byItself is why an offer was stopped that no person has stopped.
	byItself = "too many kiosks failed"
)

// ErrOffer is what is wrong with an operator's offer.
var ErrOffer = errors.New("not an offer")

// update takes what a kiosk says of an offer and answers what it is offered.
func (s *Service) update(c *call, m *wire.UpdateRequest) (any, error) {
	if !m.Whole() {
		return nil, refuse(wire.CodeContract, "a state without what it is about")
	}
	r := rollout.Report{Runs: m.Runs, State: m.State}
	reply := &wire.UpdateReply{Envelope: c.reply()}
	newest, err := c.NewestOffer()
	if errors.Is(err, store.ErrNone) {
		return reply, nil
	}
	if err != nil {
		return nil, err
	}
	if m.Offer != nil && *m.Offer != newest.ID {
		if err := s.ofBefore(c, *m.Offer, r, m.Why); err != nil {
			return nil, err
		}
		r.State = wire.UpdateNone
	}
	made, install, err := s.follow(c, newest, r, m.Why)
	if err != nil || !made {
		return reply, err
	}
	reply.Offer = &wire.Offer{Offer: newest.ID, Version: newest.Version, Size: uint64(newest.Size), Hash: newest.Hash}
	if reply.Install = install; r.State == wire.UpdateFetched {
		reply.After = askAgain
	}
	return reply, nil
}

// ofBefore takes what is said of an offer that is not the newest, of which nothing is given out any more.
func (s *Service) ofBefore(c *call, id wire.ID, r rollout.Report, why *wire.UpdateWhy) error {
	o, err := c.Offer(id)
	if errors.Is(err, store.ErrNone) {
		return nil // of an authority before this one
	}
	if err != nil {
		return err
	}
	o.Stopped = max(o.Stopped, 1)
	_, _, err = s.follow(c, o, r, why)
	return err
}

// follow takes one step of a kiosk with an offer.
func (s *Service) follow(c *call, o store.Offer, r rollout.Report, why *wire.UpdateWhy) (made, install bool, err error) {
	if r.State >= wire.UpdateFetched { // who counts the others counts alone
		stopped := o.Stopped
		if o, err = c.Offer(o.ID); err != nil {
			return false, false, err
		}
		o.Stopped = max(o.Stopped, stopped)
	}
	was, err := c.OfferedTo(o.ID, c.peer.Kiosk)
	if err != nil {
		return false, false, err
	}
	var tally rollout.Tally
	if r.State == wire.UpdateFetched { // it decides about who has the whole alone
		if tally, err = tallyOf(c, o.ID); err != nil {
			return false, false, err
		}
	}
	is, made, install := rollout.Step(offerOf(o), c.peer.Kiosk, wire.UpdateState(was), r, tally)
	if is == wire.UpdateState(was) {
		return made, install, nil
	}
	var told int64
	if is == wire.UpdateRefused && why != nil {
		told = int64(*why)
	}
	if err := c.PutOffered(o.ID, c.peer.Kiosk, int64(is), told, c.now); err != nil {
		return false, false, err
	}
	if is != wire.UpdateRefused && is != wire.UpdateFailed {
		return made, install, nil
	}
	return made, install, s.stopWhereTooMany(c, o)
}

// stopWhereTooMany ends an offer that fails, and calls for a person.
func (s *Service) stopWhereTooMany(c *call, o store.Offer) error {
	t, err := tallyOf(c, o.ID)
	if err != nil || o.Stopped != 0 || !rollout.Stop(offerOf(o), t) {
		return err
	}
	if err := c.StopOffer(o.ID, byItself, c.now); err != nil {
		return err
	}
	return callStaff(c, s.log, o.ID, 0, "update", fmt.Sprintf("version %s is offered no more: %d went back, %d refused it, %d are silent, %d are good",
		o.Version, t.Failed, t.Refused, t.Silent, t.Good))
}

func offerOf(o store.Offer) rollout.Offer {
	return rollout.Offer{ID: o.ID, Version: o.Version, Share: int(o.Share), First: int(o.First), Limit: int(o.Most), Stopped: o.Stopped != 0}
}

func tallyOf(c *call, id wire.ID) (t rollout.Tally, err error) {
	list, err := c.CountOffered(id, c.now-int64(rollout.Settle.Seconds()), c.now-int64(trialTime.Seconds()))
	for _, l := range list {
		switch wire.UpdateState(l.State) {
		case wire.UpdateTrial:
			t.Trial, t.Silent = int(l.Kiosks), int(l.Older)
		case wire.UpdateGood:
			t.Good, t.Settled = int(l.Kiosks), int(l.Old)
		case wire.UpdateFailed:
			t.Failed = int(l.Kiosks)
		case wire.UpdateRefused:
			t.Refused += int(l.Kiosks)
		}
	}
	return t, err
}

// WatchOffer stops the newest offer where kiosks that may install it are not heard of. It is called now and then: who is
// silent asks nothing. Trouble with it is logged, and it is called again.
func (s *Service) WatchOffer(ctx context.Context) {
	err := s.app(ctx, func(c *call) error {
		o, err := c.NewestOffer()
		if errors.Is(err, store.ErrNone) || err == nil && o.Stopped != 0 {
			return nil
		}
		if err == nil {
			o, err = c.Offer(o.ID)
		}
		if err != nil {
			return err
		}
		return s.stopWhereTooMany(c, o)
	})
	if err != nil && ctx.Err() == nil {
		s.log.Error("the offered version is not watched", "err", err)
	}
}

// IsOffered reports whether a kiosk may fetch a bundle.
func (s *Service) IsOffered(ctx context.Context, p Peer, hash wire.Hash) (ok bool, err error) {
	if p.Expired {
		return false, nil
	}
	err = s.app(ctx, func(c *call) error {
		ok, err = c.IsOffered(p.Kiosk, hash)
		return err
	})
	return ok, err
}
