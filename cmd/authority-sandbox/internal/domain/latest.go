package domain

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// Fee of a disclosure, yen.
const Fee = 20

// seenFor is how many days a revocation raises what a provider may ask on one: a new
// certificate is not issued on the day on which the old one ends.
const seenFor = 30

// dayOf is the day in Japan, since 1970, and when it ends.
func dayOf(now int64) (day, ends int64) {
	const zone = 9 * 60 * 60
	day = (now + zone) / (24 * 60 * 60)
	return day, (day+1)*24*60*60 - zone
}

// Answered is what becomes of one question. Items is nil unless the decision is
// consent.Given.
type Answered struct {
	store.Asked
	consent.Answer
	Consent store.ID // whose; all zero where none is spoken of
	Items   *store.Items
	Newest  store.Serial  // of the signing certificate that stands for the items; all zero where it was not asked by one
	AsOf    int64         // when the items were given first
	After   time.Duration // when to ask again; 0 where it says nothing
}

// Latest answers a provider's questions, in their order, and with which of its keys items
// are sealed. It decides, numbers and records in one transaction, and keeps no item: a
// question that comes again is answered from the register, only while its consent stands.
func (s *Service) Latest(ctx context.Context, by Carrier, provider string, list []store.Asked) (all []Answered, of store.Provider, err error) {
	seen := map[store.ID]bool{}
	for _, q := range list {
		if seen[q.Request] {
			return nil, of, ErrVerifier{verifier.CodeContract, "a request id twice"}
		}
		seen[q.Request] = true
	}
	err = s.verifying(ctx, func(c *call) error {
		q, p, err := c.standings(by, provider)
		if err != nil {
			return err
		}
		of, all = p, make([]Answered, len(list))
		if q.Platform != consent.Good || q.Provider != consent.Good || !q.Related { // nothing is looked up, or counted
			for i := range list {
				all[i] = Answered{Asked: list[i], Answer: q.Decide()}
			}
			return nil
		}
		return s.inquire(c, by, q, p, list, all)
	})
	return all, of, err
}

// inquire answers the questions of a provider that is in good standing.
func (s *Service) inquire(c *call, by Carrier, standing consent.Inquiry, p store.Provider, list []store.Asked, all []Answered) error {
	day, ends := dayOf(c.now)
	order := make([]int, len(list)) // by handles: two batches that lock the same consents do so in one order
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(bytes.Compare(list[a].Handle[:], list[b].Handle[:]), bytes.Compare(list[a].Serial[:], list[b].Serial[:]))
	})
	sorted := make([]store.Asked, len(list))
	for i, at := range order {
		sorted[i] = list[at]
	}
	budget, found, err := c.Inquire(p.ID, day, seenFor, sorted, c.now)
	if err != nil {
		return err
	}
	items, err := c.itemsFor(found)
	if err != nil {
		return err
	}
	quota := consent.Quota(budget.Revoked, budget.Consents)
	left := quota - budget.Asked
	asked, misses := 0, 0
	var given []store.Given
	for i, f := range found {
		q := fill(standing, f, p.ID, c.now, items)
		q.OverQuota = asked >= left
		a := Answered{Asked: sorted[i], Answer: q.Decide()}
		switch a.Decision {
		case consent.Busy:
			a.After = time.Duration(ends-c.now) * time.Second
		case consent.NoConsent:
			misses++
		case consent.Given:
			d, err := c.give(&a, f, by, p, items)
			if err != nil {
				return err
			}
			given = append(given, d...)
		}
		if q.Request == consent.New && a.Decision != consent.Busy {
			asked++
		}
		all[order[i]] = a
	}
	if err := c.Disclose(given...); err != nil {
		return err
	}
	if asked > 0 {
		if err := c.CountAsked(p.ID, day, asked, quota); err != nil {
			return err
		}
	}
	return s.missed(c, p, day, misses)
}

