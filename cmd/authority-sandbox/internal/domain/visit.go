package domain

import (
	"bytes"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// What each request of a visit reads of it, besides the session and its reservation.
// Where serve has read it with the kiosk's row, it is not read again.
func (c *call) ofCode(m *wire.CodeRequest) *store.Visiting {
	return c.visiting(m.Session, store.VisitAttempt(c.request, &c.attempt))
}

func (c *call) ofProof(m *wire.ProveRequest) *store.Visiting {
	return c.visiting(m.Session, store.VisitCard(&c.card))
}

func (c *call) ofGrant(m *wire.GrantRequest) *store.Visiting { return c.visiting(m.Session) }

func (c *call) ofSettle(m *wire.SettleRequest) *store.Visiting {
	return c.visiting(m.Session, store.VisitGrant(m.Grant, &c.grant))
}

func (c *call) visiting(session wire.ID, also ...store.Also) *store.Visiting {
	if c.visit != nil {
		return c.visit
	}
	return store.VisitOf(session, also...)
}

// known finds a session of this kiosk and its reservation as it stands now: a
// claim whose time is over has ended.
func (s *Service) known(c *call, v *store.Visiting) (session store.Session, r store.Reservation, err error) {
	session, r, err = c.Visit(c.peer.Kiosk, v)
	if errors.Is(err, store.ErrNone) {
		return session, r, &refusal{code: wire.CodeOver, detail: "no such session of this kiosk", always: true}
	}
	if err != nil {
		return session, r, err
	}
	if r.Session != nil && c.now >= r.Lease && r.State != store.Granted {
		r.Session = nil
		if r.State == store.Claimed {
			r.State = store.Fresh
		}
		err = c.PutReservation(r)
	}
	return session, r, err
}

// good: the reservation can be used, and it is the one that counts.
func (s *Service) good(c *call, r store.Reservation) error {
	if err := stillGood(r, c.now); err != nil {
		return err
	}
	if !r.Newest {
		return refuse(wire.CodeOver, "the reservation was made anew")
	}
	return nil
}

// visit is known and good.
func (s *Service) visit(c *call, v *store.Visiting) (store.Session, store.Reservation, error) {
	session, r, err := s.known(c, v)
	if err == nil {
		err = s.good(c, r)
	}
	return session, r, err
}

// claimed is a visit whose claim stands.
func (s *Service) claimed(c *call, v *store.Visiting) (store.Session, store.Reservation, error) {
	session, r, err := s.known(c, v)
	if err == nil {
		err = s.stands(c, session, r)
	}
	return session, r, err
}

// stands refuses where the claim of the session does not stand.
func (s *Service) stands(c *call, session store.Session, r store.Reservation) error {
	if session.Ticket == nil || !holds(session, r) {
		// A reservation that was used up says so; the session of one that can
		// still be used has lost it, or never had it.
		if err := stillGood(r, c.now); err != nil {
			return err
		}
		return refuse(wire.CodeOver, "the claim of this session is over")
	}
	// Wrong codes typed by others after the right one do not end the claim.
	claim := r
	claim.Wrong = 0
	return s.good(c, claim)
}

// holds reports whether the claim is this session's.
func holds(session store.Session, r store.Reservation) bool {
	return bytes.Equal(r.Session, session.ID[:])
}
