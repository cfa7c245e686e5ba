package store

import (
	"fmt"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
)

// Asked is one of a provider's questions, by a handle or, where that is all zero, by the serial
// number of a signing certificate.
type Asked struct {
	Request, Service, Handle ID
	Serial                   Serial
}

// BySerial reports whether it is.
func (a Asked) BySerial() bool { return a.Handle == ID{} && a.Serial != Serial{} }

// Budget is how much a provider has asked on a day, and what bounds it.
type Budget struct {
	Asked    int
	Revoked  int // signing certificates of its people, on that day and so many before it
	Consents int
}

// Budget reads it and locks it: until the transaction ends, no other questions of the
// provider are answered on that day.
func (t *Tx) Budget(provider string, day, before int64) (b Budget, err error) {
	var there, known bool
	err = t.ask(first(&there, `INSERT INTO quotas VALUES ($1, $2, 0, 0, 0, 0) ON CONFLICT (provider, day) DO UPDATE SET asked = quotas.asked RETURNING asked`,
		[]any{provider, day}, &b.Asked),
		first(&known, `SELECT p.consents, (SELECT CAST(coalesce(sum(q.revoked), 0) AS BIGINT) FROM quotas q WHERE q.provider = p.provider AND q.day > $1 AND q.day <= $2)
			FROM providers p WHERE p.provider = $3`, []any{day - before, day, provider}, &b.Consents, &b.Revoked))
	if err == nil && !known {
		err = t.breaks(fmt.Errorf("no provider %s", provider))
	}
	return b, err
}

// CountAsked adds to what a provider has asked on a day.
func (t *Tx) CountAsked(provider string, day int64, more int) error {
	return t.must(`UPDATE quotas SET asked = asked + $1 WHERE provider = $2 AND day = $3`, int64(more), provider, day)
}

// CountMisses adds questions that were about no consent, and answers how many there were
// in that hour.
func (t *Tx) CountMisses(provider string, day, hour int64, more int) (misses int, err error) {
	return misses, t.one(`INSERT INTO quotas VALUES ($1, $2, 0, 0, $3, $4) ON CONFLICT (provider, day) DO UPDATE
		SET misses = CASE WHEN quotas.hour = excluded.hour THEN quotas.misses ELSE 0 END + excluded.misses, hour = excluded.hour RETURNING misses`,
		[]any{provider, day, hour, int64(more)}, &misses)
}

// CountRevoked counts the revocation of a person's signing certificate on a day for each
// provider that the person has agreed to give items to.
func (t *Tx) CountRevoked(person ID, day int64) error {
	return t.run(`INSERT INTO quotas SELECT DISTINCT s.provider, CAST($1 AS BIGINT), 1, 0, 0, 0 FROM consents c JOIN services s ON s.service = c.service
		WHERE c.person = $2 AND c.cancelled = 0 ORDER BY 1 ON CONFLICT (provider, day) DO UPDATE SET revoked = quotas.revoked + 1`, day, person[:])
}

// A Finding is what is known of one question: the consent is locked, and is the same for
// each question about it. A part is nil where there is none.
type Finding struct {
	Service    *Service
	Disclosure *Disclosure // that was made for the same request id
	Consent    *Consent    // of that handle or that serial number's person, to that service
	Newest     *Newest     // of the person
	Serial     int64       // the version of the items that the serial number stands for, where it was asked by one
}

// Base is the version of the items that the question stands for.
func (f Finding) Base() int64 {
	if f.Serial != 0 {
		return f.Serial
	}
	return f.Consent.Version
}

// Newest is how the register and the signing certificates of a person stand, read at one
// moment.
type Newest struct {
	Registered bool
	Version    int64 // of the items, by the register
	Any        bool  // there is a signing certificate
	Good       int64 // the version of the newest that is good at that moment; 0: none is
}

