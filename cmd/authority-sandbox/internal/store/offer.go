package store

import "errors"

// Offer is a version of the appliance that kiosks are offered.
type Offer struct {
	ID      ID
	Version string
	Size    int64
	Hash    Hash // of its bundle
	Share   int64
	First   int64
	Most    int64
	Stopped int64 // since when; 0: it is offered
	Why     string
	Made    int64
}

const offer = `SELECT offer, version, size, hash, share, first, most, stopped, why, made FROM offers `

func (o *Offer) scan(scan func(...any) error) error {
	var id, hash []byte
	err := scan(&id, &o.Version, &o.Size, &hash, &o.Share, &o.First, &o.Most, &o.Stopped, &o.Why, &o.Made)
	copy(o.ID[:], id)
	copy(o.Hash[:], hash)
	return err
}

// AddOffer makes it the newest.
func (t *Tx) AddOffer(o Offer) error {
	return t.run(`INSERT INTO offers SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, 0, '', $8 FROM offers`,
		o.ID[:], o.Version, o.Size, o.Hash[:], o.Share, o.First, o.Most, o.Made)
}

// NewestOffer is the one that counts, or ErrNone.
func (t *Tx) NewestOffer() (Offer, error) {
	return only(t, offer+`ORDER BY n DESC LIMIT 1`, nil, (*Offer).scan)
}

// Offer is the one of that id, or ErrNone. Its row is locked: who counts its kiosks counts alone.
func (t *Tx) Offer(id ID) (Offer, error) {
	return only(t, offer+`WHERE offer = $1`+t.lock, []any{id[:]}, (*Offer).scan)
}

// Offers are all, the newest first.
func (t *Tx) Offers() ([]Offer, error) { return rows(t, offer+`ORDER BY n DESC`, nil, (*Offer).scan) }

// StopOffer ends it, where it has not ended.
func (t *Tx) StopOffer(id ID, why string, now int64) error {
	return t.run(`UPDATE offers SET stopped = $1, why = $2 WHERE offer = $3 AND stopped = 0`, now, why, id[:])
}

// ShareOffer gives it to more kiosks, or to fewer.
func (t *Tx) ShareOffer(id ID, share int64) error {
	return t.must(`UPDATE offers SET share = $1 WHERE offer = $2`, share, id[:])
}

// IsOffered reports whether a bundle belongs to an offer that is not over, and the kiosk is one that may ask.
func (t *Tx) IsOffered(kiosk string, hash Hash) (bool, error) {
	var n int64
	err := t.one(`SELECT count(*) FROM offers WHERE hash = $1 AND stopped = 0 AND EXISTS (SELECT 1 FROM kiosks WHERE name = $2 AND revoked = 0)`,
		[]any{hash[:], kiosk}, &n)
	return n > 0, err
}

// OfferedTo is how far a kiosk is with an offer; 0 where nothing is known.
func (t *Tx) OfferedTo(id ID, kiosk string) (state int64, err error) {
	err = t.one(`SELECT state FROM offered WHERE offer = $1 AND kiosk = $2`, []any{id[:], kiosk}, &state)
	if errors.Is(err, ErrNone) {
		err = nil
	}
	return state, err
}

// PutOffered keeps how far a kiosk is, since now.
func (t *Tx) PutOffered(id ID, kiosk string, state, why, now int64) error {
	return t.run(`INSERT INTO offered VALUES ($1, $2, $3, $4, $5) ON CONFLICT (offer, kiosk) DO UPDATE SET state = excluded.state, why = excluded.why, at = excluded.at`,
		id[:], kiosk, state, why, now)
}

// Offered is how many kiosks are in a state, and for how many it is long ago.
type Offered struct {
	State, Why int64
	Kiosks     int64
	Old        int64 // of them, since before a moment
	Older      int64 // and since before another
}

// CountOffered counts an offer's kiosks. Both moments say Old and Older apart.
func (t *Tx) CountOffered(id ID, since, before int64) ([]Offered, error) {
	return rows(t, `SELECT state, why, count(*), CAST(sum(CASE WHEN at < $1 THEN 1 ELSE 0 END) AS BIGINT), CAST(sum(CASE WHEN at < $2 THEN 1 ELSE 0 END) AS BIGINT)
			FROM offered WHERE offer = $3 GROUP BY state, why ORDER BY state, why`,
		[]any{since, before, id[:]}, func(o *Offered, scan func(...any) error) error {
			return scan(&o.State, &o.Why, &o.Kiosks, &o.Old, &o.Older)
		})
}
