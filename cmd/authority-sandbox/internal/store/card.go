package store

import (
	"crypto/rand"
	"crypto/x509"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/kiosk/authority/wire"
)

// Card is a card and both its certificates, as a kiosk's visit needs them. A card whose
// pair was renewed has two: that of the old key goes on to say why it is refused.
type Card struct {
	Card      Hash // of its user-authentication key
	UserHash  Hash
	UserCert  []byte
	UserState wire.CertState
	SignCert  []byte // nil: none
	SignState wire.CertState
}

// AddCard puts in that a certificate is the user-authentication certificate of a card.
func (t *Tx) AddCard(card, user Hash, issuer int64, serial Serial) error {
	return t.run(`INSERT INTO cards (card, user_hash, issuer, serial) VALUES ($1, $2, $3, $4)`, card[:], user[:], issuer, serial[:])
}

// CardByUser finds a card by the hash of its user-authentication certificate
// and locks it: until the transaction ends no other transaction reserves, claims or
// gets a grant for this card, or changes its certificates.
func (t *Tx) CardByUser(hash Hash) (Card, error) {
	var row cardRow
	if err := t.ask(row.locked(t.lock, hash)...); err != nil {
		return Card{}, err
	}
	return row.card()
}

// CardRead is CardByUser without the lock, for what locks the person.
func (t *Tx) CardRead(hash Hash) (Card, error) {
	var row cardRow
	if err := t.ask(row.where(`k.user_hash = $1`, hash[:])); err != nil {
		return Card{}, err
	}
	return row.card()
}

type cardRow struct {
	c             Card
	id, hash      []byte
	user, userWhy int64
	sign, signWhy int64
	found         bool
}

// locked reads a card behind its lock. In two questions: in one, PostgreSQL would read the
// certificates as they were before it waited.
func (row *cardRow) locked(lock string, user Hash) (list []question) {
	var locked bool
	var id []byte
	if lock != "" {
		list = append(list, first(&locked, `SELECT card FROM cards WHERE user_hash = $1`+lock, []any{user[:]}, &id))
	}
	return append(list, row.where(`k.user_hash = $1`, user[:]))
}

// where reads the states of both certificates from their own rows: each is one search of
// an index.
func (row *cardRow) where(where string, args ...any) question {
	c := &row.c
	return first(&row.found, `SELECT k.card, k.user_hash, u.der, u.state, u.reason, s.der, coalesce(s.state, 0), coalesce(s.reason, 0)
		FROM cards k JOIN certs u ON u.issuer = k.issuer AND u.serial = k.serial
		LEFT JOIN certs s ON s.carrier = u.carrier AND s.kind = 1 AND s.current = 1 WHERE `+where, args,
		&row.id, &row.hash, &c.UserCert, &row.user, &row.userWhy, &c.SignCert, &row.sign, &row.signWhy)
}

func (row *cardRow) card() (c Card, err error) {
	if !row.found {
		return c, ErrNone
	}
	c = row.c
	copy(c.Card[:], row.id)
	copy(c.UserHash[:], row.hash)
	c.UserState, c.SignState = told(row.user, row.userWhy), told(row.sign, row.signWhy)
	return c, nil
}

// told is Told of the numbers. That a certificate is past its last day
// follows from the certificate.
func told(state, reason int64) wire.CertState {
	switch s := life.State(state); {
	case s == life.Held:
		return wire.Held
	case s == life.Revoked && life.Reason(reason) == life.ItemsChanged:
		return wire.Changed
	case s == life.Revoked || s == life.Issued:
		return wire.Revoked
	}
	return wire.Good
}

// Told is what a kiosk is told of a certificate's status.
func Told(s Status) wire.CertState { return told(int64(s.State), int64(s.Reason)) }

// Holder is a person with a carrier, put in at once.
type Holder struct {
	Person
	Kind                 life.Carrier
	Batch                string    // of the secure element
	Assurance            Assurance // of who issued the certificates
	User, Sign           *x509.Certificate
	UserState, SignState wire.CertState
	UserPart, SignPart   int64
}

// AddHolder puts a person in, with a carrier, its certificates and their states, and
// answers the user-authentication one. Sign may be nil.
func (t *Tx) AddHolder(h Holder, cause string) (user Cert, err error) {
	carrier := Carrier{ID: newID(), Person: h.ID, Kind: h.Kind, Batch: h.Batch, Made: h.Since}
	if err := errors.Join(t.AddPerson(h.Person), t.AddCarrier(carrier)); err != nil {
		return user, err
	}
	add := func(c *x509.Certificate, kind life.Kind, other *x509.Certificate, state wire.CertState, part int64) (row Cert, err error) {
		if row, err = CertOf(c); err != nil {
			return row, err
		}
		if row.Issuer, err = t.AddIssuer(c.RawIssuer, h.Assurance); err != nil {
			return row, err
		}
		row.Kind, row.Person, row.Carrier, row.Version, row.Part = kind, h.ID, carrier.ID, 1, part
		row.Status = Status{State: life.Good, Since: h.Since}
		if other != nil {
			pair, err := SerialOf(other.SerialNumber)
			if err != nil {
				return row, err
			}
			row.Pair = &pair
		}
		if err = t.AddCert(row, cause); err != nil {
			return row, err
		}
		if is := statusOf(state, h.Since); is != row.Status {
			err = t.SetStatus(row, is, cause)
		}
		return row, err
	}
	if user, err = add(h.User, life.Auth, h.Sign, h.UserState, h.UserPart); err != nil || h.Sign == nil {
		return user, err
	}
	_, err = add(h.Sign, life.Sign, h.User, h.SignState, h.SignPart)
	return user, err
}

// statusOf is a status that a kiosk is told as this.
func statusOf(w wire.CertState, since int64) Status {
	switch w {
	case wire.Changed:
		return Status{life.Revoked, life.ItemsChanged, since}
	case wire.Held:
		return Status{life.Held, life.OnHold, since}
	case wire.Revoked, wire.None:
		return Status{life.Revoked, life.NotNeeded, since}
	}
	return Status{life.Good, 0, since}
}

func newID() (id ID) {
	rand.Read(id[:])
	return id
}
