package domain

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/rollout"
	"multicopy.example/kiosk/authority/wire"
)

// What the operator does with offers.

// Offer makes a version the newest offer. Its bundle lies where the kiosks' server finds it already.
func (s *Service) Offer(ctx context.Context, o store.Offer) (store.Offer, error) {
	switch {
	case !wire.IsVersion(o.Version):
		return o, fmt.Errorf("%w: a version is up to four numbers with dots between them, as 20261127.1, and not %.40q", ErrOffer, o.Version)
	case o.Size < 1:
		return o, fmt.Errorf("%w: the bundle is empty", ErrOffer)
	case o.Share < 0 || o.Share > rollout.Of || o.First < 1 || o.Most < 0 || o.Most > 100:
		return o, fmt.Errorf("%w: the share is 0 to 100 percent, at least one kiosk is first, and 0 to 100 percent may fail", ErrOffer)
	}
	o.ID, o.Made = fresh[store.ID](), s.now().Unix()
	return o, s.app(ctx, func(c *call) error { return c.AddOffer(o) })
}

// errNoOffer: there is nothing that could be stopped.
var errNoOffer = fmt.Errorf("%w: none was made", ErrOffer)

// newestOffer does something with it.
func (s *Service) newestOffer(ctx context.Context, does func(c *call, o store.Offer) error) error {
	return s.app(ctx, func(c *call) error {
		o, err := c.NewestOffer()
		switch {
		case errors.Is(err, store.ErrNone):
			return errNoOffer
		case err != nil:
			return err
		}
		return does(c, o)
	})
}

// StopOffer ends the newest offer. Kiosks that have installed it keep it.
func (s *Service) StopOffer(ctx context.Context, why string) error {
	return s.newestOffer(ctx, func(c *call, o store.Offer) error { return c.StopOffer(o.ID, why, c.now) })
}

// ShareOffer gives the newest offer to more kiosks, or to fewer.
func (s *Service) ShareOffer(ctx context.Context, share int64) error {
	if share < 0 || share > rollout.Of {
		return fmt.Errorf("%w: the share is 0 to 100 percent", ErrOffer)
	}
	return s.newestOffer(ctx, func(c *call, o store.Offer) error {
		if o.Stopped != 0 {
			return fmt.Errorf("%w: version %s was stopped (%s); offer it, or a better one, anew", ErrOffer, o.Version, o.Why)
		}
		return c.ShareOffer(o.ID, share)
	})
}

// Shown is an offer and how far kiosks are with it.
type Shown struct {
	Offer   string         `json:"offer"`
	Version string         `json:"version"`
	Size    int64          `json:"size"`
	Percent float64        `json:"share_percent"`
	First   int64          `json:"first"`
	Limit   int64          `json:"failed_percent_most"`
	Made    int64          `json:"made"`
	Stopped int64          `json:"stopped,omitempty"` // since when
	Why     string         `json:"why,omitempty"`     // it was
	Kiosks  map[string]int `json:"kiosks"`            // by state; of those on trial too: silent
	Reasons map[string]int `json:"refused_for,omitempty"`
}

// ShowOffers are all, the newest first.
func (s *Service) ShowOffers(ctx context.Context) (all []Shown, err error) {
	err = s.app(ctx, func(c *call) error {
		all = nil
		list, err := c.Offers()
		for _, o := range list {
			if err == nil {
				err = show(c, o, &all)
			}
		}
		return err
	})
	return all, err
}

func show(c *call, o store.Offer, to *[]Shown) error {
	x := Shown{Offer: fmt.Sprintf("%x", o.ID), Version: o.Version, Size: o.Size, Percent: float64(o.Share) * 100 / rollout.Of, First: o.First, Limit: o.Most,
		Made: o.Made, Stopped: o.Stopped, Why: o.Why, Kiosks: map[string]int{}, Reasons: map[string]int{}}
	list, err := c.CountOffered(o.ID, 0, c.now-int64(trialTime.Seconds()))
	for _, l := range list {
		state := wire.UpdateState(l.State)
		x.Kiosks[state.String()] += int(l.Kiosks)
		if state == wire.UpdateTrial && l.Older > 0 {
			x.Kiosks["silent"] = int(l.Older)
		}
		if state == wire.UpdateRefused {
			x.Reasons[wire.UpdateWhy(l.Why).String()] += int(l.Kiosks)
		}
	}
	*to = append(*to, x)
	return err
}
