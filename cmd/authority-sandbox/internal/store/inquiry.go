package store

import (
	"fmt"
	"slices"

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

// Inquire is Find, and what bounds the provider on that day as it was in the same moment. The budget is not locked: questions
// of one provider that come on many connections would wait for each other from here to the commit. CountAsked looks again.
func (t *Tx) Inquire(provider string, day, before int64, list []Asked, now int64) (b Budget, all []Finding, err error) {
	var known bool
	ask := first(&known, `SELECT p.consents, (SELECT CAST(coalesce(sum(q.revoked), 0) AS BIGINT) FROM quotas q WHERE q.provider = p.provider AND q.day > $1 AND q.day <= $2),
		(SELECT CAST(coalesce(sum(q.asked), 0) AS BIGINT) FROM quotas q WHERE q.provider = p.provider AND q.day = $2)
		FROM providers p WHERE p.provider = $3`, []any{day - before, day, provider}, &b.Consents, &b.Revoked, &b.Asked)
	if all, err = t.Find(provider, list, now, ask); err == nil && !known {
		err = t.breaks(fmt.Errorf("no provider %s", provider))
	}
	return b, all, err
}

// CountAsked adds to what a provider has asked on a day, which stays within its quota. Where another transaction has
// counted meanwhile and more would be over the quota, this one is undone and runs again.
func (t *Tx) CountAsked(provider string, day int64, more, quota int) error {
	return t.must(`INSERT INTO quotas VALUES ($1, $2, 0, $3, 0, 0) ON CONFLICT (provider, day) DO UPDATE SET asked = quotas.asked + excluded.asked
		WHERE quotas.asked + excluded.asked <= $4`, provider, day, int64(more), int64(quota))
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

// found is what Find reads, before it is told by question.
type found struct {
	services    map[ID]*Service
	disclosures map[ID]*Disclosure
	consents    map[Asked]*Consent
	bases       map[Asked]*int64
	known       map[ID]*Consent // one value for a consent that is asked about in two ways
	newest      map[ID]*Newest  // by people
}

func (f *found) shared(c Consent) *Consent {
	if f.known[c.ID] == nil {
		f.known[c.ID] = &c
	}
	return f.known[c.ID]
}

// Find looks for what is known of questions, as at now. Consents are locked in the order of their handles, those asked
// about by serial numbers among them: batches that mix both do not wait for each other in a circle. It reads behind them, in the same
// journey to PostgreSQL, what more asks.
func (t *Tx) Find(provider string, list []Asked, now int64, more ...question) ([]Finding, error) {
	f := &found{map[ID]*Service{}, map[ID]*Disclosure{}, map[Asked]*Consent{}, map[Asked]*int64{}, map[ID]*Consent{}, map[ID]*Newest{}}
	if err := t.ask(append(t.finding(provider, list, now, f), more...)...); err != nil {
		return nil, err
	}
	all := make([]Finding, len(list))
	var people []ID // of serial numbers
	for i, q := range list {
		of := Asked{Service: q.Service, Handle: q.Handle, Serial: q.Serial}
		all[i] = Finding{Service: f.services[q.Service], Disclosure: f.disclosures[q.Request], Consent: f.consents[of]}
		if base := f.bases[of]; base != nil {
			all[i].Serial = *base
		}
		if c := all[i].Consent; c != nil && f.newest[c.Person] == nil && !slices.Contains(people, c.Person) {
			people = append(people, c.Person)
		}
	}
	if len(people) > 0 {
		if err := t.ask(f.newestOf(in(5, len(people)), args(people), now)); err != nil {
			return nil, err
		}
	}
	for i := range all {
		if all[i].Consent != nil {
			all[i].Newest = f.newest[all[i].Consent.Person]
		}
	}
	return all, nil
}

// finding is what is asked for questions.
func (t *Tx) finding(provider string, list []Asked, now int64, f *found) []question {
	requests := distinct(list, func(q Asked) ID { return q.Request })
	services := distinct(list, func(q Asked) ID { return q.Service })
	handles := slices.DeleteFunc(distinct(list, func(q Asked) ID { return q.Handle }), func(h ID) bool { return h == ID{} })
	ask := []question{
		{`SELECT service, provider, ends FROM services WHERE service IN (` + in(1, len(services)) + `)`, args(services), func(scan func(...any) error) error {
			s := &Service{}
			var id []byte
			err := scan(&id, &s.Provider, &s.Ends)
			copy(s.ID[:], id)
			f.services[s.ID] = s
			return err
		}},
	}
	ask = append(t.lockAll(provider, handles, list), ask...)
	if len(handles) > 0 {
		ask = append(ask, question{`SELECT ` + consentColumns + ` WHERE s.provider = $1 AND c.handle IN (` + in(2, len(handles)) + `) ORDER BY c.handle` + t.lockOf("c"),
			append([]any{provider}, args(handles)...), func(scan func(...any) error) error {
				var c Consent
				err := c.scan(scan)
				f.consents[Asked{Service: c.Service, Handle: c.Handle}] = f.shared(c)
				return err
			}}, f.newestOf(`SELECT person FROM consents WHERE handle IN (`+in(5, len(handles))+`)`, args(handles), now))
	}
	for _, q := range list {
		of := Asked{Service: q.Service, Handle: q.Handle, Serial: q.Serial}
		if q.BySerial() && f.bases[of] == nil {
			f.bases[of] = new(int64)
			ask = append(ask, t.bySerial(provider, q, func(c Consent) { f.consents[of] = f.shared(c) }, f.bases[of])...)
		}
	}
	// Behind the locks: the same request on another connection has told, or has not, by then.
	return append(ask, question{`SELECT request, consent, n, items, base, version, at FROM disclosures WHERE provider = $1 AND request IN (` + in(2, len(requests)) + `)`,
		append([]any{provider}, args(requests)...), func(scan func(...any) error) error {
			d := &Disclosure{Provider: provider}
			var request []byte
			err := d.scan(func(into ...any) error { return scan(append([]any{&request}, into...)...) })
			copy(d.Request[:], request)
			f.disclosures[d.Request] = d
			return err
		}})
}

// lockAll locks what questions by serial numbers may be about, in one order with what the others
// are about; nothing where there are none, or the store locks as a whole.
func (t *Tx) lockAll(provider string, handles []ID, list []Asked) []question {
	with, serials := []any{provider}, []any{}
	for _, q := range list {
		if q.BySerial() {
			serials = append(serials, q.Serial[:])
		}
	}
	if len(serials) == 0 || t.lock == "" {
		return nil
	}
	for len(serials) < padded(len(serials)) {
		serials = append(serials, serials[len(serials)-1])
	}
	about := `c.person IN (SELECT person FROM certs WHERE serial IN (` + in(2, len(serials)) + `)) AND c.service IN (SELECT service FROM by_serial)`
	with = append(with, serials...)
	if len(handles) > 0 {
		about = `(` + about + `) OR c.handle IN (` + in(len(with)+1, len(handles)) + `)`
		with = append(with, args(handles)...)
	}
	return []question{{`SELECT c.consent FROM consents c JOIN services s ON s.service = c.service WHERE s.provider = $1 AND (` + about + `) ORDER BY c.handle` + t.lockOf("c"),
		with, func(scan func(...any) error) error {
			var id []byte
			return scan(&id)
		}}}
}

// newestOf asks about people, a list or a query with these arguments from $5 on. It counts the certificates of cards and
// phones alone: those in software say nothing.
func (f *found) newestOf(people string, with []any, now int64) question {
	return question{`SELECT p.person, p.gone, p.version, count(c.serial), coalesce(max(CASE WHEN c.state = $1 AND c.not_after > $2 THEN c.version ELSE 0 END), 0)
		FROM people p LEFT JOIN certs c ON c.person = p.person AND c.kind = $3 AND c.current = 1 AND c.issuer IN (SELECT issuer FROM issuers WHERE assurance = $4)
		WHERE p.person IN (` + people + `) GROUP BY p.person, p.gone, p.version`,
		append([]any{int64(life.Good), now, int64(life.Sign), int64(InHardware)}, with...), func(scan func(...any) error) error {
			var n Newest
			var person []byte
			var gone, certs int64
			err := scan(&person, &gone, &n.Version, &certs, &n.Good)
			n.Registered, n.Any = gone == 0, certs > 0
			f.newest[ID(person)] = &n
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
	var people []ID
	var versions []any
	for _, v := range list {
		if _, asked := all[v]; asked {
			continue
		}
		all[v] = Items{}
		if !slices.Contains(people, v.Person) {
			people = append(people, v.Person)
		}
		if !slices.Contains(versions, any(v.Version)) {
			versions = append(versions, v.Version)
		}
	}
	if len(all) == 0 {
		return all, nil
	}
	some := args(people)
	for i := len(versions); i < padded(len(versions)); i++ {
		versions = append(versions, versions[0])
	}
	return all, t.each(`SELECT person, version, name, address, birth, sex, municipality, since FROM items WHERE person IN (`+in(1, len(people))+`)
		AND version IN (`+in(1+len(some), len(versions))+`)`, append(some, versions...), func(scan func(...any) error) error {
		var i Items
		var person []byte
		err := scan(&person, &i.Version, &i.Name, &i.Address, &i.Birth, &i.Sex, &i.Municipality, &i.Since)
		if v := (VersionOf{ID(person), i.Version}); err == nil {
			if _, asked := all[v]; asked {
				all[v] = i
			}
		}
		return err
	})
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

// Disclosures of a consent, in their order.
func (t *Tx) Disclosures(consent ID) ([]Disclosure, error) {
	return rows(t, `SELECT consent, n, items, base, version, at, provider, request, platform, fee FROM disclosures WHERE consent = $1 ORDER BY n`, []any{consent[:]},
		func(d *Disclosure, scan func(...any) error) error {
			var request []byte
			err := d.scan(func(into ...any) error { return scan(append(into, &d.Provider, &request, &d.Platform, &d.Fee)...) })
			copy(d.Request[:], request)
			return err
		})
}
