package store

import "multicopy.example/cmd/authority-sandbox/internal/life"

// Application is what a person has signed to apply for the certificates of a phone.
type Application struct {
	Carrier        ID // the phone
	Nonce          Hash
	Statement, CMS []byte
	At             int64
}

// AddApplication puts it in; its nonce is new.
func (t *Tx) AddApplication(a Application) error {
	return t.must(`INSERT INTO applications VALUES ($1, $2, $3, $4, $5)`, a.Carrier[:], a.Nonce[:], a.Statement, a.CMS, a.At)
}

const applicationColumns = `SELECT carrier, nonce, statement, cms, at FROM applications`

// ApplicationOf that phone, or ErrNone.
func (t *Tx) ApplicationOf(carrier ID) (Application, error) {
	return t.application(applicationColumns+` WHERE carrier = $1`, carrier[:])
}

// ApplicationOn that nonce, or ErrNone.
func (t *Tx) ApplicationOn(nonce Hash) (Application, error) {
	return t.application(applicationColumns+` WHERE nonce = $1`, nonce[:])
}

func (t *Tx) application(query string, key []byte) (a Application, err error) {
	var carrier, nonce []byte
	err = t.one(query, []any{key}, &carrier, &nonce, &a.Statement, &a.CMS, &a.At)
	copy(a.Carrier[:], carrier)
	copy(a.Nonce[:], nonce)
	return a, err
}

// Carrier is the one of that id, or ErrNone.
func (t *Tx) Carrier(id ID) (c Carrier, err error) {
	var person []byte
	var kind int64
	err = t.one(`SELECT person, kind, until, batch, made FROM carriers WHERE carrier = $1`, []any{id[:]}, &person, &kind, &c.Until, &c.Batch, &c.Made)
	c.ID, c.Kind = id, life.Carrier(kind)
	copy(c.Person[:], person)
	return c, err
}

// CertsOn are the certificates that are current on a carrier, and why each is as it is, by
// their kinds; nil: there is none.
func (t *Tx) CertsOn(carrier ID) (certs [2]*Cert, causes [2]string, err error) {
	err = t.each(`SELECT e.cause, `+certColumns+` FROM certs c JOIN events e ON e.issuer = c.issuer AND e.serial = c.serial AND e.n = c.n
		WHERE c.carrier = $1 AND c.current = 1`, []any{carrier[:]},
		func(scan func(...any) error) error {
			var cause string
			c, err := scanCert(scan, &cause)
			if err == nil {
				certs[c.Kind], causes[c.Kind] = &c, cause
			}
			return err
		})
	return certs, causes, err
}

// Cause is why a certificate is as it is: its newest event's.
func (t *Tx) Cause(issuer int64, serial Serial) (cause string, err error) {
	return cause, t.one(`SELECT cause FROM events WHERE issuer = $1 AND serial = $2 ORDER BY n DESC LIMIT 1`, []any{issuer, serial[:]}, &cause)
}

// Applying are the residents with a phone that is being set up.
func (t *Tx) Applying() ([]string, error) {
	return rows(t, `SELECT DISTINCT p.name FROM carriers k JOIN people p ON p.person = k.person WHERE k.until > 0 ORDER BY p.name`, nil, plain[string])
}

// AddMaker puts in that a maker's root is believed.
func (t *Tx) AddMaker(key Hash, cert []byte, now int64) error {
	return t.run(`INSERT INTO makers VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, key[:], cert, now)
}

// RemoveMaker reports whether it was there.
func (t *Tx) RemoveMaker(key Hash) (bool, error) {
	n, err := t.exec(`DELETE FROM makers WHERE maker = $1`, key[:])
	return n == 1, err
}

// Makers are the roots that are believed, DER.
func (t *Tx) Makers() ([][]byte, error) {
	return rows(t, `SELECT cert FROM makers ORDER BY since, maker`, nil, plain[[]byte])
}

// Batch of secure elements that its maker withdrew.
type Batch struct {
	Name      string
	Withdrawn int64
}

// WithdrawBatch notes that a batch was withdrawn; the first time stays.
func (t *Tx) WithdrawBatch(batch string, now int64) error {
	return t.run(`INSERT INTO batches VALUES ($1, $2) ON CONFLICT DO NOTHING`, batch, now)
}

// WithdrawnBatches are all that were.
func (t *Tx) WithdrawnBatches() ([]Batch, error) {
	return rows(t, `SELECT batch, withdrawn FROM batches ORDER BY withdrawn, batch`, nil, func(b *Batch, scan func(...any) error) error {
		return scan(&b.Name, &b.Withdrawn)
	})
}

// UsedBatch is how many phones of a batch have certificates that live.
type UsedBatch struct {
	Name   string `json:"batch"`
	Phones int64  `json:"phones"`
}

// UsedBatches are those of phones with certificates that live.
func (t *Tx) UsedBatches() ([]UsedBatch, error) {
	return rows(t, `SELECT k.batch, count(DISTINCT k.carrier) FROM carriers k JOIN certs c ON c.carrier = k.carrier AND c.current = 1
		WHERE k.batch <> '' AND c.state < $1 GROUP BY k.batch ORDER BY k.batch`, []any{int64(life.Revoked)},
		func(b *UsedBatch, scan func(...any) error) error {
			return scan(&b.Name, &b.Phones)
		})
}
