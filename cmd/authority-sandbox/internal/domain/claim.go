package domain

import (
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// Who may act on a reservation: one session, which showed that the resident is at
// its kiosk. A card's user-authentication certificate shows nothing; any kiosk
// that ever read the card has it.

// claim makes the reservation this session's. Its resident is at this kiosk now:
// the one-time password was right or, where the reservation alone is enough, her
// card has signed. So the claim of any earlier session ends; a command that
// was out there without an outcome is in doubt, and an unlock among them
// is settled by the counters that this session brought.
func (s *Service) claim(c *call, r *store.Reservation, session store.Session) error {
	if err := s.settleUnlock(c, r, session); err != nil {
		return err
	}
	if r.State == store.Done { // it was good just before
		return refuse(wire.CodeUsedReservation, "an unlock in doubt has worked")
	}
	s.take(c, r, session)
	return c.PutReservation(*r)
}

func (s *Service) take(c *call, r *store.Reservation, session store.Session) {
	switch r.State {
	case store.Fresh:
		r.State = store.Claimed
	case store.Granted:
		r.State = store.InDoubt
	}
	r.Session = session.ID[:]
	s.extend(c, r)
}

// extend gives the claim its full time again.
func (s *Service) extend(c *call, r *store.Reservation) {
	r.Lease = c.now + int64(s.policy.Lease.Seconds())
}

// keep: the request that claimed came again, byte for byte, so the visit goes on.
// Its claim, where it stands, has its full time again, but not beyond Longest from the
// opening of its session: what is kept is that a resident who was there a while ago
// need not type the one-time password again, and the card still wants the
// other secret before anything is granted.
func (s *Service) keep(c *call, m *wire.CodeRequest) error {
	session, r, err := s.known(c, c.ofCode(m))
	if err != nil || !holds(session, r) {
		return ignore(err) // and the answer is what it was
	}
	lease := min(c.now+int64(s.policy.Lease.Seconds()), session.Opened+int64(s.policy.Longest.Seconds()))
	if lease <= r.Lease {
		return nil
	}
	r.Lease = lease
	return c.PutReservation(r)
}

// settleUnlock settles an unlock in doubt by the counters that the card tells
// now: its kiosk has no secret to say more, and what the unlock was for is that
// the counter is full. A reset is settled by doing it again, since a counter can
// also have become full by the right secret.
func (s *Service) settleUnlock(c *call, r *store.Reservation, session store.Session) error {
	if r.State != store.InDoubt && r.State != store.Granted {
		return nil
	}
	g, err := c.LastGrant(r.ID)
	if errors.Is(err, store.ErrNone) || err == nil && g.Superseded {
		return nil
	}
	if err != nil {
		return err
	}
	before, err := c.GrantedSession(g)
	if err != nil {
		return err
	}
	told := shown(kiosk.Flow(r.Flow), kiosk.Act(g.Act), before, session)
	if told == kiosk.NoOutcome || before.ID == session.ID { // whose counters are those of its opening
		return nil
	}
	_, err = s.note(c, before, r, g, told)
	return err
}

// shown is what the counters of two sessions say of the act between them;
// NoOutcome where they say nothing.
func shown(f kiosk.Flow, a kiosk.Act, before, after store.Session) kiosk.Outcome {
	was, is := before.UserTries, after.UserTries
	if f.Target() == kiosk.RefSign {
		was, is = before.SignTries, after.SignTries
	}
	switch {
	case a != kiosk.Unlock || was < 0 || was >= f.Target().Full():
		return kiosk.NoOutcome
	case is == f.Target().Full():
		return kiosk.Done
	case is == was:
		return kiosk.Failed
	}
	return kiosk.NoOutcome
}
