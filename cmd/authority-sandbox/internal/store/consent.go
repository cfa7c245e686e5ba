package store

import (
	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
)

// Consent is a person's to one service.
type Consent struct {
	ID, Handle, Person, Service ID
	Text                        Hash
	Version                     int64 // of the items that the handle stands for
	N                           int64 // how many disclosures it has had, and its withdrawal
	Received                    int64
	CancelledN                  int64 // the number of the withdrawal
	consent.Consent
}

// consents are joined with their services, of which they have their end.
const consentColumns = `c.consent, c.handle, c.person, c.service, c.text, c.version, c.n, c.received, c.items, c.begins, c.until, c.cancelled, c.cancelled_n, s.ends
	FROM consents c JOIN services s ON s.service = c.service`

func (c *Consent) scan(scan func(...any) error) error {
	var id, handle, person, service, text []byte
	var items int64
	if err := scan(&id, &handle, &person, &service, &text, &c.Version, &c.N, &c.Received, &items, &c.From, &c.Until, &c.CancelledAt, &c.CancelledN, &c.EndsAt); err != nil {
		return err
	}
	c.ID, c.Handle, c.Person, c.Service, c.Text, c.Items = ID(id), ID(handle), ID(person), ID(service), Hash(text), consent.Items(items)
	return nil
}

// lockOf locks the rows of one table of a join, so that the others go on.
func (t *Tx) lockOf(table string) string {
	if t.lock == "" {
		return ""
	}
	return t.lock + " OF " + table
}

// AddConsent puts a consent in.
func (t *Tx) AddConsent(c Consent) error {
	return t.run(`INSERT INTO consents VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, 0, 0)`, c.ID[:], c.Handle[:], c.Person[:], c.Service[:],
		int64(c.Items), c.Text[:], c.Version, c.Received, c.From, c.Until)
}

// ConsentOf that id, locked until the transaction ends, or ErrNone. Who waited for the
// lock reads what the other has written.
func (t *Tx) ConsentOf(id ID) (Consent, error) {
	return only(t, `SELECT `+consentColumns+` WHERE c.consent = $1`+t.lockOf("c"), []any{id[:]}, (*Consent).scan)
}

// ConsentsOf a person, the oldest first; not locked.
func (t *Tx) ConsentsOf(person ID) ([]Consent, error) {
	return rows(t, `SELECT `+consentColumns+` WHERE c.person = $1 ORDER BY c.received, c.consent`, []any{person[:]}, (*Consent).scan)
}

// ConsentsTo a provider's services, the newest first, at most so many; not locked.
func (t *Tx) ConsentsTo(provider string, most int) ([]Consent, error) {
	return rows(t, `SELECT `+consentColumns+` WHERE s.provider = $1 ORDER BY c.received DESC, c.consent LIMIT $2`, []any{provider, int64(most)}, (*Consent).scan)
}

// Cancel notes that a consent, as it was read behind its lock, was withdrawn, and answers
// the number of that.
func (t *Tx) Cancel(c Consent) (n int64, err error) {
	return c.N + 1, t.must(`UPDATE consents SET cancelled = $1, n = n + 1, cancelled_n = n + 1 WHERE consent = $2 AND cancelled = 0 AND n = $3`, c.CancelledAt, c.ID[:], c.N)
}

// Proof is what a person signed.
type Proof struct {
	Nonce, Consent ID
	Act            consent.Act
	Statement, CMS []byte
	Channel        string
	At             int64
}

// AddProof keeps it, and reports whether its nonce is new.
func (t *Tx) AddProof(p Proof) (bool, error) {
	n, err := t.exec(`INSERT INTO proofs VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		p.Nonce[:], p.Consent[:], int64(p.Act), p.Statement, p.CMS, p.Channel, p.At)
	return n == 1, err
}

// ProofOf that nonce, or ErrNone.
func (t *Tx) ProofOf(nonce ID) (p Proof, err error) {
	var id []byte
	var act int64
	err = t.one(`SELECT consent, act, statement, cms, channel, at FROM proofs WHERE nonce = $1`, []any{nonce[:]}, &id, &act, &p.Statement, &p.CMS, &p.Channel, &p.At)
	p.Nonce, p.Act = nonce, consent.Act(act)
	copy(p.Consent[:], id)
	return p, err
}

// Signer is who has a certificate, and how it stands.
type Signer struct {
	Person    ID
	Gone      bool // dead or not in the register
	Kind      life.Kind
	Carrier   life.Carrier
	State     life.State
	Current   bool // no other took its place on its carrier
	NotAfter  int64
	Version   int64 // of the items that it was made from
	Assurance Assurance
}

// SignerOf finds whose a certificate is and locks the person, or ErrNone. What it says is read
// behind the lock.
func (t *Tx) SignerOf(issuer []byte, serial Serial) (s Signer, err error) {
	number, err := t.Issuer(issuer)
	if err != nil {
		return s, err
	}
	var person []byte
	var gone, kind, carrier, state, current, assurance int64
	known, found := false, false
	err = t.ask(first(&known, `SELECT person FROM people WHERE person = (SELECT person FROM certs WHERE issuer = $1 AND serial = $2)`+t.lock, []any{number, serial[:]}, &person),
		first(&found, `SELECT p.person, p.gone, c.kind, k.kind, c.state, c.current, c.not_after, c.version, i.assurance
			FROM certs c JOIN people p ON p.person = c.person JOIN carriers k ON k.carrier = c.carrier JOIN issuers i ON i.issuer = c.issuer
			WHERE c.issuer = $1 AND c.serial = $2`, []any{number, serial[:]},
			&person, &gone, &kind, &carrier, &state, &current, &s.NotAfter, &s.Version, &assurance))
	if err == nil && !found {
		err = ErrNone
	}
	copy(s.Person[:], person)
	s.Gone, s.Kind, s.Carrier, s.State = gone != 0, life.Kind(kind), life.Carrier(carrier), life.State(state)
	s.Current, s.Assurance = current != 0, Assurance(assurance)
	return s, err
}
