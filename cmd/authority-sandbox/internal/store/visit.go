package store

import "multicopy.example/kiosk/authority/wire"

// ID and Hash are the contract's byte strings.
type (
	ID   = wire.ID
	Hash = wire.Hash
)

// Session of a kiosk with a card.
type Session struct {
	ID          ID
	Kiosk       string
	Card        Hash
	Reservation ID
	Challenge   []byte // nil: used
	Ticket      []byte // nil: none yet
	Act         int
	UserTries   int8
	SignTries   int8
	Opened      int64
}

// Grant is a command that was given out.
type Grant struct {
	ID          ID
	Session     ID
	Card        Hash
	Reservation ID
	Act         int
	Outcome     int
	Superseded  bool
	Made        int64
}

// AddSession puts a session in.
func (t *Tx) AddSession(s Session) error {
	return t.run(`INSERT INTO sessions VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, s.ID[:], s.Kiosk, s.Card[:], s.Reservation[:], s.Challenge, s.Ticket,
		int64(s.Act), int64(s.UserTries), int64(s.SignTries), s.Opened)
}

// GrantedSession is the session of a grant, whichever kiosk it belongs to.
func (t *Tx) GrantedSession(g Grant) (Session, error) { return t.session(`id = $1`, g.Session[:]) }

func (t *Tx) session(where string, args ...any) (s Session, err error) {
	var row sessionRow
	if err := t.ask(row.where(where, args...)); err != nil {
		return s, err
	}
	return row.session()
}

type sessionRow struct {
	s                     Session
	id, card, reservation []byte
	found                 bool
}

func (row *sessionRow) where(where string, args ...any) question {
	s := &row.s
	return first(&row.found, `SELECT id, kiosk, card, reservation, challenge, ticket, act, user_tries, sign_tries, opened FROM sessions JOIN cards USING (card) WHERE `+where,
		args, &row.id, &s.Kiosk, &row.card, &row.reservation, &s.Challenge, &s.Ticket, &s.Act, &s.UserTries, &s.SignTries, &s.Opened)
}

func (row *sessionRow) session() (s Session, err error) {
	if !row.found {
		return s, ErrNone
	}
	s = row.s
	copy(s.ID[:], row.id)
	copy(s.Card[:], row.card)
	copy(s.Reservation[:], row.reservation)
	return s, nil
}

// PutSession writes what may change.
func (t *Tx) PutSession(s Session) error {
	return t.run(`UPDATE sessions SET challenge = $1, ticket = $2, act = $3 WHERE id = $4`, s.Challenge, s.Ticket, int64(s.Act), s.ID[:])
}

// AddGrant puts a grant in; every earlier one of the card that has no outcome
// is superseded by it. The card is locked.
func (t *Tx) AddGrant(g Grant) error {
	if err := t.run(`UPDATE grants SET superseded = 1 WHERE card = $1 AND outcome IN (0, 3)`, g.Card[:]); err != nil {
		return err
	}
	return t.run(`INSERT INTO grants (card, n, id, session, reservation, act, outcome, superseded, made)
		VALUES ($1, (SELECT coalesce(max(n), 0) + 1 FROM grants WHERE card = $1), $2, $3, $4, $5, $6, 0, $7)`,
		g.Card[:], g.ID[:], g.Session[:], g.Reservation[:], int64(g.Act), int64(g.Outcome), g.Made)
}

// LastGrant of a reservation.
func (t *Tx) LastGrant(reservation ID) (Grant, error) {
	return t.grant(`reservation = $1 ORDER BY n DESC LIMIT 1`, reservation[:])
}

// LastNotFailed is the last grant of a reservation that has not failed.
func (t *Tx) LastNotFailed(reservation ID) (Grant, error) {
	return t.grant(`reservation = $1 AND outcome <> 2 ORDER BY n DESC LIMIT 1`, reservation[:])
}

func (t *Tx) grant(where string, args ...any) (Grant, error) {
	var row grantRow
	if err := t.ask(row.where(where, args...)); err != nil {
		return Grant{}, err
	}
	return row.grant()
}

type grantRow struct {
	g                              Grant
	id, session, card, reservation []byte
	superseded                     int64
	found                          bool
}

func (row *grantRow) where(where string, args ...any) question {
	g := &row.g
	return first(&row.found, `SELECT id, session, card, reservation, act, outcome, superseded, made FROM grants WHERE `+where, args,
		&row.id, &row.session, &row.card, &row.reservation, &g.Act, &g.Outcome, &row.superseded, &g.Made)
}

func (row *grantRow) grant() (g Grant, err error) {
	if !row.found {
		return g, ErrNone
	}
	g = row.g
	g.Superseded = row.superseded != 0
	copy(g.ID[:], row.id)
	copy(g.Session[:], row.session)
	copy(g.Card[:], row.card)
	copy(g.Reservation[:], row.reservation)
	return g, nil
}

// SetOutcome writes what came of a grant.
func (t *Tx) SetOutcome(id ID, outcome int) error {
	return t.run(`UPDATE grants SET outcome = $1 WHERE id = $2`, int64(outcome), id[:])
}

// doubtful asks whether it is not known what a grant of the card did, or
// became known after its visit, when another grant had taken its place. Only
// a later one of the same flow that is done ends that: what a superseded grant
// may have written stays written when the one after it fails. And only a reset
// ends the doubt of a reset, for an unlock leaves whichever secret is there.
func doubtful(card string) string {
	return `SELECT g.n FROM grants g JOIN reservations r ON r.id = g.reservation WHERE g.card = ` + card + ` AND (g.outcome IN (0, 3) OR g.outcome = 1 AND g.superseded = 1)
		AND NOT EXISTS (SELECT 1 FROM grants d JOIN reservations q ON q.id = d.reservation
			WHERE d.card = g.card AND d.n > g.n AND d.outcome = 1 AND q.flow = r.flow AND (d.act = 1 OR g.act = 2)) LIMIT 1`
}

// LastOutcome of a reservation's grants; 0 where there is none or it is live.
func (t *Tx) LastOutcome(reservation ID) (outcome int, err error) {
	err = t.one(`SELECT outcome FROM grants WHERE reservation = $1 ORDER BY n DESC LIMIT 1`, []any{reservation[:]}, &outcome)
	if err == ErrNone {
		return 0, nil
	}
	return outcome, err
}
