package domain

import (
	"bytes"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// settle notes what came of a grant, however late.
func (s *Service) settle(c *call, m *wire.SettleRequest) (any, error) {
	session, r, err := s.known(c, m.Session)
	if err != nil {
		return nil, err
	}
	g, err := c.Grant(session.ID, m.Grant)
	told := kiosk.Outcome(m.Outcome)
	switch {
	case errors.Is(err, store.ErrNone) && m.Grant == nil && told == kiosk.Failed:
		// Asked for and never given: nothing to note.
	case errors.Is(err, store.ErrNone):
		return nil, refuse(wire.CodeOver, "no such grant in this session")
	case err != nil:
		return nil, err
	default:
		ok, err := s.note(c, session, &r, g, told)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, refuse(wire.CodeOver, "this grant is settled as "+kiosk.Outcome(g.Outcome).String())
		}
	}
	reply := &wire.SettleReply{Envelope: c.reply()}
	if told != kiosk.Done {
		challenge := fresh[store.Hash]()
		session.Challenge, session.Act = challenge[:], 0
		reply.Challenge = &challenge
	}
	return reply, c.PutSession(session)
}

// note writes down what became of a grant; false where it is settled otherwise.
func (s *Service) note(c *call, session store.Session, r *store.Reservation, g store.Grant, told kiosk.Outcome) (bool, error) {
	switch was := kiosk.Outcome(g.Outcome); {
	case !mayBecome(was, told):
		return false, nil
	case was == told:
		// A record is told late, and may be told again. By then the reservation
		// can have another grant, which lives.
		return true, nil
	}
	if err := c.SetOutcome(g.ID, int(told)); err != nil || g.Superseded {
		return true, err
	}
	doubt, err := c.DoubtfulReservation(r.ID)
	if err != nil {
		return false, err
	}
	s.conclude(c, r, session, told, doubt)
	return true, c.PutReservation(*r)
}

// mayBecome: only a live grant and an unknown one may change; the same again
// is no change.
func mayBecome(was, told kiosk.Outcome) bool {
	return was == kiosk.NoOutcome || was == kiosk.Unknown || was == told
}

// conclude moves the reservation to what its latest grant became. doubt: what one
// of its grants did is not known, this one or one before it.
func (s *Service) conclude(c *call, r *store.Reservation, session store.Session, told kiosk.Outcome, doubt bool) {
	if r.State == store.Done {
		return
	}
	holder := bytes.Equal(r.Session, session.ID[:])
	switch told {
	case kiosk.Done:
		r.State, r.Session = store.Done, nil
	case kiosk.Unknown:
		r.State = store.InDoubt
	case kiosk.Failed:
		r.State = store.Claimed
		if r.Session == nil || c.now >= r.Lease {
			r.State, r.Session = store.Fresh, nil
		}
		if doubt { // this one changed nothing, and the one before it may have
			r.State = store.InDoubt
		}
	}
	if holder && r.Session != nil && c.now < r.Lease {
		s.extend(c, r)
	}
}
