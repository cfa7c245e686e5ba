package store

// Look is a session of a kiosk with a card that renews nothing.
type Look struct {
	ID        ID
	Kiosk     string
	User      Hash   // of the card's user-authentication certificate
	Challenge []byte // nil: used
	Proved    bool
	Opened    int64
}

// AddLook puts one in.
func (t *Tx) AddLook(l Look) error {
	return t.run(`INSERT INTO looks VALUES ($1, $2, $3, $4, 0, $5)`, l.ID[:], l.Kiosk, l.User[:], l.Challenge, l.Opened)
}

// LookOf this kiosk, or ErrNone. The row of the kiosk is locked, so no other request
// changes it.
func (t *Tx) LookOf(id ID, kiosk string) (l Look, err error) {
	var user []byte
	var proved int64
	err = t.one(`SELECT user_hash, challenge, proved, opened FROM looks WHERE id = $1 AND kiosk = $2`, []any{id[:], kiosk}, &user, &l.Challenge, &proved, &l.Opened)
	l.ID, l.Kiosk, l.Proved = id, kiosk, proved != 0
	copy(l.User[:], user)
	return l, err
}

// ProveLook uses the challenge up and notes whether the card's holder was believed.
func (t *Tx) ProveLook(id ID, believed bool) error {
	proved := int64(0)
	if believed {
		proved = 1
	}
	return t.run(`UPDATE looks SET challenge = NULL, proved = $1 WHERE id = $2`, proved, id[:])
}