// Find looks for what is known of questions. Consents are locked in the order in which
// they are asked: who asks about several sorts them by their handles.
func (t *Tx) Find(provider string, list []Asked, now int64) ([]Finding, error) {
	found := make([]Finding, len(list))
	services, consents, newest := map[ID]*Service{}, map[Asked]*Consent{}, map[*Consent]*Newest{}
	bases, known := map[Asked]*int64{}, map[ID]*Consent{}
	shared := func(c Consent) *Consent { // one value for a consent that is asked about in two ways
		if known[c.ID] == nil {
			known[c.ID] = &c
		}
		return known[c.ID]
	}
	var ask []question
	for i, q := range list {
		ask = append(ask, question{`SELECT consent, n, items, base, version, at FROM disclosures WHERE provider = $1 AND request = $2`, []any{provider, q.Request[:]},
			func(scan func(...any) error) error {
				found[i].Disclosure = &Disclosure{Provider: provider, Request: q.Request}
				return found[i].Disclosure.scan(scan)
			}})
		if _, asked := services[q.Service]; !asked {
			services[q.Service] = nil
			ask = append(ask, question{`SELECT provider, ends FROM services WHERE service = $1`, []any{q.Service[:]}, func(scan func(...any) error) error {
				s := Service{ID: q.Service}
				services[q.Service] = &s
				return scan(&s.Provider, &s.Ends)
			}})
		}
		of := Asked{Service: q.Service, Handle: q.Handle, Serial: q.Serial}
		if _, asked := consents[of]; asked {
			continue
		}
		consents[of] = nil
		if q.BySerial() {
			bases[of] = new(int64)
			ask = append(ask, t.bySerial(provider, q, func(c Consent) { consents[of] = shared(c) }, bases[of])...)
			continue
		}
		ask = append(ask, question{`SELECT ` + consentColumns + ` WHERE c.handle = $1 AND c.service = $2 AND s.provider = $3` + t.lockOf("c"),
			[]any{q.Handle[:], q.Service[:], provider}, func(scan func(...any) error) error {
				var c Consent
				err := c.scan(scan)
				consents[of] = shared(c)
				return err
			}})
	}
	if err := t.ask(ask...); err != nil {
		return nil, err
	}
	ask = nil
	for i, q := range list {
		f := &found[i]
		of := Asked{Service: q.Service, Handle: q.Handle, Serial: q.Serial}
		f.Service, f.Consent = services[q.Service], consents[of]
		if base := bases[of]; base != nil {
			f.Serial = *base
		}
		if f.Consent == nil {
			continue
		}
		if newest[f.Consent] == nil {
			newest[f.Consent] = new(Newest)
			ask = append(ask, newest[f.Consent].question(f.Consent.Person, now))
		}
		f.Newest = newest[f.Consent]
	}
	return found, t.ask(ask...)
}

// question counts the certificates of cards and phones alone: those in software say nothing.
func (n *Newest) question(person ID, now int64) question {
	return question{`SELECT p.gone, p.version, count(c.serial), coalesce(max(CASE WHEN c.state = $1 AND c.not_after > $2 THEN c.version ELSE 0 END), 0)
		FROM people p LEFT JOIN certs c ON c.person = p.person AND c.kind = $3 AND c.current = 1 AND c.issuer IN (SELECT issuer FROM issuers WHERE assurance = $4)
		WHERE p.person = $5 GROUP BY p.person, p.gone, p.version`,
		[]any{int64(life.Good), now, int64(life.Sign), int64(InHardware), person[:]}, func(scan func(...any) error) error {
			var gone, certs int64
			err := scan(&gone, &n.Version, &certs, &n.Good)
			n.Registered, n.Any = gone == 0, certs > 0
			return err
		}}
}

// A VersionOf is one version of a person's items.
type VersionOf struct {
	Person  ID
	Version int64
}

// ItemsOf reads versions of items, which never change.
func (t *Tx) ItemsOf(list []VersionOf) (map[VersionOf]Items, error) {
	all := map[VersionOf]Items{}
	var ask []question
	for _, v := range list {
		if _, asked := all[v]; asked {
			continue
		}
		all[v] = Items{}
		ask = append(ask, question{`SELECT name, address, birth, sex, municipality, since FROM items WHERE person = $1 AND version = $2`, []any{v.Person[:], v.Version},
			func(scan func(...any) error) error {
				i := Items{Version: v.Version}
				err := scan(&i.Name, &i.Address, &i.Birth, &i.Sex, &i.Municipality, &i.Since)
				all[v] = i
				return err
			}})
	}
	return all, t.ask(ask...)
}

// Disclosure says that items were given, and not which values they had.
type Disclosure struct {
	Consent       ID
	N             int64 // counts the consent's
	Provider      string
	Request       ID
	Platform      string
	Items         consent.Items
	Base, Version int64 // of the items: what the handle stood for, and what was given
	Fee           int64 // yen
	At            int64
}

func (d *Disclosure) scan(scan func(...any) error) error {
	var id []byte
	var items int64
	err := scan(&id, &d.N, &items, &d.Base, &d.Version, &d.At)
	copy(d.Consent[:], id)
	d.Items = consent.Items(items)
	return err
}

// Disclose keeps that items are given by a consent, as it was read behind its lock: its
// handle stands for them from now on.
func (t *Tx) Disclose(c *Consent, d Disclosure) error {
	err := t.must(`UPDATE consents SET n = n + 1, version = $1 WHERE consent = $2 AND cancelled = 0 AND n = $3`, d.Version, c.ID[:], c.N)
	if err != nil {
		return err
	}
	c.N++
	c.Version = d.Version
	return t.run(`INSERT INTO disclosures VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.ID[:], c.N, d.Provider, d.Request[:], d.Platform,
		int64(d.Items), d.Base, d.Version, d.Fee, d.At)
}

// Disclosures of a consent, in their order.
func (t *Tx) Disclosures(consent ID) (list []Disclosure, err error) {
	err = t.each(`SELECT consent, n, items, base, version, at, provider, request, platform, fee FROM disclosures WHERE consent = $1 ORDER BY n`, []any{consent[:]},
		func(scan func(...any) error) error {
			var d Disclosure
			var request []byte
			err := d.scan(func(into ...any) error { return scan(append(into, &d.Provider, &request, &d.Platform, &d.Fee)...) })
			copy(d.Request[:], request)
			list = append(list, d)
			return err
		})
	return list, err
}
