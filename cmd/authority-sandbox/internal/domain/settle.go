package domain

import (
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// settle notes what came of a grant, however late.
func (s *Service) settle(c *call, m *wire.SettleRequest) (any, error) {
	session, r, err := s.known(c, c.ofSettle(m))
	if err != nil {
		return nil, err
	}
	g, told := c.grant, kiosk.Outcome(m.Outcome)
	switch {
	case g == nil && m.Grant == nil && told == kiosk.Failed:
		// Asked for and never given: nothing to note.
	case g == nil:
		return nil, refuse(wire.CodeOver, "no such grant in this session")
	case m.Grant == nil && told == kiosk.Failed && kiosk.Outcome(g.Outcome) == kiosk.Unknown:
		// The kiosk asked for another one, which was not given. Of the one before it
		// the kiosk knows the number, and that it is in doubt.
	default:
		ok, err := s.note(c, session, &r, *g, told)
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
	if err := c.SetOutcome(g.ID, int(told)); err != nil {
		return false, err
	}
	if err := s.conclude(c, r, session); err != nil {
		return false, err
	}
	return true, c.PutReservation(*r)
}

// mayBecome: only a live grant and an unknown one may change; the same again
// is no change.
func mayBecome(was, told kiosk.Outcome) bool {
	return was == kiosk.NoOutcome || was == kiosk.Unknown || was == told
}

// conclude moves the reservation to what its latest grant became that has not
// failed: one that failed leaves the card as the one before it did.
func (s *Service) conclude(c *call, r *store.Reservation, session store.Session) error {
	if r.State == store.Done {
		return nil
	}
	last, err := c.LastNotFailed(r.ID)
	switch {
	case errors.Is(err, store.ErrNone):
		r.State = store.Claimed
		if r.Session == nil || c.now >= r.Lease {
			r.State, r.Session = store.Fresh, nil
		}
	case err != nil:
		return err
	case kiosk.Outcome(last.Outcome) == kiosk.Unknown, last.Superseded: // also one that turned out to be done: its resident was not told
		r.State = store.InDoubt
	case kiosk.Outcome(last.Outcome) == kiosk.Done:
		r.State, r.Session = store.Done, nil
	}
	if r.Session != nil && holds(session, *r) && c.now < r.Lease {
		s.extend(c, r)
	}
	return nil
}