// versions are those that a question is about: what the handle stands for, or stood for when
// the question came first, and what is given.
func versions(f store.Finding) (base, newest store.VersionOf) {
	base = store.VersionOf{Person: f.Consent.Person, Version: f.Base()}
	newest = store.VersionOf{Person: f.Consent.Person, Version: f.Newest.Good}
	if d := f.Disclosure; d != nil {
		base.Version, newest.Version = d.Base, d.Version
	}
	return base, newest
}

// itemsFor reads the items of consents that stand.
func (c *call) itemsFor(found []store.Finding) (map[store.VersionOf]store.Items, error) {
	var need []store.VersionOf
	for _, f := range found {
		if f.Consent != nil && f.Newest.Good > 0 && f.Consent.State(c.now) == consent.Active {
			if base, newest := versions(f); base != newest { // or nothing has changed
				need = append(need, base, newest)
			}
		}
	}
	return c.ItemsOf(need)
}

// fill says of a question what was found.
func fill(q consent.Inquiry, f store.Finding, provider string, now int64, items map[store.VersionOf]store.Items) consent.Inquiry {
	q.Related = q.Related && f.Service != nil && f.Service.Provider == provider
	if q.Found = f.Consent != nil; q.Found {
		q.State, q.Agreed = f.Consent.State(now), f.Consent.Items
		q.Registered = f.Newest.Registered
		switch {
		case f.Newest.Good > 0 && f.Newest.Good == f.Newest.Version:
			q.Newest = consent.NewestIs
		case f.Newest.Any:
			q.Newest = consent.NotGood
		}
		base, newest := versions(f)
		q.Changed = differ(items[base], items[newest])
	}
	switch d := f.Disclosure; {
	case d == nil:
	case q.Found && d.Consent == f.Consent.ID:
		q.Request = consent.Repeated
	default:
		q.Request = consent.Reused
	}
	return q
}

// differ is which items are not the same.
func differ(a, b store.Items) (changed consent.Items) {
	for item, is := range map[consent.Items]bool{consent.Name: a.Name != b.Name, consent.Address: a.Address != b.Address, consent.Birth: a.Birth != b.Birth, consent.Sex: a.Sex != b.Sex} {
		if is {
			changed |= item
		}
	}
	return changed
}

// give adds the items to an answer, and answers the disclosure to be kept; none where they were given before.
// From here on the handle stands for them.
func (c *call) give(a *Answered, f store.Finding, by Carrier, p store.Provider, items map[store.VersionOf]store.Items) ([]store.Given, error) {
	base, newest := versions(f)
	if _, read := items[newest]; !read {
		return nil, fmt.Errorf("no items of version %d", newest.Version)
	}
	given := items[newest].Only(a.Answer.Items)
	a.Consent, a.Items, a.AsOf = f.Consent.ID, &given, c.now
	if a.BySerial() {
		var err error
		if a.Newest, err = c.NewestSerial(newest); err != nil {
			return nil, err
		}
	}
	if f.Disclosure != nil {
		a.AsOf = f.Disclosure.At
		return nil, nil
	}
	d := store.Disclosure{Provider: p.ID, Request: a.Request, Platform: by.Name, Items: a.Answer.Items, Base: base.Version, Version: newest.Version, At: c.now}
	if a.Fee {
		d.Fee = Fee
	}
	f.Consent.Version = newest.Version
	return []store.Given{{Consent: f.Consent, Disclosure: d}}, nil
}

// missed counts questions about no consent, and calls staff once an hour where there are
// many.
func (s *Service) missed(c *call, p store.Provider, day int64, misses int) error {
	if misses == 0 {
		return nil
	}
	n, err := c.CountMisses(p.ID, day, c.now/(60*60), misses)
	if err != nil || n < consent.MissesAnHour || n-misses >= consent.MissesAnHour {
		return err
	}
	return callStaffOf(c, s.log, store.Alarm{Kiosk: "provider " + p.ID, Word: "strangers", Seq: uint64(c.now / (60 * 60)), Raised: c.now,
		Detail: fmt.Sprintf("it asked about no consent %d times or more in one hour", consent.MissesAnHour)})
}
