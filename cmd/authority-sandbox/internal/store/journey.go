package store

// A Visiting is a session of a kiosk, its reservation, and what is asked for besides.
type Visiting struct {
	id          ID
	also        []Also
	session     sessionRow
	reservation reservationRow
	read        bool
}

// VisitOf asks for nothing yet: Ask or Visit reads it.
func VisitOf(session ID, also ...Also) *Visiting { return &Visiting{id: session, also: also} }

// questions lock the card as CardByUser does. The session is its kiosk's alone, whose
// row is locked already, so that it may be read with the lock and not behind it;
// everything else is read behind it.
func (v *Visiting) questions(lock, kiosk string) []question {
	where := `id = $1 AND kiosk = $2`
	if lock != "" {
		where += lock + ` OF cards`
	}
	list := []question{v.session.where(where, v.id[:], kiosk),
		v.reservation.where(`id = (SELECT reservation FROM sessions WHERE id = $1 AND kiosk = $2)`, v.id[:], kiosk)}
	for _, a := range v.also {
		list = append(list, a.ask(v.id, kiosk))
	}
	v.read = true
	return list
}

// Visit is what was asked for; another kiosk's session is not there. It is one journey
// to PostgreSQL, or none where Ask has read it.
func (t *Tx) Visit(kiosk string, v *Visiting) (s Session, r Reservation, err error) {
	if !v.read {
		err = t.ask(v.questions(t.lock, kiosk)...)
	}
	if err == nil {
		s, err = v.session.session()
	}
	if err == nil {
		r, err = v.reservation.reservation(t.wrap)
	}
	for _, a := range v.also {
		if taken := a.take(); err == nil {
			err = taken
		}
	}
	return s, r, err
}

// Also is something that is read in the journey of a visit.
type Also struct {
	ask  func(session ID, kiosk string) question
	take func() error
}

// VisitCard reads the card of the visit into c.
func VisitCard(c *Card) Also {
	var row cardRow
	return Also{func(session ID, kiosk string) question {
		return row.where(`k.card = (SELECT card FROM sessions WHERE id = $1 AND kiosk = $2)`, session[:], kiosk)
	}, func() (err error) {
		*c, err = row.card()
		return err
	}}
}

// VisitAttempt reads the hash of the code that the visit's kiosk had counted under
// that request into hash; nil: none.
func VisitAttempt(request ID, hash **Hash) Also {
	var found bool
	var b []byte
	return Also{func(_ ID, kiosk string) question {
		return first(&found, `SELECT hash FROM attempts WHERE kiosk = $1 AND request = $2`, []any{kiosk, request[:]}, &b)
	}, func() error {
		*hash = nil
		if found {
			h := Hash(b)
			*hash = &h
		}
		return nil
	}}
}

// VisitGrant reads the grant of the visit's session that has this id, the session's
// last where that is nil, into g; nil: none.
func VisitGrant(id *ID, g **Grant) Also {
	var row grantRow
	return Also{func(session ID, _ string) question {
		if id != nil {
			return row.where(`session = $1 AND id = $2`, session[:], id[:])
		}
		return row.where(`session = $1 ORDER BY n DESC LIMIT 1`, session[:])
	}, func() error {
		*g = nil
		if found, err := row.grant(); err == nil {
			*g = &found
		}
		return nil
	}}
}

// Opening is what the beginning of a visit needs: the settings' value of that name,
// the card of a user-authentication certificate, which is locked as by CardByUser,
// its newest reservation, and whether a grant of it is in doubt. nil: none.
type Opening struct {
	Setting int
	Card    *Card
	Newest  *Reservation
	Doubt   bool
}

// Opening counts, and reads, in one journey to PostgreSQL.
func (t *Tx) Opening(user Hash, setting string, rates ...*Rated) (o Opening, err error) {
	var card cardRow
	var newest reservationRow
	var set, doubt bool
	var n int64
	const ours = `(SELECT card FROM cards WHERE user_hash = $1)`
	list := append(counting(rates), first(&set, `SELECT value FROM settings WHERE name = $1`, []any{setting}, &o.Setting))
	list = append(append(list, card.locked(t.lock, user)...), newest.where(`card = `+ours+` ORDER BY n DESC LIMIT 1`, user[:]),
		first(&doubt, doubtful(ours), []any{user[:]}, &n))
	if err = t.ask(list...); err != nil {
		return o, err
	}
	o.Doubt = doubt
	if c, err := card.card(); err == nil {
		o.Card = &c
	}
	if !newest.found {
		return o, nil
	}
	r, err := newest.reservation(t.wrap)
	o.Newest = &r
	return o, err
}
