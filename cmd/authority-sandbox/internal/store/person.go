package store

import (
	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
)

// Person of the register.
type Person struct {
	ID   ID
	Name string // the test resident's
	Gone int64  // since when dead or not in the register; 0: in it
	Items
}

// Items are the four facts that a signing certificate says of its holder, as they are
// from a moment on.
type Items struct {
	Version      int64 // counts a person's, from 1
	Name         string
	Address      string
	Birth        string // YYYY-MM-DD
	Sex          string // one digit
	Municipality int64  // its code
	Since        int64
}

// Only are the items of a set, and nothing else.
func (i Items) Only(set consent.Items) (only Items) {
	for item, of := range map[consent.Items][2]*string{consent.Name: {&only.Name, &i.Name}, consent.Address: {&only.Address, &i.Address},
		consent.Birth: {&only.Birth, &i.Birth}, consent.Sex: {&only.Sex, &i.Sex}} {
		if set&item != 0 {
			*of[0] = *of[1]
		}
	}
	return only
}

// Carrier of certificates.
type Carrier struct {
	ID     ID
	Person ID
	Kind   life.Carrier
	Until  int64  // when the application for its certificates lapses; 0: none is open
	Batch  string // of the secure element
	Made   int64

	Withdrawn bool // what its maker's withdrawal of the batch asks for was done
}

// AddPerson puts a person in, with the first version of the items.
func (t *Tx) AddPerson(p Person) error {
	if err := t.run(`INSERT INTO people VALUES ($1, $2, $3, 0)`, p.ID[:], p.Name, p.Gone); err != nil {
		return err
	}
	_, err := t.AddItems(p.ID, p.Items)
	return err
}

// AddItems puts the next version of a person's items in and answers its number. The
// person is locked.
func (t *Tx) AddItems(person ID, i Items) (version int64, err error) {
	if err := t.one(`UPDATE people SET version = version + 1 WHERE person = $1 RETURNING version`, []any{person[:]}, &version); err != nil {
		return 0, err
	}
	return version, t.run(`INSERT INTO items VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, person[:], version, i.Name, i.Address, i.Birth, i.Sex, i.Municipality, i.Since)
}

// SetGone notes since when a person is not in the register.
func (t *Tx) SetGone(person ID, since int64) error {
	return t.run(`UPDATE people SET gone = $1 WHERE person = $2`, since, person[:])
}

// PersonNamed finds a person by the test resident's name and locks the row: until
// the transaction ends no other changes the person's certificates.
func (t *Tx) PersonNamed(name string) (p Person, err error) {
	var id []byte
	known, found := false, false
	err = t.ask(first(&known, `SELECT person FROM people WHERE name = $1`+t.lock, []any{name}, &id),
		first(&found, `SELECT p.person, p.gone, i.version, i.name, i.address, i.birth, i.sex, i.municipality, i.since
			FROM people p JOIN items i ON i.person = p.person AND i.version = p.version WHERE p.name = $1`, []any{name},
			&id, &p.Gone, &p.Version, &p.Items.Name, &p.Address, &p.Birth, &p.Sex, &p.Municipality, &p.Since))
	if err == nil && !found {
		err = ErrNone
	}
	p.Name = name
	copy(p.ID[:], id)
	return p, err
}

// AddCarrier puts a carrier in.
func (t *Tx) AddCarrier(c Carrier) error {
	return t.run(`INSERT INTO carriers VALUES ($1, $2, $3, $4, $5, $6)`, c.ID[:], c.Person[:], int64(c.Kind), c.Until, c.Batch, c.Made)
}

// SetUntil notes when the application for a carrier's certificates lapses.
func (t *Tx) SetUntil(carrier ID, until int64) error {
	return t.run(`UPDATE carriers SET until = $1 WHERE carrier = $2`, until, carrier[:])
}

// CarriersOf are a person's, the oldest first.
func (t *Tx) CarriersOf(person ID) ([]Carrier, error) {
	return rows(t, `SELECT k.carrier, kind, until, batch, made, coalesce(w.at, 0) FROM carriers k LEFT JOIN withdrawn w ON w.carrier = k.carrier
		WHERE person = $1 ORDER BY made, k.carrier`, []any{person[:]},
		func(c *Carrier, scan func(...any) error) error {
			c.Person = person
			var id []byte
			var kind, withdrawn int64
			if err := scan(&id, &kind, &c.Until, &c.Batch, &c.Made, &withdrawn); err != nil {
				return err
			}
			c.ID, c.Kind, c.Withdrawn = ID(id), life.Carrier(kind), withdrawn != 0
			return nil
		})
}

// SetWithdrawn notes that what the withdrawal of its batch asks for was done.
func (t *Tx) SetWithdrawn(carrier ID, at int64) error {
	return t.run(`INSERT INTO withdrawn VALUES ($1, $2) ON CONFLICT DO NOTHING`, carrier[:], at)
}

// OfBatch are the residents with a carrier of that batch on which certificates live or are
// waited for, and on which a withdrawal was carried out or was not.
func (t *Tx) OfBatch(batch string, withdrawn bool) ([]string, error) {
	is := int64(0)
	if withdrawn {
		is = 1
	}
	return rows(t, `SELECT DISTINCT p.name FROM carriers k JOIN people p ON p.person = k.person LEFT JOIN withdrawn w ON w.carrier = k.carrier
		LEFT JOIN certs c ON c.carrier = k.carrier AND c.current = 1
		WHERE k.batch = $1 AND k.batch <> '' AND CASE WHEN w.at IS NULL THEN 0 ELSE 1 END = $2 AND (k.until > 0 OR c.state < 5) ORDER BY p.name`, []any{batch, is}, plain[string])
}

// NameOf a person, the test resident's.
func (t *Tx) NameOf(person ID) (name string, err error) {
	return name, t.one(`SELECT name FROM people WHERE person = $1`, []any{person[:]}, &name)
}
