package store

import (
	"errors"
	"fmt"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
)

// Platform carries questions and answers for providers.
type Platform struct {
	Name     string
	SPKI     Hash // of the key it connects with
	Standing consent.Standing
}

// PutPlatform registers a platform or changes it.
func (t *Tx) PutPlatform(p Platform) error {
	return t.run(`INSERT INTO platforms VALUES ($1, $2, $3) ON CONFLICT (platform) DO UPDATE SET spki = excluded.spki, standing = excluded.standing`,
		p.Name, p.SPKI[:], int64(p.Standing))
}

// Platform of that name, or ErrNone.
func (t *Tx) Platform(name string) (p Platform, err error) {
	var spki []byte
	var standing int64
	err = t.one(`SELECT spki, standing FROM platforms WHERE platform = $1`, []any{name}, &spki, &standing)
	p.Name, p.Standing = name, consent.Standing(standing)
	copy(p.SPKI[:], spki)
	return p, err
}

// Provider asks for items.
type Provider struct {
	ID       string
	Platform string
	Name     string // as people know it
	Standing consent.Standing
	Consents int    // that were given to it and not withdrawn
	Changes  int64  // number of the newest
	Seal     []byte // the key in use, SubjectPublicKeyInfo
	SealN    int64  // its number
}

// AddProvider registers a provider, with its first key.
func (t *Tx) AddProvider(p Provider, now int64) error {
	if err := t.run(`INSERT INTO providers VALUES ($1, $2, $3, $4, 0, 0)`, p.ID, p.Platform, p.Name, int64(p.Standing)); err != nil {
		return err
	}
	return t.AddSeal(p.ID, p.Seal, now)
}

// AddSeal gives a provider the key that items are sealed to from now on.
func (t *Tx) AddSeal(provider string, spki []byte, now int64) error {
	return t.must(`INSERT INTO seals SELECT $1, (SELECT coalesce(max(n), 0) + 1 FROM seals WHERE provider = $1), $2, $3`, provider, spki, now)
}

// SetStanding of a provider.
func (t *Tx) SetStanding(provider string, s consent.Standing) error {
	return t.run(`UPDATE providers SET standing = $1 WHERE provider = $2`, int64(s), provider)
}

const providers = `SELECT p.provider, p.platform, p.name, p.standing, p.consents, p.changes, s.n, s.spki FROM providers p
	JOIN seals s ON s.provider = p.provider AND s.n = (SELECT max(n) FROM seals WHERE provider = p.provider)`

func (p *Provider) scan(scan func(...any) error) error {
	var standing int64
	err := scan(&p.ID, &p.Platform, &p.Name, &standing, &p.Consents, &p.Changes, &p.SealN, &p.Seal)
	p.Standing = consent.Standing(standing)
	return err
}

// Provider of that name, or ErrNone.
func (t *Tx) Provider(id string) (Provider, error) {
	return only(t, providers+` WHERE p.provider = $1`, []any{id}, (*Provider).scan)
}

// PlatformFor reads a platform and a provider in one journey to PostgreSQL. What is not there has no name.
func (t *Tx) PlatformFor(name, provider string) (platform Platform, p Provider, err error) {
	var spki []byte
	var standing int64
	err = t.ask(question{`SELECT platform, spki, standing FROM platforms WHERE platform = $1`, []any{name}, func(scan func(...any) error) error {
		return scan(&platform.Name, &spki, &standing)
	}}, question{providers + ` WHERE p.provider = $1`, []any{provider}, p.scan})
	platform.Standing = consent.Standing(standing)
	copy(platform.SPKI[:], spki)
	return platform, p, err
}

// LockProvider locks a provider's row until the transaction ends.
func (t *Tx) LockProvider(id string) error {
	var name string
	return t.one(`SELECT provider FROM providers WHERE provider = $1`+t.lock, []any{id}, &name)
}

// Providers are all of them, by their names.
func (t *Tx) Providers() ([]Provider, error) {
	return rows(t, providers+` ORDER BY p.provider`, nil, (*Provider).scan)
}

// Service of a provider, to which people agree to give items.
type Service struct {
	ID             ID
	Provider       string
	Title, Purpose string
	Ends           int64 // the first second in which it is closed; 0: no such day is known
	Opened         int64
	BySerial       bool // its bank may ask by serial numbers
}

// AddService opens a service.
func (t *Tx) AddService(s Service) error {
	err := t.run(`INSERT INTO services VALUES ($1, $2, $3, $4, $5, $6)`, s.ID[:], s.Provider, s.Title, s.Purpose, s.Ends, s.Opened)
	if err == nil && s.BySerial {
		err = t.AskBySerial(s.ID)
	}
	return err
}

