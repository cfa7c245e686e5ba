package store

// State of a reservation.
type State int

const (
	Fresh   State = iota // made; not claimed, or the claim ran out
	Claimed              // a session gave the right one-time password
	Granted              // a command is out
	InDoubt              // not known what the last command did
	Done                 // used
)

// String is the state's name in the app's answers.
func (s State) String() string {
	return [...]string{"open", "claimed", "granted", "in doubt", "done"}[s]
}

// Reservation as it stands.
type Reservation struct {
	ID      ID
	Card    Hash
	Flow    int
	Factor  int
	Secret  string
	State   State
	Wrong   int
	Grants  int
	Session []byte // nil: not claimed
	Lease   int64
	Made    int64
	Expires int64
	Newest  bool // of its card's
}

// AddReservation puts a reservation in; it is the newest of its card, which is
// locked.
func (t *Tx) AddReservation(r Reservation) error {
	return t.run(`INSERT INTO reservations (card, n, id, flow, factor, secret, state, wrong, grants, session, lease, made, expires)
		VALUES ($1, (SELECT coalesce(max(n), 0) + 1 FROM reservations WHERE card = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.Card[:], r.ID[:], int64(r.Flow), int64(r.Factor), t.wrap.wrap("reservations", r.ID[:], []byte(r.Secret)), int64(r.State), int64(r.Wrong), int64(r.Grants), r.Session, r.Lease, r.Made, r.Expires)
}

// Reservation by id.
func (t *Tx) Reservation(id ID) (Reservation, error) {
	return t.reservation(`id = $1`, id[:])
}

func (t *Tx) reservation(where string, args ...any) (Reservation, error) {
	var row reservationRow
	if err := t.ask(row.where(where, args...)); err != nil {
		return Reservation{}, err
	}
	return row.reservation(t.wrap)
}

type reservationRow struct {
	r        Reservation
	id, card []byte
	newest   int64
	found    bool
}

func (row *reservationRow) where(where string, args ...any) question {
	r := &row.r
	return first(&row.found, `SELECT id, card, flow, factor, secret, state, wrong, grants, session, lease, made, expires,
		CASE WHEN n = (SELECT max(n) FROM reservations m WHERE m.card = reservations.card) THEN 1 ELSE 0 END FROM reservations WHERE `+where, args,
		&row.id, &row.card, &r.Flow, &r.Factor, &r.Secret, &r.State, &r.Wrong, &r.Grants, &r.Session, &r.Lease, &r.Made, &r.Expires, &row.newest)
}

func (row *reservationRow) reservation(w wrapper) (r Reservation, err error) {
	if !row.found {
		return r, ErrNone
	}
	r = row.r
	copy(r.ID[:], row.id)
	copy(r.Card[:], row.card)
	r.Newest = row.newest != 0
	secret, err := w.unwrap("reservations", row.id, r.Secret)
	r.Secret = string(secret)
	return r, err
}

// PutReservation writes what may change, the count of wrong codes excepted.
func (t *Tx) PutReservation(r Reservation) error {
	return t.run(`UPDATE reservations SET state = $1, grants = $2, session = $3, lease = $4 WHERE id = $5`,
		int64(r.State), int64(r.Grants), r.Session, r.Lease, r.ID[:])
}

// CountWrong adds one to the wrong codes, of which there are fewer than five: the
// transaction breaks where there are not.
func (t *Tx) CountWrong(id ID) error {
	return t.must(`UPDATE reservations SET wrong = wrong + 1 WHERE id = $1 AND wrong < 5`, id[:])
}

// UncountWrong takes back the one that a right code had counted.
func (t *Tx) UncountWrong(id ID) error {
	return t.run(`UPDATE reservations SET wrong = wrong - 1 WHERE id = $1 AND wrong > 0`, id[:])
}
