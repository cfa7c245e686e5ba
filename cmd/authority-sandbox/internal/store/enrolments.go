package store

// Enrolment is a kiosk's request for a certificate that a person has to approve.
type Enrolment struct {
	ID          ID
	Kiosk       string
	CSR         []byte
	Nonce       Hash
	Old         *Hash // fingerprint of the certificate whose key signed it; nil of a first request
	Address     string
	Certificate []byte // nil before it is approved
	Made        int64
	Expires     int64
}

const enrolment = `SELECT id, kiosk, csr, nonce, old, address, certificate, made, expires FROM enrolments `

func (e *Enrolment) scan(scan func(...any) error) error {
	var id, nonce, old []byte
	err := scan(&id, &e.Kiosk, &e.CSR, &nonce, &old, &e.Address, &e.Certificate, &e.Made, &e.Expires)
	copy(e.ID[:], id)
	copy(e.Nonce[:], nonce)
	if old != nil {
		e.Old = (*Hash)(old)
	}
	return err
}

// AddEnrolment keeps a request.
func (t *Tx) AddEnrolment(e Enrolment) error {
	var old []byte
	if e.Old != nil {
		old = e.Old[:]
	}
	return t.run(`INSERT INTO enrolments (id, kiosk, csr, nonce, old, address, made, expires) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		e.ID[:], e.Kiosk, e.CSR, e.Nonce[:], old, e.Address, e.Made, e.Expires)
}

// Enrolment is the one of that id, or ErrNone.
func (t *Tx) Enrolment(id ID) (Enrolment, error) {
	return only(t, enrolment+`WHERE id = $1`, []any{id[:]}, (*Enrolment).scan)
}

// Enrolments are a kiosk's that have not expired, approved or not; every kiosk's where
// the name is empty. The oldest is first.
func (t *Tx) Enrolments(kiosk string, now int64) ([]Enrolment, error) {
	return rows(t, enrolment+`WHERE expires >= $1 AND (kiosk = $2 OR $2 = '') ORDER BY made, id`, []any{now, kiosk}, (*Enrolment).scan)
}

// Waiting is how many requests wait for approval.
type Waiting struct {
	All  int64
	Name int64 // of this kiosk's name
	Net  int64 // from this address
	Both int64
}

// CountEnrolments counts them, for a request of that name from that address.
func (t *Tx) CountEnrolments(kiosk, address string, now int64) (w Waiting, err error) {
	err = t.one(`SELECT count(*), coalesce(sum(CASE WHEN kiosk = $1 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN address = $2 THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN kiosk = $1 AND address = $2 THEN 1 ELSE 0 END), 0)
		FROM enrolments WHERE expires >= $3 AND certificate IS NULL`, []any{kiosk, address, now}, &w.All, &w.Name, &w.Net, &w.Both)
	return w, err
}

// ApproveEnrolment gives a request its certificate, until when it may be collected.
func (t *Tx) ApproveEnrolment(id ID, certificate []byte, until int64) error {
	return t.must(`UPDATE enrolments SET certificate = $1, expires = $2 WHERE id = $3 AND certificate IS NULL`, certificate, until, id[:])
}