// Service of that id, or ErrNone.
func (t *Tx) Service(id ID) (s Service, err error) {
	err = t.one(`SELECT provider, title, purpose, ends, opened FROM services WHERE service = $1`, []any{id[:]}, &s.Provider, &s.Title, &s.Purpose, &s.Ends, &s.Opened)
	s.ID = id
	return s, err
}

// Services of a provider, the oldest first.
func (t *Tx) Services(provider string) ([]Service, error) {
	return rows(t, `SELECT s.service, s.title, s.purpose, s.ends, s.opened, count(b.service) FROM services s LEFT JOIN by_serial b ON b.service = s.service
		WHERE s.provider = $1 GROUP BY s.service, s.title, s.purpose, s.ends, s.opened ORDER BY s.opened, s.service`, []any{provider},
		func(s *Service, scan func(...any) error) error {
			s.Provider = provider
			var id []byte
			var bySerial int64
			err := scan(&id, &s.Title, &s.Purpose, &s.Ends, &s.Opened, &bySerial)
			s.BySerial = bySerial != 0
			copy(s.ID[:], id)
			return err
		})
}

// SetEnds notes the first second in which a service is closed.
func (t *Tx) SetEnds(service ID, ends int64) error {
	return t.run(`UPDATE services SET ends = $1 WHERE service = $2`, ends, service[:])
}

// Text is what people read before they sign.
type Text struct {
	Hash  Hash // SHA-256 of Words
	Lang  string
	Words string
}

// AddText keeps a text of a service.
func (t *Tx) AddText(service ID, x Text, now int64) error {
	return t.run(`INSERT INTO texts VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, service[:], x.Hash[:], x.Lang, x.Words, now)
}

// Text of a service, or ErrNone.
func (t *Tx) Text(service ID, hash Hash) (x Text, err error) {
	x.Hash = hash
	return x, t.one(`SELECT lang, words FROM texts WHERE service = $1 AND text = $2`, []any{service[:], hash[:]}, &x.Lang, &x.Words)
}

// Change is what a provider is told without asking about a person.
type Change struct {
	N       int64
	Service ID
	Consent *ID // nil: all of the service's
	What    string
	At      int64
}

// Words of changes.
const (
	ConsentGiven     = "given"
	ConsentCancelled = "cancelled"
	ServiceEnds      = "service-ends"
	ExpiresSoon      = "expires-soon"
)

// AddChange numbers a change of a provider and keeps it. more is by how many consents it
// has more.
func (t *Tx) AddChange(provider string, c Change, more int) error {
	err := t.one(`UPDATE providers SET changes = changes + 1, consents = consents + $1 WHERE provider = $2 RETURNING changes`, []any{int64(more), provider}, &c.N)
	if errors.Is(err, ErrNone) {
		err = t.breaks(fmt.Errorf("a change of a provider that is not there"))
	}
	if err != nil {
		return err
	}
	var id []byte
	if c.Consent != nil {
		id = c.Consent[:]
	}
	return t.run(`INSERT INTO changes VALUES ($1, $2, $3, $4, $5, $6)`, provider, c.N, c.Service[:], id, c.What, c.At)
}

// Changes of a provider behind that number, at most so many, in their order.
func (t *Tx) Changes(provider string, after int64, most int) ([]Change, error) {
	return rows(t, `SELECT n, service, consent, what, at FROM changes WHERE provider = $1 AND n > $2 ORDER BY n LIMIT $3`, []any{provider, after, int64(most)},
		func(c *Change, scan func(...any) error) error {
			var service, id []byte
			err := scan(&c.N, &service, &id, &c.What, &c.At)
			copy(c.Service[:], service)
			if id != nil {
				one := ID(id)
				c.Consent = &one
			}
			return err
		})
}

// Expiring are a provider's consents that were not withdrawn and end by a moment, behind those that
// it was reminded of, at most so many, in the order of their ends. The provider is
// locked.
func (t *Tx) Expiring(provider string, by int64, most int) (list []Consent, err error) {
	after, id := int64(0), []byte{}
	if err = t.one(`SELECT until, consent FROM reminded WHERE provider = $1`, []any{provider}, &after, &id); err != nil && !errors.Is(err, ErrNone) {
		return nil, err
	}
	return rows(t, `SELECT `+consentColumns+` WHERE (c.until > $1 OR c.until = $1 AND c.consent > $2) AND c.until < $3 AND c.cancelled = 0 AND s.provider = $4
		ORDER BY c.until, c.consent LIMIT $5`, []any{after, id, by, provider, int64(most)}, (*Consent).scan)
}

// Reminded notes that a provider was reminded of its consents up to this one.
func (t *Tx) Reminded(provider string, last Consent) error {
	return t.run(`INSERT INTO reminded VALUES ($1, $2, $3) ON CONFLICT (provider) DO UPDATE SET until = excluded.until, consent = excluded.consent`,
		provider, last.Until, last.ID[:])
}
