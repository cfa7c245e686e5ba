package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os/exec"

	"multicopy.example/kiosk/authority/wire"
)

// offered runs f while the authority offers a version to this kiosk, and ends the offer.
func (s *suite) offered(f func(o wire.Offer) error) (err error) {
	if err := s.update("offer"); err != nil {
		return err
	}
	defer func() {
		if stop := s.update("stop"); err == nil {
			err = stop
		}
	}()
	r, err := s.updated(s.line, "1", wire.UpdateNone, nil, nil)
	switch {
	case err != nil:
		return err
	case r.Offer == nil || r.Install:
		return fmt.Errorf("a kiosk of version 1 that has nothing gets offer %v, install %v", r.Offer, r.Install)
	case !wire.Older("1", r.Offer.Version):
		return fmt.Errorf("version %s is offered to one of version 1", r.Offer.Version)
	}
	return f(*r.Offer)
}

// update runs the command that makes an offer and ends it.
func (s *suite) update(word string) error {
	if s.options.update == "" {
		return notProvoked("no --update")
	}
	command := exec.CommandContext(s.ctx, s.options.update, s.options.residents, word)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", s.options.update, word, err, said.String())
	}
	return nil
}

// updated asks as a kiosk that runs a version and is so far with an offer.
func (s *suite) updated(l *line, runs string, state wire.UpdateState, of *wire.ID, why *wire.UpdateWhy) (wire.UpdateReply, error) {
	return ask[wire.UpdateReply](s, l, wire.PathUpdate, wire.UpdateRequest{Envelope: s.mint(), Runs: runs, State: state, Offer: of, Why: why})
}

// part asks for bytes of a bundle.
func (s *suite) part(h wire.Hash, spoken string) (answer, error) {
	return s.line.part(s.ctx, wire.PathBundle(h), spoken)
}

// whole fetches a bundle in parts that are no power of two.
func (s *suite) whole(o wire.Offer) (all []byte, err error) {
	const most = 1000
	for from := uint64(0); from < o.Size; from += most {
		to := min(from+most, o.Size)
		a, err := s.part(o.Hash, fmt.Sprintf("bytes=%d-%d", from, to-1))
		if err != nil {
			return nil, err
		}
		said, want := a.header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", from, to-1, o.Size)
		if a.status != http.StatusPartialContent || said != want || uint64(len(a.body)) != to-from {
			return nil, fmt.Errorf("bytes %d to %d: status %d, %q, %d bytes, and 206, %q and %d belong", from, to, a.status, said, len(a.body), want, to-from)
		}
		all = append(all, a.body...)
	}
	return all, nil
}

var updates = []requirement{
	{"/update", "a version that is not newer is not offered, to the kiosk that runs it and to one that runs a newer one", func(s *suite) error {
		return s.offered(func(o wire.Offer) error {
			for _, runs := range []string{o.Version, o.Version + ".1"} {
				r, err := s.updated(s.line, runs, wire.UpdateNone, nil, nil)
				if err != nil {
					return err
				}
				if r.Offer != nil {
					return fmt.Errorf("version %s is offered to one of version %s", r.Offer.Version, runs)
				}
			}
			return nil
		})
	}},
	{"/update", "the bundle is given out by Range, and is of the offered size and hash", func(s *suite) error {
		return s.offered(func(o wire.Offer) error {
			all, err := s.whole(o)
			if err != nil {
				return err
			}
			if sha256.Sum256(all) != o.Hash {
				return errors.New("its SHA-256 is not the offered one")
			}
			return nil
		})
	}},
	{"/update", "one that has a part may not install it, one that has the whole may, and may again", func(s *suite) error {
		return s.offered(func(o wire.Offer) error {
			for i, state := range []wire.UpdateState{wire.UpdateFetching, wire.UpdateFetched, wire.UpdateFetched} {
				r, err := s.updated(s.line, "1", state, &o.Offer, nil)
				if err != nil {
					return err
				}
				if r.Offer == nil || *r.Offer != o || r.Install != (i > 0) {
					return fmt.Errorf("at %s: offer %v, install %v", state, r.Offer, r.Install)
				}
			}
			_, err := s.updated(s.line, o.Version, wire.UpdateGood, &o.Offer, nil)
			return err
		})
	}},
	{"/update", "an offer is not made again to a kiosk that refused it or went back", func(s *suite) error {
		damaged := wire.UpdateDamaged
		for state, why := range map[wire.UpdateState]*wire.UpdateWhy{wire.UpdateRefused: &damaged, wire.UpdateFailed: nil} {
			err := s.offered(func(o wire.Offer) error {
				for _, now := range []wire.UpdateRequest{{State: state, Offer: &o.Offer, Why: why}, {State: wire.UpdateNone}} {
					r, err := s.updated(s.line, "1", now.State, now.Offer, now.Why)
					if err != nil {
						return err
					}
					if r.Offer != nil {
						return fmt.Errorf("after %s, at %s, it is offered", state, now.State)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}},
	{"/update", "what is stopped is neither offered nor given out", func(s *suite) error {
		var was wire.Offer
		if err := s.offered(func(o wire.Offer) error { was = o; return nil }); err != nil {
			return err
		}
		r, err := s.updated(s.line, "1", wire.UpdateFetched, &was.Offer, nil)
		if err != nil {
			return err
		}
		if r.Offer != nil || r.Install {
			return fmt.Errorf("offer %v, install %v", r.Offer, r.Install)
		}
		if a, err := s.part(was.Hash, "bytes=0-0"); err != nil || a.status == http.StatusPartialContent {
			return errors.Join(err, fmt.Errorf("a part of it comes with status %d", a.status))
		}
		return nil
	}},
	{"/update", "a state without what it is about is refused", func(s *suite) error {
		id := freshID()
		for _, m := range []wire.UpdateRequest{{State: wire.UpdateTrial}, {State: wire.UpdateNone, Offer: &id}, {State: wire.UpdateRefused, Offer: &id}} {
			if _, err := s.updated(s.line, "1", m.State, m.Offer, m.Why); err == nil {
				return fmt.Errorf("%s, with offer %v, was answered", m.State, m.Offer != nil)
			} else if err := wants(err, wire.CodeContract); err != nil {
				return err
			}
		}
		return nil
	}},
}
